import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { t } from '../i18n';
import { useTheme } from '../state/theme';
import { readPalette, type Palette } from './palette';

interface Props {
    testId: string;
    /** What a person who cannot see the drawing should know. */
    label: string;
    className: string;
    /** Keep it stable (useCallback): a new function redraws. */
    option: (palette: Palette) => EChartsCoreOption;
    /** Called with the index of the slice or category that was clicked, anywhere in its column. */
    onSelect?: (index: number) => void;
}

const animationMs = 350;
const reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

/** Draws an ECharts option on a canvas that follows the size of its box and the theme. */
export function Chart({ testId, label, className, option, onSelect }: Props) {
    const box = useRef<HTMLDivElement>(null);
    const select = useRef(onSelect);
    const [chart, setChart] = useState<EChartsType>();
    const [failed, setFailed] = useState(false);
    const theme = useTheme();
    useEffect(() => {
        select.current = onSelect;
    }, [onSelect]);

    useEffect(() => {
        const element = box.current;
        if (element === null) return;
        let made: EChartsType | undefined;
        let gone = false;
        const sizes = new ResizeObserver(() => made?.resize());
        const start = async () => {
            const { init } = await import('./echarts');
            if (gone) return;
            made = init(element);
            listenForColumns(made, (index) => select.current?.(index));
            made.on('click', 'series.pie', ({ dataIndex }) => select.current?.(dataIndex));
            made.on('finished', () => {
                element.dataset.ready = 'true';
            });
            sizes.observe(element);
            setChart(made);
        };
        start().catch(() => setFailed(true));
        return () => {
            gone = true;
            sizes.disconnect();
            made?.dispose();
        };
    }, []);

    useEffect(() => {
        if (!chart || chart.isDisposed()) return;
        const motion = { animation: !reducedMotion.matches, animationDuration: animationMs };
        chart.setOption({ ...motion, ...option(readPalette()) }, { notMerge: true });
    }, [chart, option, theme]);

    if (failed) {
        return (
            <p
                role="alert"
                className={`grid place-items-center text-ui text-ink-soft ${className}`}
            >
                {t.charts.failed}
            </p>
        );
    }
    return (
        <div ref={box} role="img" aria-label={label} data-testid={testId} className={className} />
    );
}

/**
 * Makes the whole column of a category a target, because the bar of a quiet day is a pixel high.
 */
function listenForColumns(chart: EChartsType, onColumn: (index: number) => void): void {
    chart.getZr().on('click', ({ offsetX, offsetY }) => {
        if (!chart.containPixel('grid', [offsetX, offsetY])) return;
        const [index] = chart.convertFromPixel({ seriesIndex: 0 }, [offsetX, offsetY]);
        if (index !== undefined) onColumn(index);
    });
}
