import { expect, test } from 'vitest';
import { formatCount, formatPercent, ratioOf } from './number';

test('counts group thousands with a dot', () => {
    expect(formatCount(1_234_567)).toBe('1.234.567');
});

test('percentages carry a decimal comma and one decimal', () => {
    expect(formatPercent(0.3149)).toBe('31,5%');
    expect(formatPercent(0.5)).toBe('50,0%');
});

test('a part of nothing is no ratio', () => {
    expect(ratioOf(0, 0)).toBeNull();
    expect(ratioOf(1, 4)).toBe(0.25);
});
