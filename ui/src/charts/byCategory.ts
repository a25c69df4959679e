import type { EChartsCoreOption } from 'echarts/core';
import { formatCount, formatPercent } from '../format/number';
import { t } from '../i18n';
import type { Palette } from './palette';
import { tooltipContent, tooltipLook } from './tooltip';

export interface Slice {
    name: string;
    value: number;
    color: string;
}

export function byCategoryOption(slices: Slice[], palette: Palette): EChartsCoreOption {
    return {
        tooltip: {
            ...tooltipLook(palette),
            formatter: (point: { dataIndex: number; percent: number }) => {
                const slice = slices[point.dataIndex];
                if (slice === undefined) return '';
                return tooltipContent(slice.name, [
                    {
                        name: t.charts.conversations,
                        value: formatCount(slice.value),
                        color: slice.color,
                    },
                    { name: t.charts.byCategory.share, value: formatPercent(point.percent / 100) },
                ]);
            },
        },
        series: [
            {
                type: 'pie',
                radius: ['64%', '94%'],
                data: slices.map(({ name, value, color }) => ({
                    name,
                    value,
                    itemStyle: { color },
                })),
                label: { show: false },
                itemStyle: { borderColor: palette.surface, borderWidth: 2 },
                emphasis: { scaleSize: 3 },
            },
        ],
    };
}
