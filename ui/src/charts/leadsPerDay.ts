import type { EChartsCoreOption } from 'echarts/core';
import { formatDay, formatMonth, formatRange, formatWeekday } from '../format/date';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { t } from '../i18n';
import { categoryAxis, countAxis } from './axes';
import type { Bucket, BucketSize } from './buckets';
import type { Palette } from './palette';
import { tooltipContent, tooltipLook } from './tooltip';

/** Bars for leads, a thin line for all conversations, on one scale. */
export function leadsPerDayOption(
    buckets: Bucket[],
    size: BucketSize,
    palette: Palette,
): EChartsCoreOption {
    const name = size === 'month' ? formatMonth : formatDay;
    return {
        grid: { left: 8, right: 8, top: 12, bottom: 4, outerBoundsMode: 'same' },
        xAxis: categoryAxis(
            palette,
            buckets.map((bucket) => name(bucket.from)),
        ),
        yAxis: countAxis(palette),
        tooltip: {
            ...tooltipLook(palette),
            trigger: 'axis',
            axisPointer: {
                type: 'shadow',
                shadowStyle: { color: palette.inkFaint, opacity: 0.08 },
            },
            formatter: (points: { dataIndex: number }[]) => {
                const bucket = buckets[points[0]?.dataIndex ?? -1];
                return bucket ? bucketTooltip(bucket, palette) : '';
            },
        },
        series: [
            {
                type: 'bar',
                name: t.charts.leads,
                data: buckets.map((bucket) => bucket.leads),
                barMaxWidth: 36,
                barCategoryGap: '28%',
                itemStyle: { color: palette.accent, borderRadius: [3, 3, 0, 0] },
                emphasis: { itemStyle: { color: palette.accentStrong } },
                cursor: 'pointer',
            },
            {
                type: 'line',
                name: t.charts.conversations,
                data: buckets.map((bucket) => bucket.conversations),
                lineStyle: { color: palette.conversations, width: 1.5 },
                itemStyle: { color: palette.conversations },
                smooth: 0.3,
                smoothMonotone: 'x',
                showSymbol: buckets.length === 1,
                symbolSize: 6,
            },
        ],
    };
}

function bucketTooltip(bucket: Bucket, palette: Palette): HTMLElement {
    const oneDay = bucket.from === bucket.to;
    const title = oneDay ? formatWeekday(bucket.from) : formatRange(bucket.from, bucket.to);
    const rate = ratioOf(bucket.leads, bucket.conversations);
    return tooltipContent(title, [
        { name: t.charts.leads, value: formatCount(bucket.leads), color: palette.accent },
        {
            name: t.charts.conversations,
            value: formatCount(bucket.conversations),
            color: palette.conversations,
        },
        { name: t.charts.leadRate, value: rate === null ? t.notAvailable : formatPercent(rate) },
    ]);
}
