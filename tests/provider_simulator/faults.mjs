import { answerKinds } from './bad_answers.mjs';
import { badRequest, forcedKinds } from './refusals.mjs';
import { isObject } from './schemas.mjs';

/** What goes wrong on the way: see delivery.mjs. */
const deliveryKinds = [
    'hang',
    'slow',
    'reset',
    'cut_headers',
    'cut_body',
    'wrong_content_length',
    'not_json_body',
    'empty_body',
    'invalid_utf8',
];
export const allKinds = [...forcedKinds, ...deliveryKinds, ...answerKinds];
const scopes = ['live', 'batch'];
const fields = ['kind', 'times', 'probability', 'ms', 'billed', 'scope'];

export function isForced({ kind }) {
    return forcedKinds.includes(kind);
}

export function isDelivery({ kind }) {
    return deliveryKinds.includes(kind);
}

/** The faults that are asked for, in their order. The first that applies to a call is served. */
export class FaultList {
    #faults;
    #random;

    constructor(faults, random) {
        this.#faults = faults.map((fault) => ({ ...fault }));
        this.#random = random;
    }

    /** The fault of the next call that is made live or in a batch, or undefined. */
    next(scope) {
        for (const fault of this.#faults) {
            if (fault.scope !== scope || fault.times === 0) continue;
            if (fault.probability !== undefined && this.#random() >= fault.probability) continue;
            if (fault.times !== undefined) fault.times -= 1;
            return fault;
        }
        return undefined;
    }

    written() {
        return this.#faults;
    }
}

/** The list of faults as POST /control gives it. */
export function readFaults(list) {
    if (!Array.isArray(list)) throw badRequest('faults must be a list');
    return list.map(readFault);
}

function readFault(fault) {
    const refuse = (what) => badRequest(`${what} in ${JSON.stringify(fault)}`);
    if (!isObject(fault)) throw refuse('a fault must be an object');
    const unknown = Object.keys(fault).find((name) => !fields.includes(name));
    if (unknown !== undefined) throw refuse(`unknown field ${unknown}`);
    const { kind, times, probability, ms, billed = true, scope = 'live' } = fault;
    if (!allKinds.includes(kind)) throw refuse('unknown kind');
    if (!isAbsentOr(times, Number.isSafeInteger(times) && times >= 0)) throw refuse('bad times');
    if (!isAbsentOr(probability, isShare(probability))) throw refuse('bad probability');
    if (!isAbsentOr(ms, Number.isFinite(ms) && ms >= 0)) throw refuse('bad ms');
    if (typeof billed !== 'boolean') throw refuse('bad billed');
    if (!scopes.includes(scope)) throw refuse('bad scope');
    return { kind, times, probability, ms, billed, scope };
}

function isAbsentOr(value, isGood) {
    return value === undefined || isGood;
}

function isShare(value) {
    return Number.isFinite(value) && value >= 0 && value <= 1;
}
