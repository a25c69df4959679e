import type { DayCounts } from '../api/overview';
import { monthStart, weekStart } from '../state/dates';

export type BucketSize = 'day' | 'week' | 'month';

export interface Bucket {
    /** First and last day that the bucket counts; at the ends of a period it may be cut. */
    from: string;
    to: string;
    conversations: number;
    leads: number;
}

const daysMaxAsDays = 90;
const daysMaxAsWeeks = 190;

export function bucketSizeOf(days: number): BucketSize {
    if (days <= daysMaxAsDays) return 'day';
    return days <= daysMaxAsWeeks ? 'week' : 'month';
}

/** Sums days, which come in order, into calendar weeks (from Monday) or months. */
export function bucketsOf(days: DayCounts[], size: BucketSize): Bucket[] {
    const buckets: Bucket[] = [];
    let openKey = '';
    for (const { date, conversations, leads } of days) {
        const key = keyOf(date, size);
        const open = buckets.at(-1);
        if (open && key === openKey) {
            open.to = date;
            open.conversations += conversations;
            open.leads += leads;
        } else {
            buckets.push({ from: date, to: date, conversations, leads });
            openKey = key;
        }
    }
    return buckets;
}

function keyOf(date: string, size: BucketSize): string {
    if (size === 'day') return date;
    return size === 'week' ? weekStart(date) : monthStart(date, 0);
}
