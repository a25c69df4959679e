import { useNavigate, type LinkProps } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { leadCategories } from '../api/leads';
import type { CategoryCounts } from '../api/overview';
import { formatCount } from '../format/number';
import { t } from '../i18n';
import type { OverviewSearch } from '../state/search';
import { useTheme } from '../state/theme';
import { byCategoryOption, type Slice } from './byCategory';
import { CategoryTable } from './CategoryTable';
import { Chart } from './Chart';
import { ChartCard } from './ChartCard';
import type { Palette } from './palette';
import { soften } from './soften';

interface Props {
    tenantId: number;
    search: OverviewSearch;
    categories: CategoryCounts[];
}

const texts = t.charts.byCategory;

/** The ring counts conversations; the list behind a click holds leads, so the table counts both. */
export function ByCategoryCard({ tenantId, search, categories }: Props) {
    const theme = useTheme();
    const navigate = useNavigate();
    const slices = useMemo(
        () =>
            categories.map(({ category, label, color, conversations, leads }) => ({
                category,
                name: label,
                conversations,
                leads,
                color: soften(color, theme),
            })),
        [categories, theme],
    );
    const option = useCallback((palette: Palette) => byCategoryOption(slices, palette), [slices]);
    const linkOf = (slice: Slice): LinkProps | undefined => {
        const category = leadCategories.find((known) => known === slice.category);
        if (category === undefined || slice.leads === 0) return undefined;
        return {
            to: '/t/$tenantId/leads',
            params: { tenantId },
            search: { ...search, category },
        };
    };
    const openSlice = (index: number) => {
        const slice = slices[index];
        const link = slice && linkOf(slice);
        if (link) void navigate(link);
    };
    return (
        <ChartCard title={texts.title} hint={texts.hint}>
            {slices.length === 0 ? (
                <p className="text-ui text-ink-faint">{texts.empty}</p>
            ) : (
                <div className="@container my-auto">
                    <div className="flex flex-wrap items-center justify-center gap-x-8 gap-y-5">
                        <Chart
                            testId="chart-by-category"
                            label={summaryOf(slices)}
                            className="size-44 shrink-0"
                            option={option}
                            onSelect={openSlice}
                        />
                        <CategoryTable slices={slices} linkOf={linkOf} />
                    </div>
                </div>
            )}
        </ChartCard>
    );
}

function summaryOf(slices: Slice[]): string {
    const parts = slices.map(({ name, conversations, leads }) =>
        texts.part(name, formatCount(conversations), formatCount(leads)),
    );
    return texts.summary(parts.join('; '));
}
