import { addDays, addMonths, daysBetween, isDate, monthStart } from './dates';

export const presets = [
    'today',
    '7d',
    '30d',
    '90d',
    'month',
    'last-month',
    '12m',
    'custom',
] as const;
export type Preset = (typeof presets)[number];

export const defaultPreset: Preset = '30d';

/** The period as the address tells it; `from` and `to` count only with the preset "custom". */
export interface PeriodSearch {
    period?: Preset;
    from?: string;
    to?: string;
}

export interface Period {
    preset: Preset;
    from: string;
    to: string;
}

/** Reads a period from untrusted address values; what makes no sense is left out. */
export function parsePeriodSearch(raw: Record<string, unknown>): PeriodSearch {
    const { period, from, to } = raw;
    if (period === 'custom' || (period === undefined && from !== undefined)) {
        const valid = isDate(from) && isDate(to) && from <= to;
        return valid ? { period: 'custom', from, to } : {};
    }
    const preset = presets.find((candidate) => candidate === period);
    return preset === undefined || preset === defaultPreset ? {} : { period: preset };
}

/** The days that a period covers when `today` is the tenant's date. */
export function resolvePeriod(search: PeriodSearch, today: string): Period {
    const preset = search.period ?? defaultPreset;
    if (preset === 'custom' && search.from !== undefined && search.to !== undefined) {
        return { preset, from: search.from, to: search.to };
    }
    return { preset, ...daysOf(preset, today) };
}

function daysOf(preset: Preset, today: string): { from: string; to: string } {
    switch (preset) {
        case 'today':
            return { from: today, to: today };
        case '7d':
            return { from: addDays(today, -6), to: today };
        case '90d':
            return { from: addDays(today, -89), to: today };
        case 'month':
            return { from: monthStart(today, 0), to: today };
        case 'last-month':
            return { from: monthStart(today, -1), to: addDays(monthStart(today, 0), -1) };
        case '12m':
            return { from: addDays(addMonths(today, -12), 1), to: today };
        default:
            return { from: addDays(today, -29), to: today };
    }
}

/** The period of equal length just before. */
export function previousPeriod(period: { from: string; to: string }): { from: string; to: string } {
    const length = daysBetween(period.from, period.to);
    return { from: addDays(period.from, -length), to: addDays(period.from, -1) };
}
