import { BoundedMap } from './bounded_map.mjs';

// Money is exact: a price is a whole number of micro-USD per 1,000,000 tokens, so one token costs
// a whole number of 10^-12 USD, and sums of those are kept as BigInt. Prices are even, so that half
// of one, the price in a batch, is whole too.
export const defaultPrices = {
    'gpt-4o-mini': { input: 150_000, cached_input: 75_000, output: 600_000 },
    'gpt-4o': { input: 2_500_000, cached_input: 1_250_000, output: 10_000_000 },
};
const priceKinds = ['input', 'cached_input', 'output'];
const requestsMax = 200_000;

/** What is wrong with a table of prices, or undefined. */
export function problemOfPrices(prices) {
    for (const [model, price] of Object.entries(prices)) {
        for (const kind of priceKinds) {
            const value = price?.[kind];
            if (Number.isSafeInteger(value) && value >= 0 && value % 2 === 0) continue;
            return `the ${kind} price of ${model} must be an even whole number of micro-USD`;
        }
    }
    return undefined;
}

/** The price of one call in 10^-12 USD. */
function costOf(price, { prompt, cached, completion }, isBatch = false) {
    const full =
        BigInt(price.input) * BigInt(prompt - cached) +
        BigInt(price.cached_input) * BigInt(cached) +
        BigInt(price.output) * BigInt(completion);
    return isBatch ? full / 2n : full;
}

/** Everything that was billed, in total and by the id that the client gave to its request. */
export class Ledger {
    #live = makeSums();
    #batch = makeSums();
    #byRequest = new BoundedMap(requestsMax);

    /** Books a call once. `request` is the client's id of it, if it gave one. */
    book({ price, tokens, request, isBatch = false }) {
        const cost = costOf(price, tokens, isBatch);
        addTo(isBatch ? this.#batch : this.#live, tokens, cost);
        if (request === undefined) return;
        const known = this.#byRequest.get(request);
        const sums = known ?? makeSums();
        addTo(sums, tokens, cost);
        if (known === undefined) this.#byRequest.set(request, sums);
    }

    tokens() {
        return { live: tokensOf(this.#live), batch: tokensOf(this.#batch) };
    }

    billed({ withRequests }) {
        const byRequest = [...this.#byRequest.entries()].map(([id, sums]) => [id, written(sums)]);
        return {
            pico_usd: String(this.#live.cost + this.#batch.cost),
            live: written(this.#live),
            batch: written(this.#batch),
            by_request_forgotten: this.#byRequest.forgotten,
            ...(withRequests && { by_request: Object.fromEntries(byRequest) }),
        };
    }
}

function makeSums() {
    return { calls: 0, cost: 0n, prompt: 0, cached: 0, completion: 0 };
}

function addTo(sums, { prompt, cached, completion }, cost) {
    sums.calls += 1;
    sums.cost += cost;
    sums.prompt += prompt;
    sums.cached += cached;
    sums.completion += completion;
}

function tokensOf({ prompt, cached, completion }) {
    return { prompt, cached, completion };
}

function written(sums) {
    return { calls: sums.calls, pico_usd: String(sums.cost), ...tokensOf(sums) };
}
