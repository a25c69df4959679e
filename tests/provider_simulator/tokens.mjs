import { createHash } from 'node:crypto';

// The estimate: a token is four bytes of UTF-8, begun ones included, and each message costs four
// tokens more for its role. The same on both sides of a call, so that sums can be compared.
const bytesPerToken = 4;
const tokensPerMessage = 4;
const cacheFrom = 1_024;
const cacheStep = 128;
const prefixesMax = 100_000;

export function countTokens(text) {
    return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

export function countPrompt(messages) {
    return messages.reduce((sum, one) => sum + tokensPerMessage + countTokens(textOf(one)), 0);
}

/** The beginning of a text that fits into that many tokens, without half a character. */
export function cutToTokens(text, tokens) {
    const bytes = Buffer.from(text).subarray(0, tokens * bytesPerToken);
    return new TextDecoder().decode(bytes, { stream: true });
}

/** The text of a message, whose content is a string, a list of parts or null. */
export function textOf({ content }) {
    if (typeof content === 'string') return content;
    if (!Array.isArray(content)) return '';
    return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

/** Which beginnings of prompts the provider has seen; the ones not seen for longest go first. */
export class PromptCache {
    #seen = new Map();

    /** How many leading tokens of this prompt were seen before. From now on all of it is. */
    recognise(model, messages, promptTokens) {
        if (promptTokens < cacheFrom) return 0;
        let cached = 0;
        for (const { tokens, key } of prefixesOf(model, messages)) {
            if (this.#seen.delete(key)) cached = tokens;
            this.#seen.set(key, true);
        }
        for (const key of this.#seen.keys()) {
            if (this.#seen.size <= prefixesMax) break;
            this.#seen.delete(key);
        }
        return cached;
    }
}

/** The prompt's beginnings of 1,024, 1,152, 1,280 … tokens, each with its hash. */
function prefixesOf(model, messages) {
    const bytes = Buffer.concat(messages.flatMap(asWholeTokens));
    const hash = createHash('sha1').update(`${model}\0`);
    const prefixes = [];
    let begin = 0;
    for (let tokens = cacheFrom; tokens * bytesPerToken <= bytes.length; tokens += cacheStep) {
        const end = tokens * bytesPerToken;
        hash.update(bytes.subarray(begin, end));
        prefixes.push({ tokens, key: hash.copy().digest('base64') });
        begin = end;
    }
    return prefixes;
}

/** A message in which each token is exactly four bytes: leading tokens are leading bytes. */
function asWholeTokens(message) {
    const role = Buffer.alloc(tokensPerMessage * bytesPerToken);
    role.write(message.role);
    const text = textOf(message);
    const content = Buffer.alloc(countTokens(text) * bytesPerToken);
    content.write(text);
    return [role, content];
}
