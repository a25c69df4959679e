const dayMs = 86_400_000;

/** The date that many days before today in UTC, "2026-03-01". */
export function daysAgo(days) {
    return new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
}

/** A query that covers whatever a test can have made. */
export const allTime = `from=${daysAgo(3_000)}&to=${daysAgo(-2)}`;
