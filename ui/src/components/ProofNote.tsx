import type { TenantSummary } from '../api/tenants';
import { formatMoment } from '../format/instant';
import { t } from '../i18n';
import { Badge } from './Badge';

/** What the last row-by-row comparison with Chatwoot found, and what waits for somebody. */
export function ProofNote({ tenant }: { tenant: TenantSummary }) {
    return (
        <div
            data-testid="proof-note"
            data-proof={proofOf(tenant)}
            className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 px-5 pb-3 text-xs text-ink-faint"
        >
            <span
                title={t.tenants.proof.hint}
                className={tenant.proof_failed ? 'font-medium text-bad' : ''}
            >
                {textOf(tenant)}
            </span>
            <span className="inline-flex gap-1.5">
                {tenant.rejected > 0 && (
                    <Badge tone="warn">{t.tenants.proof.rejected(tenant.rejected)}</Badge>
                )}
                {tenant.open_alerts > 0 && (
                    <Badge tone="bad">{t.tenants.proof.alerts(tenant.open_alerts)}</Badge>
                )}
            </span>
        </div>
    );
}

function proofOf({ proof_failed: failed, proven_up_to: upTo }: TenantSummary): string {
    return failed ? 'failed' : upTo === null ? 'none' : 'holds';
}

function textOf({ proof_failed: failed, proven_up_to: upTo, timezone }: TenantSummary): string {
    if (failed) return t.tenants.proof.failed;
    if (upTo === null) return t.tenants.proof.none;
    return t.tenants.proof.holds(formatMoment(upTo, timezone, new Date()));
}
