import type { SyncStatus } from '../api/tenants';
import { formatAgo } from '../format/instant';
import { t } from '../i18n';

/** How the last run of the synchronisation ended, and when. */
export function SyncNote({ at, status }: { at: string | null; status: SyncStatus | null }) {
    const failed = status === 'failed';
    return (
        <span
            data-testid="sync-note"
            data-status={status ?? ''}
            className={`text-xs ${failed ? 'font-medium text-bad' : 'text-ink-faint'}`}
        >
            {textOf(at, status)}
        </span>
    );
}

function textOf(at: string | null, status: SyncStatus | null): string {
    if (status === 'running') return t.tenants.sync.running;
    if (at === null || status === null) return t.tenants.sync.never;
    return t.tenants.sync[status](formatAgo(at, new Date()));
}
