import { expect, test } from 'vitest';
import { formatDay, formatMonth, formatRange, formatWeekday } from './date';

test('days read without dots and "de"', () => {
    expect(formatDay('2026-03-01')).toBe('01 mar');
    expect(formatMonth('2026-03-01')).toBe('mar/26');
    expect(formatWeekday('2026-03-01')).toBe('dom, 01 mar 2026');
});

test('a range names the year once, unless it crosses one', () => {
    expect(formatRange('2026-03-01', '2026-03-01')).toBe('01 mar 2026');
    expect(formatRange('2026-03-01', '2026-03-31')).toBe('01 mar – 31 mar 2026');
    expect(formatRange('2025-12-15', '2026-01-14')).toBe('15 dez 2025 – 14 jan 2026');
});
