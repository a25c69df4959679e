import { locale } from '../i18n';

const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const oneDecimal = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const percent = new Intl.NumberFormat(locale, { style: 'percent', ...oneDecimal });

/** 12345 → "12.345". */
export function formatCount(value: number): string {
    return integer.format(value);
}

/** For axes: 12345 → "12,3 mil". */
export function formatCompact(value: number): string {
    return compact.format(value);
}

/** 0.314 → "31,4%"; always one decimal, so that columns line up. */
export function formatPercent(ratio: number): string {
    return percent.format(ratio);
}

/** part ÷ whole, or null where there is no whole. */
export function ratioOf(part: number, whole: number): number | null {
    return whole > 0 ? part / whole : null;
}
