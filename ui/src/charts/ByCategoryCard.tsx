import { useCallback, useMemo } from 'react';
import type { CategoryCounts } from '../api/overview';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { t } from '../i18n';
import { useTheme } from '../state/theme';
import { byCategoryOption, type Slice } from './byCategory';
import { Chart } from './Chart';
import { ChartCard } from './ChartCard';
import type { Palette } from './palette';
import { soften } from './soften';

export function ByCategoryCard({ categories }: { categories: CategoryCounts[] }) {
    const theme = useTheme();
    const slices = useMemo(
        () =>
            categories.map(({ label, color, conversations }) => ({
                name: label,
                value: conversations,
                color: soften(color, theme),
            })),
        [categories, theme],
    );
    const option = useCallback((palette: Palette) => byCategoryOption(slices, palette), [slices]);
    return (
        <ChartCard title={t.charts.byCategory.title}>
            {slices.length === 0 ? (
                <p className="text-ui text-ink-faint">{t.charts.byCategory.empty}</p>
            ) : (
                <div className="my-auto flex flex-wrap items-center justify-center gap-x-8 gap-y-5">
                    <Chart
                        testId="chart-by-category"
                        label={t.charts.byCategory.title}
                        className="size-44 shrink-0"
                        option={option}
                    />
                    <SliceList slices={slices} />
                </div>
            )}
        </ChartCard>
    );
}

function SliceList({ slices }: { slices: Slice[] }) {
    const total = slices.reduce((sum, slice) => sum + slice.value, 0);
    return (
        <ul className="min-w-52 flex-1 divide-y divide-line text-ui">
            {slices.map(({ name, value, color }) => (
                <li key={name} className="flex items-center gap-2.5 py-1.5">
                    <span
                        aria-hidden="true"
                        className="size-2.5 shrink-0 rounded-[3px]"
                        style={{ backgroundColor: color }}
                    />
                    <span className="min-w-0 truncate">{name}</span>
                    <span className="ml-auto text-ink-faint tabular-nums">
                        {formatCount(value)}
                    </span>
                    <span className="w-12 text-right font-medium tabular-nums">
                        {formatPercent(ratioOf(value, total) ?? 0)}
                    </span>
                </li>
            ))}
        </ul>
    );
}
