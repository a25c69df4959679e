import { locale, t } from '../i18n';
import { terse } from './date';

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making an Intl formatter is slow and tables need thousands of answers, so each is made once. */
function formatter(timeZone: string, key: string, options: Intl.DateTimeFormatOptions) {
    const cacheKey = `${key} ${timeZone}`;
    const known = formatters.get(cacheKey);
    if (known) return known;
    const made = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    formatters.set(cacheKey, made);
    return made;
}

/** "14:32". */
export function formatTime(instant: string, timeZone: string): string {
    const options = { hour: '2-digit', minute: '2-digit' } as const;
    return formatter(timeZone, 'time', options).format(new Date(instant));
}

/** "12/03/2026, 14:32". */
export function formatDateTime(instant: string, timeZone: string): string {
    const options = { dateStyle: 'short', timeStyle: 'short' } as const;
    return formatter(timeZone, 'dateTime', { ...options }).format(new Date(instant));
}

/** "quinta-feira, 12 de março de 2026". */
export function formatLongDay(instant: string, timeZone: string): string {
    return formatter(timeZone, 'longDay', { dateStyle: 'full' }).format(new Date(instant));
}

/** The calendar day of an instant in a zone, as "2026-03-12". */
export function dayOf(instant: string | Date, timeZone: string): string {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    const parts = formatter(timeZone, 'day', options).formatToParts(new Date(instant));
    const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
    return `${part('year')}-${part('month')}-${part('day')}`;
}

/** As short as today allows: "14:32", "ontem, 14:32", "12 mar, 14:32" or with the year. */
export function formatMoment(instant: string, timeZone: string, now: Date): string {
    const day = dayOf(instant, timeZone);
    const today = dayOf(now, timeZone);
    if (day === today) return formatTime(instant, timeZone);
    const time = formatTime(instant, timeZone);
    if (day === dayOf(new Date(now.getTime() - 86_400_000), timeZone)) {
        return t.freshness.yesterday(time);
    }
    const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
    if (day.slice(0, 4) !== today.slice(0, 4)) options.year = 'numeric';
    const key = `moment${options.year ?? ''}`;
    return `${terse(formatter(timeZone, key, options).format(new Date(instant)))}, ${time}`;
}

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const relativeUnits: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
];

/** "há 12 minutos", "há 3 dias", "agora". */
export function formatAgo(instant: string, now: Date): string {
    const seconds = Math.round((Date.parse(instant) - now.getTime()) / 1000);
    for (const [unit, size] of relativeUnits) {
        if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
    }
    return relative.format(0, 'second');
}
