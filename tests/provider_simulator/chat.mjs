import { parseBody, readChatRequest } from './chat_request.mjs';
import { complete } from './completions.mjs';
import { sendBadly, sendJson } from './delivery.mjs';
import { isDelivery, isForced } from './faults.mjs';
import { forcedRefusal, overLimit, Refusal, retryAfterHeader } from './refusals.mjs';

const slowMs = 60_000;
const forcedWaitMs = 1_000;
const insufficientQuota = 'insufficient_quota';

/** Accepts or refuses requests for an answer, bills what it accepts, and answers in its time. */
export class Chat {
    #state;
    #seed;

    /** `state` is what a reset replaces: control, limits, statistics, ledger, cache. */
    constructor(state, seed) {
        this.#state = state;
        this.#seed = seed;
    }

    /**
     * Serves one live call: { response, text, request, idempotencyKey, model, isAzure }. Throws
     * the refusal if the provider does not accept it; after acceptance it is billed, whatever
     * becomes of the answer.
     */
    serve(call) {
        const { control, limits, statistics, cache } = this.#state;
        const asked = this.#read(parseBody(call.text), call.model);
        const reserved = asked.promptTokens + asked.outputMax;
        const broken = limits.check(control.values.limits, reserved);
        if (broken !== undefined) throw overLimit(asked.model, broken, control.values.retry_after);
        const fault = control.faults.next('live');
        if (fault !== undefined && isForced(fault)) throw this.#forced(fault);

        limits.count(reserved);
        statistics.accept(call);
        const cachedTokens = cache.recognise(asked.model, asked.messages, asked.promptTokens);
        const { body, tokens } = this.#answer(asked, cachedTokens, fault);
        if (fault?.billed !== false) this.#book(asked, tokens, call.request, false);
        this.#deliver(call, call.isAzure ? asAzure(body) : body, fault);
    }

    /** Answers a line of a batch at half the price: { status, body }. */
    serveInBatch(customId, request) {
        const { control, statistics } = this.#state;
        try {
            const asked = this.#read(request);
            if (control.random() < control.values.batch_error_rate) {
                throw forcedRefusal('http_500', 'batch_error');
            }
            const fault = control.faults.next('batch');
            if (fault !== undefined && isForced(fault)) throw this.#forced(fault);
            statistics.accept({ request: customId, isBatch: true });
            const { body, tokens } = this.#answer(asked, 0, fault);
            this.#book(asked, tokens, customId, true);
            return { status: 200, body };
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            statistics.refuse(error.kind);
            return { status: error.status, body: error.body(false) };
        }
    }

    #read(body, model) {
        const { prices, json_schema: knowsSchemas } = this.#state.control.values;
        return readChatRequest(body, { prices, knowsSchemas, model });
    }

    #forced(fault) {
        const { control, statistics } = this.#state;
        statistics.serveFault(fault.kind, true);
        const refusal = forcedRefusal(fault.kind);
        if (refusal.status !== 429 || fault.kind === insufficientQuota) return refusal;
        const form = control.values.retry_after;
        return refusal.withHeaders(retryAfterHeader(fault.ms ?? forcedWaitMs, form));
    }

    #answer(asked, cachedTokens, fault) {
        const answer = complete(asked, { cachedTokens, fault, seed: this.#seed });
        if (fault !== undefined) {
            const hasEffect = answer.isSpoiled || (isDelivery(fault) && fault.scope === 'live');
            this.#state.statistics.serveFault(fault.kind, hasEffect);
        }
        return answer;
    }

    #book({ price }, tokens, request, isBatch) {
        this.#state.ledger.book({ price, tokens, request, isBatch });
    }

    /** Answers after the latency, unless the client hangs up before. */
    #deliver({ response }, body, fault) {
        const { control, limits, statistics, inFlight } = this.#state;
        if (response.destroyed) {
            statistics.hungUp += 1;
            return;
        }
        let isOver = false; // on our side; before that only the client can close
        const timer = setTimeout(() => {
            isOver = fault?.kind !== 'hang';
            const headers = limits.headers(control.values.limits);
            if (fault === undefined || !isDelivery(fault)) sendJson(response, 200, body, headers);
            else sendBadly(response, fault.kind, body, headers);
        }, this.#latencyMs(fault));
        inFlight.enter();
        response.once('close', () => {
            clearTimeout(timer);
            inFlight.leave();
            if (!isOver) statistics.hungUp += 1;
        });
    }

    #latencyMs(fault) {
        const { control } = this.#state;
        const [least, most] = control.values.latency_ms;
        const latencyMs = least + control.random() * (most - least);
        return fault?.kind === 'slow' ? latencyMs + (fault.ms ?? slowMs) : latencyMs;
    }
}

/** Azure tells beside everything else what its content filter thinks. */
function asAzure(body) {
    const seen = Object.fromEntries(
        ['hate', 'self_harm', 'sexual', 'violence'].map((kind) => [
            kind,
            { filtered: false, severity: 'safe' },
        ]),
    );
    return {
        ...body,
        choices: body.choices.map((choice) => ({ ...choice, content_filter_results: seen })),
        prompt_filter_results: [{ prompt_index: 0, content_filter_results: seen }],
    };
}
