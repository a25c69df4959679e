import { makeText, makeValue } from './answers.mjs';
import { spoil } from './bad_answers.mjs';
import { makeRandom, newId, seedOf } from './random.mjs';
import { countTokens, cutToTokens } from './tokens.mjs';

// What {"type": "json_object"} is answered with when no schema stands in the messages.
const freeSchema = {
    type: 'object',
    properties: {
        summary: { type: 'string', minLength: 20 },
        score: { type: 'integer', minimum: 0, maximum: 100 },
        quotes: { type: 'array', items: { type: 'string' } },
    },
    required: ['summary', 'score', 'quotes'],
};
const plainMin = 80;
const plainMax = 400;

/**
 * The answer to a request, the same for the same request and seed: the provider's JSON, the tokens
 * that it costs, and whether `fault` could spoil it. Never more tokens than the request allows.
 */
export function complete(asked, { cachedTokens, fault, seed }) {
    const identity = [asked.model, asked.messages, asked.format, asked.schema];
    const random = makeRandom(seedOf(seed, identity));
    const schema = asked.schema ?? freeSchema;
    const draft = makeDraft(asked, schema, random);
    const context = { schema, source: asked.source, random };
    const isSpoiled = fault !== undefined && spoil(draft, fault.kind, context);
    const completion = Math.min(lengthOf(draft), asked.outputMax);
    if (!draft.isUncut && completion < lengthOf(draft)) {
        draft.content = cutToTokens(draft.content, asked.outputMax);
        draft.finishReason = 'length';
    }
    const tokens = { prompt: asked.promptTokens, cached: cachedTokens, completion };
    return { body: written(asked.model, draft, tokens), tokens, isSpoiled };
}

function makeDraft(asked, schema, random) {
    const draft = { places: [], refusal: null, finishReason: 'stop', hasChoices: true };
    if (asked.format === 'text') return { ...draft, content: makeText(random, plainMin, plainMax) };
    const { value, places } = makeValue(schema, asked.source, random);
    return { ...draft, value, places, content: JSON.stringify(value) };
}

function lengthOf({ content, refusal, isUncut }) {
    return isUncut ? Infinity : countTokens(content ?? refusal ?? '');
}

function written(model, draft, tokens) {
    const { content, refusal, finishReason } = draft;
    const message = { role: 'assistant', content, refusal, annotations: [] };
    const choice = { index: 0, message, logprobs: null, finish_reason: finishReason };
    return {
        id: newId('chatcmpl-'),
        object: 'chat.completion',
        created: Math.floor(Date.now() / 1_000),
        model,
        choices: draft.hasChoices ? [choice] : [],
        ...(draft.usage !== 'none' && { usage: usageOf(tokens, draft.usage === 'negative') }),
        service_tier: 'default',
        system_fingerprint: 'fp_simulator',
    };
}

function usageOf({ prompt, cached, completion }, isNegative) {
    const sign = isNegative ? -1 : 1;
    return {
        prompt_tokens: sign * prompt,
        completion_tokens: sign * completion,
        total_tokens: sign * (prompt + completion),
        prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
        completion_tokens_details: {
            reasoning_tokens: 0,
            audio_tokens: 0,
            accepted_prediction_tokens: 0,
            rejected_prediction_tokens: 0,
        },
    };
}
