import type { EChartsCoreOption } from 'echarts/core';
import type { DayPeriodCounts } from '../api/overview';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { t } from '../i18n';
import { categoryAxis, countAxis, fontFamily } from './axes';
import type { Palette } from './palette';
import { tooltipContent, tooltipLook } from './tooltip';

/** The leads of a part of the day drawn inside the bar of its conversations. */
export function byPeriodOption(periods: DayPeriodCounts[], palette: Palette): EChartsCoreOption {
    const axis = categoryAxis(
        palette,
        periods.map(({ period }) => period),
    );
    const bar = { type: 'bar', barWidth: '56%', itemStyle: { borderRadius: [4, 4, 0, 0] } };
    return {
        grid: { left: 8, right: 8, top: 24, bottom: 4, outerBoundsMode: 'same' },
        xAxis: { ...axis, axisLabel: { ...axis.axisLabel, hideOverlap: false, interval: 0 } },
        yAxis: countAxis(palette),
        tooltip: {
            ...tooltipLook(palette),
            trigger: 'axis',
            axisPointer: { type: 'none' },
            formatter: (points: { dataIndex: number }[]) => {
                const period = periods[points[0]?.dataIndex ?? -1];
                return period ? periodTooltip(period, palette) : '';
            },
        },
        series: [
            {
                ...bar,
                name: t.charts.conversations,
                data: periods.map(({ conversations }) => conversations),
                itemStyle: { ...bar.itemStyle, color: palette.track },
                barGap: '-100%',
                label: {
                    show: true,
                    position: 'top',
                    color: palette.inkFaint,
                    fontSize: 12,
                    fontFamily,
                    backgroundColor: palette.surface,
                    padding: [0, 4],
                    formatter: ({ value }: { value: number }) => formatCount(value),
                },
                emphasis: { disabled: true },
            },
            {
                ...bar,
                name: t.charts.leads,
                data: periods.map(({ leads }) => leads),
                itemStyle: { ...bar.itemStyle, color: palette.accent },
                emphasis: { disabled: true },
            },
        ],
    };
}

function periodTooltip({ period, conversations, leads }: DayPeriodCounts, palette: Palette) {
    const hours = t.charts.byPeriod.hours[period];
    const rate = ratioOf(leads, conversations);
    return tooltipContent(hours === undefined ? period : `${period} (${hours})`, [
        { name: t.charts.conversations, value: formatCount(conversations), color: palette.track },
        { name: t.charts.leads, value: formatCount(leads), color: palette.accent },
        { name: t.charts.leadRate, value: rate === null ? t.notAvailable : formatPercent(rate) },
    ]);
}
