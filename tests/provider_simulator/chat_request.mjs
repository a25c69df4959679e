import { badRequest, unknownModel } from './refusals.mjs';
import { findSchema, isObject, problemOfFormat } from './schemas.mjs';
import { countPrompt, textOf } from './tokens.mjs';

const contextTokensMax = 128_000;
const outputTokensMax = 16_384; // also what a request may use that does not say
const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];
const formats = ['text', 'json_object', 'json_schema'];
const dated = /-\d{4}-\d{2}-\d{2}$/;
const snapshots = { 'gpt-4o-mini': 'gpt-4o-mini-2024-07-18', 'gpt-4o': 'gpt-4o-2024-08-06' };

/** The JSON of a request's body; the provider reads nothing else. */
export function parseBody(text) {
    let body;
    try {
        body = JSON.parse(text);
    } catch {
        throw badRequest('We could not parse the JSON body of your request.');
    }
    if (!isObject(body)) throw badRequest('The JSON body of your request must be an object.');
    return body;
}

/** What a chat request asks for, or its refusal. `model` is given where the address names it. */
export function readChatRequest(body, { prices, knowsSchemas, model = body.model }) {
    if (typeof model !== 'string') throw badRequest('you must provide a model parameter');
    const name = priceName(model, prices);
    if (name === undefined) throw unknownModel(model);
    const messages = readMessages(body.messages);
    const outputMax = readOutputMax(body);
    if (body.stream === true) throw badRequest('Streaming is not simulated.', 'stream');
    if ((body.n ?? 1) !== 1) throw badRequest('Only one choice is simulated.', 'n');
    const { format, schema } = readFormat(body.response_format, messages, knowsSchemas);
    const promptTokens = countPrompt(messages);
    if (promptTokens + (outputMax ?? 0) > contextTokensMax) {
        throw badRequest(
            `This model's maximum context length is ${contextTokensMax} tokens. However, you ` +
                `requested ${promptTokens + (outputMax ?? 0)} tokens.`,
            'messages',
            'context_length_exceeded',
        );
    }
    const source = textOf(messages.findLast(({ role }) => role === 'user') ?? { content: '' });
    return {
        model: dated.test(model) ? model : (snapshots[name] ?? name),
        price: prices[name],
        messages,
        promptTokens,
        outputMax: outputMax ?? outputTokensMax,
        format,
        schema,
        source,
    };
}

/** The model's name in the table of prices; a dated name counts as its undated one. */
function priceName(model, prices) {
    return [model, model.replace(dated, '')].find((name) => Object.hasOwn(prices, name));
}

function readMessages(messages) {
    if (messages === undefined) {
        throw badRequest(
            "Missing required parameter: 'messages'.",
            'messages',
            'missing_required_parameter',
        );
    }
    if (!Array.isArray(messages) || messages.length === 0) {
        throw badRequest("Invalid 'messages': expected a non-empty array.", 'messages');
    }
    messages.forEach((message, index) => {
        const at = `messages[${index}]`;
        if (!roles.includes(message?.role)) throw badRequest(`Invalid '${at}.role'.`, `${at}.role`);
        const { content } = message;
        const isText = typeof content === 'string' || Array.isArray(content);
        const mayBeAbsent = message.role === 'assistant' && (content ?? null) === null;
        if (isText || mayBeAbsent) return;
        throw badRequest(`Invalid type for '${at}.content'.`, `${at}.content`, 'invalid_type');
    });
    return messages;
}

/** The larger of the two names of the same limit; undefined if neither is given. */
function readOutputMax(body) {
    const given = ['max_completion_tokens', 'max_tokens']
        .filter((name) => (body[name] ?? null) !== null)
        .map((name) => {
            const value = body[name];
            if (Number.isSafeInteger(value) && value >= 1 && value <= outputTokensMax) return value;
            throw badRequest(
                `${name} is out of range: ${value}. This model supports 1 to ${outputTokensMax} ` +
                    'completion tokens.',
                name,
                'invalid_value',
            );
        });
    return given.length === 0 ? undefined : Math.max(...given);
}

/** The wanted form of the answer, and the schema that its JSON has to follow if one is known. */
function readFormat(wanted, messages, knowsSchemas) {
    const format = wanted?.type ?? 'text';
    if (!formats.includes(format)) {
        throw badRequest("Invalid value for 'response_format.type'.", 'response_format.type');
    }
    if (format === 'text') return { format };
    if (format === 'json_object') {
        const text = messages.map(textOf).join('\n');
        if (!/json/i.test(text)) {
            throw badRequest(
                "'messages' must contain the word 'json' in some form, to use 'response_format' " +
                    "of type 'json_object'.",
                'messages',
            );
        }
        return { format, schema: findSchema(text) };
    }
    if (!knowsSchemas) {
        throw badRequest(
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported with " +
                'this model.',
            'response_format',
        );
    }
    const problem = problemOfFormat(wanted.json_schema);
    if (problem !== undefined) {
        throw badRequest(problem, 'response_format', 'invalid_json_schema');
    }
    return { format, schema: wanted.json_schema.schema };
}
