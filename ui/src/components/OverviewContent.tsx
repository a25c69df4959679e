import { useNavigate } from '@tanstack/react-router';
import { MessagesSquare, RefreshCw } from 'lucide-react';
import type { Overview } from '../api/overview';
import { ByCategoryCard } from '../charts/ByCategoryCard';
import { ByInboxCard } from '../charts/ByInboxCard';
import { ByPeriodCard } from '../charts/ByPeriodCard';
import { LeadsPerDayCard } from '../charts/LeadsPerDayCard';
import { formatRange } from '../format/date';
import { t } from '../i18n';
import { previousPeriod } from '../state/period';
import type { OverviewSearch } from '../state/search';
import { Button } from './Button';
import { KpiGroup } from './KpiGroup';
import { Notice } from './Notice';

interface Props {
    tenantId: number;
    search: OverviewSearch;
    overview: Overview;
}

export function OverviewContent({ tenantId, search, overview }: Props) {
    const navigate = useNavigate();
    const before = previousPeriod(overview.period);
    const beforeRange = formatRange(before.from, before.to);
    const openLeads = (from: string, to: string) =>
        void navigate({
            to: '/t/$tenantId/leads',
            params: { tenantId },
            search: { period: 'custom', from, to, inbox: search.inbox },
        });
    return (
        <>
            <div>
                <KpiGroup
                    tenantId={tenantId}
                    search={search}
                    kpis={overview.kpis}
                    previous={overview.previous}
                />
                <p className="mt-2 px-1 text-xs text-ink-faint tabular-nums">
                    {overview.previous.conversations > 0
                        ? t.overview.compared(beforeRange)
                        : t.overview.nothingBefore(beforeRange)}
                </p>
            </div>
            {overview.kpis.conversations === 0 ? (
                <EmptyOverview
                    tenantId={tenantId}
                    search={search}
                    synchronised={overview.complete_up_to !== null}
                />
            ) : (
                <>
                    <LeadsPerDayCard days={overview.leads_per_day} onSelect={openLeads} />
                    <ByInboxCard tenantId={tenantId} search={search} inboxes={overview.by_inbox} />
                    <div className="grid gap-5 lg:grid-cols-2">
                        <ByCategoryCard
                            tenantId={tenantId}
                            search={search}
                            categories={overview.by_category}
                        />
                        <ByPeriodCard periods={overview.by_period} />
                    </div>
                </>
            )}
        </>
    );
}

interface EmptyProps {
    tenantId: number;
    search: OverviewSearch;
    synchronised: boolean;
}

function EmptyOverview({ tenantId, search, synchronised }: EmptyProps) {
    const navigate = useNavigate();
    const showYear = () =>
        void navigate({ to: '/t/$tenantId', params: { tenantId }, search: { period: '12m' } });
    const { title, withFilter, always, action } = t.overview.empty;
    if (!synchronised) {
        return (
            <div className="surface-card">
                <Notice icon={RefreshCw} {...t.overview.neverSynchronised} />
            </div>
        );
    }
    const widest = search.period === '12m' && search.inbox === undefined;
    return (
        <div className="surface-card">
            <Notice icon={MessagesSquare} title={title} detail={widest ? always : withFilter}>
                {!widest && <Button onClick={showYear}>{action}</Button>}
            </Notice>
        </div>
    );
}
