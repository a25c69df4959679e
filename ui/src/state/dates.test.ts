import { expect, test } from 'vitest';
import { addDays, addMonths, daysBetween, isDate, monthStart, weekStart } from './dates';

test('only days that exist are dates', () => {
    expect(isDate('2024-02-29')).toBe(true);
    expect(isDate('2026-02-29')).toBe(false);
    expect(isDate('2026-13-01')).toBe(false);
    expect(isDate('01/02/2026')).toBe(false);
    expect(isDate(undefined)).toBe(false);
});

test('days are added over the ends of months, years and clock changes', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysBetween('2018-11-01', '2018-11-30')).toBe(30);
});

test('a month later is the last day where the month is shorter', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2026-03-15', -12)).toBe('2025-03-15');
    expect(monthStart('2026-01-31', -1)).toBe('2025-12-01');
});

test('weeks begin on Monday', () => {
    expect(weekStart('2026-03-01')).toBe('2026-02-23');
    expect(weekStart('2026-03-02')).toBe('2026-03-02');
});
