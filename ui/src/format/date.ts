import { locale } from '../i18n';

const options = (extra: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...extra });

const dayMonth = options({ day: '2-digit', month: 'short' });
const dayMonthYear = options({ day: '2-digit', month: 'short', year: 'numeric' });
const weekdayDay = options({ weekday: 'short', day: '2-digit', month: 'short', year: 'numeric' });
const month = options({ month: 'short' });
const longMonth = options({ month: 'long', year: 'numeric' });

const parse = (date: string) => new Date(`${date}T00:00:00Z`);

/**
 * pt-BR puts "de" and dots into short dates ("12 de mar. de 2026"); rows of numbers read better
 * without.
 */
export const terse = (text: string) => text.replaceAll(' de ', ' ').replaceAll('.', '');

/** "12 mar". */
export function formatDay(date: string): string {
    return terse(dayMonth.format(parse(date)));
}

/** "qui, 12 mar 2026". */
export function formatWeekday(date: string): string {
    return terse(weekdayDay.format(parse(date)));
}

/** "mar/26". */
export function formatMonth(date: string): string {
    return `${terse(month.format(parse(date)))}/${date.slice(2, 4)}`;
}

/** "março de 2026". */
export function formatLongMonth(date: string): string {
    return longMonth.format(parse(date));
}

/** "12 mar 2026", "01 mar – 31 mar 2026", "15 dez 2025 – 14 jan 2026". */
export function formatRange(from: string, to: string): string {
    if (from === to) return terse(dayMonthYear.format(parse(to)));
    const sameYear = from.slice(0, 4) === to.slice(0, 4);
    const first = sameYear ? formatDay(from) : terse(dayMonthYear.format(parse(from)));
    return `${first} – ${terse(dayMonthYear.format(parse(to)))}`;
}
