import { SlidingWindow } from './windows.mjs';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * Requests per minute, tokens per minute and requests per day. `limits` is { rpm, tpm, rpd }, where
 * null lifts a limit; it may change at any time. Only accepted requests are counted.
 */
export class Limits {
    #now;
    #requestsMinute = new SlidingWindow(minuteMs);
    #tokensMinute = new SlidingWindow(minuteMs);
    #requestsDay = new SlidingWindow(dayMs);

    constructor(now) {
        this.#now = now;
    }

    /** Why a request of that many tokens is refused now, the longest wait first; or undefined. */
    check(limits, tokens) {
        const now = this.#now();
        return this.#rules(limits)
            .map(({ kind, unit, name, window, limit }) => {
                const requested = unit === 'tokens' ? tokens : 1;
                const waitMs = window.waitMs(now, requested, limit);
                return { kind, unit, name, limit, requested, waitMs, used: window.sum(now) };
            })
            .filter(({ waitMs }) => waitMs > 0)
            .sort((one, other) => other.waitMs - one.waitMs)[0];
    }

    count(tokens) {
        const now = this.#now();
        this.#requestsMinute.add(now, 1);
        this.#tokensMinute.add(now, tokens);
        this.#requestsDay.add(now, 1);
    }

    /** The headers that tell what is left now. Of two request limits the tighter one is told. */
    headers(limits) {
        const now = this.#now();
        const told = {};
        const roomOf = ({ window, limit }) => Math.max(0, limit - window.sum(now));
        const rules = this.#rules(limits).sort((one, other) => roomOf(one) - roomOf(other));
        for (const unit of ['requests', 'tokens']) {
            const rule = rules.find((candidate) => candidate.unit === unit);
            if (rule === undefined) continue;
            told[`x-ratelimit-limit-${unit}`] = String(rule.limit);
            told[`x-ratelimit-remaining-${unit}`] = String(roomOf(rule));
            told[`x-ratelimit-reset-${unit}`] = formatDuration(rule.window.resetMs(now));
        }
        return told;
    }

    /** The largest counts that any sliding window ever had. */
    largest() {
        return {
            requests_per_minute: this.#requestsMinute.largest,
            tokens_per_minute: this.#tokensMinute.largest,
            requests_per_day: this.#requestsDay.largest,
        };
    }

    #rules({ rpm, tpm, rpd }) {
        const rules = [
            [
                'requests_per_minute',
                'requests',
                'requests per min (RPM)',
                this.#requestsMinute,
                rpm,
            ],
            ['tokens_per_minute', 'tokens', 'tokens per min (TPM)', this.#tokensMinute, tpm],
            ['requests_per_day', 'requests', 'requests per day (RPD)', this.#requestsDay, rpd],
        ];
        return rules
            .filter((rule) => rule[4] !== null)
            .map(([kind, unit, name, window, limit]) => ({ kind, unit, name, window, limit }));
    }
}

/** A duration as the provider writes it: `12ms`, `1.5s`, `6m0s`, `24h0m0s`. Never too short. */
export function formatDuration(ms) {
    const whole = Math.ceil(ms);
    if (whole === 0) return '0s';
    if (whole < 1_000) return `${whole}ms`;
    const seconds = `${(whole % minuteMs) / 1_000}s`;
    if (whole < minuteMs) return seconds;
    const minutes = Math.floor(whole / minuteMs);
    if (minutes < 60) return `${minutes}m${seconds}`;
    return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
