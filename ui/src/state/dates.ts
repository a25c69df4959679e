const dayMs = 86_400_000;
const isoDate = /^\d{4}-\d{2}-\d{2}$/;

const parse = (date: string) => new Date(`${date}T00:00:00Z`);
const print = (date: Date) => date.toISOString().slice(0, 10);

/** True for a calendar day that exists, written "2026-03-12". */
export function isDate(text: unknown): text is string {
    if (typeof text !== 'string' || !isoDate.test(text)) return false;
    const date = parse(text);
    return !Number.isNaN(date.getTime()) && print(date) === text;
}

export function addDays(date: string, days: number): string {
    return print(new Date(parse(date).getTime() + days * dayMs));
}

/** Days from `from` to `to`, both counted. */
export function daysBetween(from: string, to: string): number {
    return Math.round((parse(to).getTime() - parse(from).getTime()) / dayMs) + 1;
}

/** The first day of the month that lies `months` away from the month of `date`. */
export function monthStart(date: string, months: number): string {
    const day = parse(date);
    return print(new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1)));
}

/** The same day `months` away, or that month's last day where it is shorter. */
export function addMonths(date: string, months: number): string {
    const start = monthStart(date, months);
    const last = addDays(monthStart(start, 1), -1);
    const wished = `${start.slice(0, 8)}${date.slice(8)}`;
    return wished > last ? last : wished;
}

/** The Monday on or before `date`. */
export function weekStart(date: string): string {
    return addDays(date, -((parse(date).getUTCDay() + 6) % 7));
}
