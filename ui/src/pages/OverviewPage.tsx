import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { overviewQuery } from '../api/overview';
import { DocumentTitle } from '../components/DocumentTitle';
import { Freshness } from '../components/Freshness';
import { InboxFilter } from '../components/InboxFilter';
import { OverviewContent } from '../components/OverviewContent';
import { OverviewSkeleton } from '../components/OverviewSkeleton';
import { PageHeader } from '../components/PageHeader';
import { PeriodFilter } from '../components/PeriodFilter';
import { QueryError } from '../components/QueryError';
import { t } from '../i18n';
import { usePeriod, useTenant } from '../state/useTenant';

const route = getRouteApi('/signedIn/t/$tenantId/');

export function OverviewPage() {
    const tenant = useTenant();
    const search = route.useSearch();
    const navigate = route.useNavigate();
    const { period, today } = usePeriod(search);
    const { from, to } = period;
    const overview = useQuery(overviewQuery(tenant.id, { from, to, inbox: search.inbox }));
    const { data } = overview;

    return (
        <div className="page-width space-y-5 py-6">
            <DocumentTitle parts={[t.overview.title, tenant.name]} />
            <PageHeader
                title={t.overview.title}
                note={data && <Freshness upTo={data.complete_up_to} timeZone={tenant.timezone} />}
            >
                <InboxFilter
                    inboxes={data?.inboxes ?? []}
                    value={search.inbox}
                    onChange={(inbox) => void navigate({ search: { ...search, inbox } })}
                />
                <PeriodFilter
                    period={period}
                    today={today}
                    onChange={(choice) =>
                        void navigate({ search: { ...choice, inbox: search.inbox } })
                    }
                />
            </PageHeader>
            {overview.error && !data && (
                <QueryError error={overview.error} onRetry={() => void overview.refetch()} />
            )}
            {overview.isPending && <OverviewSkeleton />}
            {data && (
                <div
                    aria-busy={overview.isPlaceholderData}
                    className={`space-y-5 transition-opacity ${overview.isPlaceholderData ? 'opacity-60' : ''}`}
                >
                    <OverviewContent tenantId={tenant.id} search={search} overview={data} />
                </div>
            )}
        </div>
    );
}
