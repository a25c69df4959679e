const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** The two largest units of a duration, smaller ones cut off: 412.5 → "6 min 52 s". */
export function formatDuration(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < minute) return `${whole} s`;
    if (whole < hour) return pair(whole, minute, 'min', 1, 's');
    if (whole < day) return pair(whole, hour, 'h', minute, 'min');
    return pair(whole, day, 'd', hour, 'h');
}

function pair(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string) {
    const count = Math.floor(seconds / large);
    const rest = Math.floor((seconds % large) / small);
    return rest === 0 ? `${count} ${largeUnit}` : `${count} ${largeUnit} ${rest} ${smallUnit}`;
}
