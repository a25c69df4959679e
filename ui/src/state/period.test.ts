import { expect, test } from 'vitest';
import { parsePeriodSearch, previousPeriod, resolvePeriod, type Preset } from './period';

const today = '2026-03-12';

test.each<[Preset, string, string]>([
    ['today', '2026-03-12', '2026-03-12'],
    ['7d', '2026-03-06', '2026-03-12'],
    ['30d', '2026-02-11', '2026-03-12'],
    ['90d', '2025-12-13', '2026-03-12'],
    ['month', '2026-03-01', '2026-03-12'],
    ['last-month', '2026-02-01', '2026-02-28'],
    ['12m', '2025-03-13', '2026-03-12'],
])('"%s" covers its days', (period, from, to) => {
    expect(resolvePeriod({ period }, today)).toEqual({ preset: period, from, to });
});

test('an address without a period means the last 30 days', () => {
    expect(resolvePeriod({}, today)).toEqual(resolvePeriod({ period: '30d' }, today));
});

test('a chosen period keeps its days', () => {
    const search = parsePeriodSearch({ period: 'custom', from: '2026-01-01', to: '2026-01-31' });
    expect(resolvePeriod(search, today)).toEqual({
        preset: 'custom',
        from: '2026-01-01',
        to: '2026-01-31',
    });
});

test('days without a preset are a chosen period', () => {
    expect(parsePeriodSearch({ from: '2026-01-01', to: '2026-01-02' }).period).toBe('custom');
});

test('what makes no sense in an address is left out', () => {
    expect(parsePeriodSearch({ period: 'century' })).toEqual({});
    expect(parsePeriodSearch({ period: 'custom', from: '2026-02-01', to: '2026-01-01' })).toEqual(
        {},
    );
    expect(parsePeriodSearch({ period: 'custom', from: '2026-02-30', to: '2026-03-01' })).toEqual(
        {},
    );
    expect(parsePeriodSearch({ period: 'custom' })).toEqual({});
});

test('the previous period is as long and ends the day before', () => {
    expect(previousPeriod({ from: '2026-03-06', to: '2026-03-12' })).toEqual({
        from: '2026-02-27',
        to: '2026-03-05',
    });
});
