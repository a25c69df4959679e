import { useCallback, useMemo } from 'react';
import type { DayCounts } from '../api/overview';
import { formatRange } from '../format/date';
import { formatCount } from '../format/number';
import { t } from '../i18n';
import { bucketsOf, bucketSizeOf, type Bucket } from './buckets';
import { Chart } from './Chart';
import { ChartCard } from './ChartCard';
import { leadsPerDayOption } from './leadsPerDay';
import { Legend } from './Legend';
import type { Palette } from './palette';

interface Props {
    days: DayCounts[];
    onSelect: (from: string, to: string) => void;
}

const legend = [
    { name: t.charts.leads, mark: 'size-2.5 rounded-[3px] bg-accent' },
    { name: t.charts.conversations, mark: 'h-0.5 w-3.5 rounded bg-conversations' },
];

export function LeadsPerDayCard({ days, onSelect }: Props) {
    const size = bucketSizeOf(days.length);
    const buckets = useMemo(() => bucketsOf(days, size), [days, size]);
    const option = useCallback(
        (palette: Palette) => leadsPerDayOption(buckets, size, palette),
        [buckets, size],
    );
    const select = (index: number) => {
        const bucket = buckets[index];
        if (bucket) onSelect(bucket.from, bucket.to);
    };
    return (
        <ChartCard
            title={t.charts.leadsPerDay.title[size]}
            hint={t.charts.leadsPerDay.hint}
            aside={<Legend entries={legend} />}
        >
            <Chart
                testId="chart-leads-per-day"
                label={summaryOf(buckets)}
                className="h-72 cursor-pointer"
                option={option}
                onSelect={select}
            />
            <BucketTable buckets={buckets} caption={t.charts.leadsPerDay.title[size]} />
        </ChartCard>
    );
}

function summaryOf(buckets: Bucket[]): string {
    const sum = (pick: (bucket: Bucket) => number) =>
        formatCount(buckets.reduce((total, bucket) => total + pick(bucket), 0));
    const leads = sum((bucket) => bucket.leads);
    return t.charts.leadsPerDay.summary(
        leads,
        sum((bucket) => bucket.conversations),
        buckets.length,
    );
}

/** The same numbers for screen readers. */
function BucketTable({ buckets, caption }: { buckets: Bucket[]; caption: string }) {
    return (
        <div className="sr-only">
            <table>
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t.charts.interval}</th>
                        <th scope="col">{t.charts.leads}</th>
                        <th scope="col">{t.charts.conversations}</th>
                    </tr>
                </thead>
                <tbody>
                    {buckets.map((bucket) => (
                        <tr key={bucket.from}>
                            <th scope="row">{formatRange(bucket.from, bucket.to)}</th>
                            <td>{formatCount(bucket.leads)}</td>
                            <td>{formatCount(bucket.conversations)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
