import type { TenantSummary } from '../api/tenants';
import { ratioOf } from '../format/number';
import { locale } from '../i18n';
import type { TenantSort } from './search';

const collator = new Intl.Collator(locale, { sensitivity: 'base' });
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const orders: Record<TenantSort, (a: TenantSummary, b: TenantSummary) => number> = {
    leads: (a, b) => b.leads - a.leads,
    conversations: (a, b) => b.conversations - a.conversations,
    rate: (a, b) => rate(b) - rate(a),
    name: (a, b) => collator.compare(a.name, b.name),
    sync: (a, b) => (a.last_sync_at ?? '').localeCompare(b.last_sync_at ?? ''),
};

const rate = (tenant: TenantSummary) => ratioOf(tenant.leads, tenant.conversations) ?? -1;

/**
 * The tenants whose name contains `q` (case and accents aside), in the order of `sort`, then by
 * name.
 */
export function arrangeTenants(
    tenants: TenantSummary[],
    q: string | undefined,
    sort: TenantSort,
): TenantSummary[] {
    const wanted = fold(q ?? '');
    return tenants
        .filter((tenant) => fold(tenant.name).includes(wanted))
        .sort((a, b) => orders[sort](a, b) || collator.compare(a.name, b.name));
}
