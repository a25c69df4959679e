import { getRouteApi, Outlet, useMatch } from '@tanstack/react-router';
import { DocumentTitle } from '../components/DocumentTitle';
import { Freshness } from '../components/Freshness';
import { LeadFilters } from '../components/LeadFilters';
import { LeadList } from '../components/LeadList';
import { PageHeader } from '../components/PageHeader';
import { PeriodFilter } from '../components/PeriodFilter';
import { t } from '../i18n';
import type { LeadSearch } from '../state/search';
import { useLeads } from '../state/useLeads';

const route = getRouteApi('/signedIn/t/$tenantId/leads');

export function LeadsPage() {
    const { tenant, search, period, today, leads } = useLeads();
    const navigate = route.useNavigate();
    const panel = useMatch({
        from: '/signedIn/t/$tenantId/leads/$conversationId',
        shouldThrow: false,
    });
    const change = (next: LeadSearch) => void navigate({ to: '/t/$tenantId/leads', search: next });
    const { inbox, label, flag, status, category, q } = search;
    const kept = { inbox, label, flag, status, category, q };
    const { data } = leads;

    return (
        <div className={panel ? 'lg:pr-[30rem] xl:pr-[38rem]' : ''}>
            <div className="page-width space-y-5 py-6">
                <DocumentTitle parts={[t.leads.title, tenant.name]} />
                <PageHeader
                    title={t.leads.title}
                    note={
                        data && <Freshness upTo={data.complete_up_to} timeZone={tenant.timezone} />
                    }
                >
                    <PeriodFilter
                        period={period}
                        today={today}
                        onChange={(choice) => change({ ...choice, ...kept })}
                    />
                </PageHeader>
                <LeadFilters search={search} inboxes={data?.inboxes ?? []} onChange={change} />
                <LeadList
                    tenant={tenant}
                    search={search}
                    leads={leads}
                    openId={panel?.params.conversationId}
                />
            </div>
            <Outlet />
        </div>
    );
}
