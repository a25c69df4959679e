import { expect, test } from 'vitest';
import { addDays } from '../state/dates';
import { bucketsOf, bucketSizeOf } from './buckets';

function daysFrom(first: string, count: number) {
    return [...Array(count).keys()].map((index) => ({
        date: addDays(first, index),
        conversations: 2,
        leads: 1,
    }));
}

test('up to 90 days each day has its bar, then weeks, then months', () => {
    expect(bucketSizeOf(90)).toBe('day');
    expect(bucketSizeOf(91)).toBe('week');
    expect(bucketSizeOf(365)).toBe('month');
});

test('weeks begin on Monday and are cut where the period begins and ends', () => {
    const buckets = bucketsOf(daysFrom('2026-02-28', 10), 'week');
    expect(buckets).toEqual([
        { from: '2026-02-28', to: '2026-03-01', conversations: 4, leads: 2 },
        { from: '2026-03-02', to: '2026-03-08', conversations: 14, leads: 7 },
        { from: '2026-03-09', to: '2026-03-09', conversations: 2, leads: 1 },
    ]);
});

test('months of two years do not mix', () => {
    const buckets = bucketsOf(daysFrom('2025-03-13', 365), 'month');
    expect(buckets).toHaveLength(13);
    expect(buckets.reduce((sum, bucket) => sum + bucket.leads, 0)).toBe(365);
});

test('no days make no bars', () => {
    expect(bucketsOf([], 'week')).toEqual([]);
});
