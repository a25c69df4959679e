import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Building2, SearchX } from 'lucide-react';
import { tenantsQuery, type TenantList } from '../api/tenants';
import { DocumentTitle } from '../components/DocumentTitle';
import { Notice } from '../components/Notice';
import { PageHeader } from '../components/PageHeader';
import { QueryError } from '../components/QueryError';
import { SearchField } from '../components/SearchField';
import { Select } from '../components/Select';
import { TenantCard } from '../components/TenantCard';
import { TenantsSkeleton } from '../components/TenantsSkeleton';
import { TenantTotals } from '../components/TenantTotals';
import { t } from '../i18n';
import { parseTenantSearch, tenantSorts, type TenantSearch } from '../state/search';
import { arrangeTenants } from '../state/tenantOrder';

const route = getRouteApi('/signedIn/tenants');
const sortOptions = tenantSorts.map((sort) => ({ value: sort, text: t.tenants.sorts[sort] }));

export function TenantsPage() {
    const search = route.useSearch();
    const navigate = route.useNavigate();
    const list = useQuery(tenantsQuery);
    const change = (part: { q?: string; sort?: string }) =>
        void navigate({ search: parseTenantSearch({ ...search, ...part }), replace: true });

    return (
        <div className="page-width space-y-5 py-6">
            <DocumentTitle parts={[t.tenants.title]} />
            <PageHeader title={t.tenants.title}>
                <SearchField
                    label={t.tenants.search}
                    placeholder={t.tenants.searchPlaceholder}
                    testId="tenant-search"
                    value={search.q ?? ''}
                    onChange={(q) => change({ q })}
                />
                <Select
                    label={t.tenants.sort}
                    testId="tenant-sort"
                    value={search.sort ?? 'leads'}
                    options={sortOptions}
                    onChange={(sort) => change({ sort })}
                />
            </PageHeader>
            {list.isPending && <TenantsSkeleton />}
            {list.error && !list.data && (
                <QueryError error={list.error} onRetry={() => void list.refetch()} />
            )}
            {list.data && <TenantCards list={list.data} search={search} />}
        </div>
    );
}

function TenantCards({ list, search }: { list: TenantList; search: TenantSearch }) {
    const shown = arrangeTenants(list.tenants, search.q, search.sort ?? 'leads');
    const empty = list.tenants.length === 0;
    const texts = empty ? t.tenants.empty : t.tenants.noMatch;
    return (
        <>
            <TenantTotals totals={list.totals} />
            {shown.length === 0 ? (
                <div className="surface-card">
                    <Notice
                        icon={empty ? Building2 : SearchX}
                        title={texts.title}
                        detail={texts.detail}
                    />
                </div>
            ) : (
                <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">
                    {shown.map((tenant) => (
                        <TenantCard key={tenant.id} tenant={tenant} />
                    ))}
                </ul>
            )}
        </>
    );
}
