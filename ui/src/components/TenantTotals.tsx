import type { TenantList } from '../api/tenants';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { t } from '../i18n';

export function TenantTotals({ totals }: { totals: TenantList['totals'] }) {
    const rate = ratioOf(totals.leads, totals.conversations);
    const entries = [
        {
            id: 'tenants',
            name: t.tenants.totalTenants,
            value: totals.tenants,
            text: formatCount(totals.tenants),
        },
        {
            id: 'conversations',
            name: t.tenants.totalConversations,
            value: totals.conversations,
            text: formatCount(totals.conversations),
        },
        {
            id: 'leads',
            name: t.tenants.totalLeads,
            value: totals.leads,
            text: formatCount(totals.leads),
        },
        {
            id: 'rate',
            name: t.tenants.totalRate,
            value: rate,
            text: rate === null ? t.notAvailable : formatPercent(rate),
        },
    ];
    return (
        <dl
            aria-label={t.tenants.totals}
            className="surface-card grid grid-cols-2 gap-px overflow-hidden bg-line lg:grid-cols-4"
        >
            {entries.map(({ id, name, value, text }) => (
                <div key={id} className="bg-surface px-5 py-4">
                    <dt className="text-ui font-medium text-ink-soft">{name}</dt>
                    <dd
                        data-testid={`total-${id}`}
                        data-value={value ?? ''}
                        className="mt-1 text-2xl font-semibold tracking-tight tabular-nums"
                    >
                        {text}
                    </dd>
                </div>
            ))}
        </dl>
    );
}
