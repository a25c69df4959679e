import { useCallback } from 'react';
import type { DayPeriodCounts } from '../api/overview';
import { formatCount } from '../format/number';
import { t } from '../i18n';
import { byPeriodOption } from './byPeriod';
import { Chart } from './Chart';
import { ChartCard } from './ChartCard';
import { Legend } from './Legend';
import type { Palette } from './palette';

const legend = [
    { name: t.charts.conversations, mark: 'size-2.5 rounded-[3px] bg-track' },
    { name: t.charts.leads, mark: 'size-2.5 rounded-[3px] bg-accent' },
];

export function ByPeriodCard({ periods }: { periods: DayPeriodCounts[] }) {
    const option = useCallback((palette: Palette) => byPeriodOption(periods, palette), [periods]);
    return (
        <ChartCard title={t.charts.byPeriod.title} aside={<Legend entries={legend} />}>
            <Chart
                testId="chart-by-period"
                label={summaryOf(periods)}
                className="min-h-56 flex-1"
                option={option}
            />
        </ChartCard>
    );
}

function summaryOf(periods: DayPeriodCounts[]): string {
    const { byPeriod, leads: leadsName, conversations: conversationsName } = t.charts;
    const parts = periods.map(
        ({ period, leads, conversations }) =>
            `${period}: ${formatCount(leads)} / ${formatCount(conversations)}`,
    );
    return `${byPeriod.title}, ${leadsName} / ${conversationsName}. ${parts.join('; ')}`;
}
