import { defaultPrices, problemOfPrices } from './billing.mjs';
import { FaultList, readFaults } from './faults.mjs';
import { makeRandom, seedOf } from './random.mjs';
import { badRequest } from './refusals.mjs';
import { isObject } from './schemas.mjs';

// The highest limits that the provider gives for the small model.
const initial = {
    latency_ms: [0, 0],
    outage: false,
    retry_after: 'seconds',
    limits: { rpm: 30_000, tpm: 150_000_000, rpd: null },
    log_prompts: true,
    json_schema: true,
    batch_seconds: 1,
    batch_error_rate: 0,
    batch_end: 'completed',
    prices: defaultPrices,
};

// How each field of POST /control is read, given what it was before.
const readers = {
    faults: readFaults,
    latency_ms: readLatency,
    outage: readFlag,
    retry_after: choiceOf('seconds', 'date'),
    limits: readLimits,
    log_prompts: readFlag,
    json_schema: readFlag,
    batch_seconds: readAmount,
    batch_error_rate: readShare,
    batch_end: choiceOf('completed', 'expired'),
    prices: readPrices,
};

/** What a test can change while the simulator runs. */
export class Control {
    values = { ...initial };
    faults;
    random;
    #seed;

    constructor(seed, change) {
        this.#seed = seed;
        this.random = makeRandom(seedOf(seed, 'control'));
        this.faults = new FaultList([], this.random);
        this.change(change);
    }

    /** Takes over the given fields and leaves the others, or refuses all of them. */
    change(given) {
        if (!isObject(given)) throw badRequest('control must be a JSON object');
        const read = {};
        for (const [name, value] of Object.entries(given)) {
            if (!Object.hasOwn(readers, name)) throw badRequest(`control has no field ${name}`);
            read[name] = readers[name](value, this.values[name]);
        }
        const { faults, ...values } = read;
        if (faults !== undefined) this.faults = new FaultList(faults, this.random);
        Object.assign(this.values, values);
    }

    written() {
        return { ...this.values, faults: this.faults.written(), seed: this.#seed };
    }
}

function readLatency(value) {
    const range = Array.isArray(value) ? value : [value, value];
    const isRange = range.length === 2 && range.every((ms) => Number.isFinite(ms) && ms >= 0);
    if (isRange && range[0] <= range[1]) return range;
    throw badRequest('latency_ms must be a number or [least, most]');
}

function readFlag(value) {
    if (typeof value === 'boolean') return value;
    throw badRequest('a flag must be true or false');
}

function choiceOf(...choices) {
    return (value) => {
        if (choices.includes(value)) return value;
        throw badRequest(`expected one of ${choices.join(', ')}`);
    };
}

function readLimits(value, before) {
    if (!isObject(value)) throw badRequest('limits must be an object');
    for (const [name, limit] of Object.entries(value)) {
        if (!Object.hasOwn(before, name)) throw badRequest(`there is no limit ${name}`);
        const isLimit = limit === null || (Number.isSafeInteger(limit) && limit >= 0);
        if (!isLimit) throw badRequest(`the limit ${name} must be a whole number or null`);
    }
    return { ...before, ...value };
}

function readAmount(value) {
    if (Number.isFinite(value) && value >= 0) return value;
    throw badRequest('expected a number that is not negative');
}

function readShare(value) {
    if (Number.isFinite(value) && value >= 0 && value <= 1) return value;
    throw badRequest('expected a number from 0 to 1');
}

function readPrices(value, before) {
    if (!isObject(value)) throw badRequest('prices must be an object');
    const problem = problemOfPrices(value);
    if (problem !== undefined) throw badRequest(problem);
    return { ...before, ...value };
}
