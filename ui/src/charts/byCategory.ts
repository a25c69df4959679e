import type { EChartsCoreOption } from 'echarts/core';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { t } from '../i18n';
import type { Palette } from './palette';
import { tooltipContent, tooltipLook } from './tooltip';

export interface Slice {
    category: string;
    name: string;
    conversations: number;
    leads: number;
    color: string;
}

export function byCategoryOption(slices: Slice[], palette: Palette): EChartsCoreOption {
    const total = slices.reduce((sum, slice) => sum + slice.conversations, 0);
    return {
        tooltip: {
            ...tooltipLook(palette),
            formatter: (point: { dataIndex: number }) => {
                const slice = slices[point.dataIndex];
                if (slice === undefined) return '';
                return tooltipContent(slice.name, [
                    {
                        name: t.charts.conversations,
                        value: formatCount(slice.conversations),
                        color: slice.color,
                    },
                    {
                        name: t.charts.byCategory.shareOfConversations,
                        value: formatPercent(ratioOf(slice.conversations, total) ?? 0),
                    },
                    { name: t.charts.leads, value: formatCount(slice.leads) },
                ]);
            },
        },
        series: [
            {
                type: 'pie',
                radius: ['64%', '94%'],
                data: slices.map(({ name, conversations, leads, color }) => ({
                    name,
                    value: conversations,
                    itemStyle: { color },
                    cursor: leads > 0 ? 'pointer' : 'default',
                })),
                label: { show: false },
                itemStyle: { borderColor: palette.surface, borderWidth: 2 },
                emphasis: { scaleSize: 3 },
            },
        ],
    };
}
