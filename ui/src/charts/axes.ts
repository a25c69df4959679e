import { formatCompact } from '../format/number';
import type { Palette } from './palette';

export const fontFamily = "'Inter Variable', system-ui, sans-serif";

export function categoryAxis(palette: Palette, names: string[]) {
    return {
        type: 'category' as const,
        data: names,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: palette.line } },
        axisLabel: {
            color: palette.inkFaint,
            fontSize: 12,
            fontFamily,
            hideOverlap: true,
            margin: 12,
        },
    };
}

export function countAxis(palette: Palette) {
    return {
        type: 'value' as const,
        minInterval: 1,
        splitNumber: 4,
        splitLine: { lineStyle: { color: palette.line } },
        axisLabel: { color: palette.inkFaint, fontSize: 12, fontFamily, formatter: formatCompact },
    };
}
