import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet, useMatch } from '@tanstack/react-router';
import { overviewQuery } from '../api/overview';
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
    const { from, to } = period;
    // The freshness, and the choices of inboxes.
    const overview = useQuery(overviewQuery(tenant.id, { from, to })).data;
    const panel = useMatch({
        from: '/signedIn/t/$tenantId/leads/$conversationId',
        shouldThrow: false,
    });
    const change = (next: LeadSearch) => void navigate({ to: '/t/$tenantId/leads', search: next });
    const { inbox, label, flag, status, q } = search;

    return (
        <div className={panel ? 'xl:pr-[38rem]' : ''}>
            <div className="mx-auto max-w-[96rem] space-y-5 px-4 py-6 sm:px-6">
                <DocumentTitle parts={[t.leads.title, tenant.name]} />
                <PageHeader
                    title={t.leads.title}
                    note={
                        overview && (
                            <Freshness upTo={overview.complete_up_to} timeZone={tenant.timezone} />
                        )
                    }
                >
                    <PeriodFilter
                        period={period}
                        today={today}
                        onChange={(choice) => change({ ...choice, inbox, label, flag, status, q })}
                    />
                </PageHeader>
                <LeadFilters search={search} inboxes={overview?.inboxes ?? []} onChange={change} />
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
