import type { LinkProps } from '@tanstack/react-router';
import type { LeadFlag } from '../api/leads';
import type { Kpis } from '../api/overview';
import { formatDuration } from '../format/duration';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { t } from '../i18n';
import type { OverviewSearch } from '../state/search';
import { KpiCell } from './KpiCell';

interface Props {
    tenantId: number;
    search: OverviewSearch;
    kpis: Kpis;
    previous: Kpis;
}

/**
 * The seven numbers of the period: the way from conversation to customer, then the speed of the
 * team.
 */
export function KpiGroup({ tenantId, search, kpis, previous }: Props) {
    const leadsLink = (flag?: LeadFlag): LinkProps => ({
        to: '/t/$tenantId/leads',
        params: { tenantId },
        search: flag === undefined ? search : { ...search, flag },
    });
    const comparable = previous.conversations > 0;
    const count = { format: formatCount, size: 'large' as const, good: 'up' as const, comparable };
    const speed = {
        format: formatDuration,
        size: 'small' as const,
        good: 'down' as const,
        comparable,
    };
    const texts = t.overview.kpis;
    return (
        <section aria-label={t.overview.kpiGroup} className="surface-card overflow-hidden">
            <div className="grid grid-cols-2 gap-px bg-line lg:grid-cols-4">
                <KpiCell
                    {...count}
                    {...texts.conversations}
                    testId="kpi-conversations"
                    value={kpis.conversations}
                    previous={previous.conversations}
                />
                <KpiCell
                    {...count}
                    {...texts.leads}
                    testId="kpi-leads"
                    value={kpis.leads}
                    previous={previous.leads}
                    detail={share(kpis.leads, kpis.conversations, t.overview.leadRate)}
                    link={leadsLink()}
                />
                <KpiCell
                    {...count}
                    {...texts.visits}
                    testId="kpi-visits"
                    value={kpis.visits}
                    previous={previous.visits}
                    detail={share(kpis.visits, kpis.leads, t.overview.visitRate)}
                    link={leadsLink('visit')}
                />
                <KpiCell
                    {...count}
                    {...texts.conversions}
                    testId="kpi-conversions"
                    value={kpis.conversions}
                    previous={previous.conversions}
                    detail={share(kpis.conversions, kpis.leads, t.overview.conversionRate)}
                    link={leadsLink('conversion')}
                />
            </div>
            <div className="grid grid-cols-2 gap-px border-t border-line bg-line sm:grid-cols-3">
                <KpiCell
                    {...speed}
                    {...texts.firstResponseMean}
                    testId="kpi-first-response-mean"
                    value={kpis.first_response_mean_seconds}
                    previous={previous.first_response_mean_seconds}
                />
                <KpiCell
                    {...speed}
                    {...texts.firstResponseMedian}
                    testId="kpi-first-response-median"
                    value={kpis.first_response_median_seconds}
                    previous={previous.first_response_median_seconds}
                />
                <KpiCell
                    {...count}
                    {...texts.withoutAnswer}
                    size="small"
                    wide
                    good="down"
                    testId="kpi-without-answer"
                    value={kpis.without_answer}
                    previous={previous.without_answer}
                    detail={share(kpis.without_answer, kpis.leads, t.overview.withoutAnswerRate)}
                    link={leadsLink('without_answer')}
                />
            </div>
        </section>
    );
}

function share(part: number, whole: number, say: (rate: string) => string): string | undefined {
    const ratio = ratioOf(part, whole);
    return ratio === null ? undefined : say(formatPercent(ratio));
}
