import { Link } from '@tanstack/react-router';
import type { TenantStatus, TenantSummary } from '../api/tenants';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { initialsOf } from '../format/initials';
import { t } from '../i18n';
import { Badge, type Tone } from './Badge';
import { Freshness } from './Freshness';
import { ProofNote } from './ProofNote';
import { SyncNote } from './SyncNote';

const tones: Record<TenantStatus, Tone> = {
    active: 'good',
    trial: 'accent',
    suspended: 'warn',
    cancelled: 'neutral',
};

export function TenantCard({ tenant }: { tenant: TenantSummary }) {
    const rate = ratioOf(tenant.leads, tenant.conversations);
    return (
        <li
            data-testid="tenant-card"
            data-tenant-id={tenant.id}
            className="surface-card relative flex flex-col transition-[border-color,box-shadow] hover:border-control hover:shadow-float"
        >
            <div className="flex items-center gap-3 px-5 pt-5">
                <span
                    aria-hidden="true"
                    className="grid size-10 shrink-0 place-items-center rounded-lg bg-accent-soft text-ui font-semibold text-accent-strong"
                >
                    {initialsOf(tenant.name)}
                </span>
                <div className="min-w-0">
                    <h2 className="truncate text-[0.9375rem] font-semibold tracking-tight">
                        <Link
                            to="/t/$tenantId"
                            params={{ tenantId: tenant.id }}
                            aria-label={t.tenants.open(tenant.name)}
                            className="rounded-xl after:absolute after:inset-0 after:rounded-xl"
                        >
                            <bdi>{tenant.name}</bdi>
                        </Link>
                    </h2>
                    <p className="text-xs text-ink-faint">
                        {t.tenants.inboxes(tenant.inboxes)} · {t.tenants.users(tenant.users)}
                    </p>
                </div>
                <span className="ml-auto">
                    <Badge tone={tones[tenant.status]}>{t.tenants.statuses[tenant.status]}</Badge>
                </span>
            </div>
            <dl className="flex flex-wrap justify-between gap-x-4 gap-y-2 px-5 py-5">
                <Figure name={t.tenants.conversations} text={formatCount(tenant.conversations)} />
                <Figure name={t.tenants.leads} text={formatCount(tenant.leads)} />
                <Figure
                    name={t.tenants.rate}
                    text={rate === null ? t.notAvailable : formatPercent(rate)}
                />
            </dl>
            <footer className="mt-auto flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-t border-line px-5 py-3">
                <Freshness upTo={tenant.complete_up_to} timeZone={tenant.timezone} />
                <SyncNote at={tenant.last_sync_at} status={tenant.last_sync_status} />
            </footer>
            <ProofNote tenant={tenant} />
        </li>
    );
}

function Figure({ name, text }: { name: string; text: string }) {
    return (
        <div className="flex min-w-20 flex-col-reverse">
            <dt className="text-xs text-ink-faint">{name}</dt>
            <dd className="text-xl font-semibold tracking-tight tabular-nums">{text}</dd>
        </div>
    );
}
