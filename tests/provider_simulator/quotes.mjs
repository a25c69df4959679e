import { between, pick } from './random.mjs';

const quoteMin = 10;
const quoteMax = 80;
const labelForm = /^[^:\n]{0,40}:\s+/; // "contact: Oi", "[3] Cliente: Oi"

/**
 * The parts of a text that somebody may be quoted from: its lines without the label in front, or
 * the strings in it where it is JSON. Each is a real substring of `text`.
 */
export function quotableParts(text) {
    const parts = (stringsOf(text) ?? text.split('\n').flatMap(partsOfLine))
        .flatMap((part) => part.split(/["\\\p{Cc}]/u)) // what JSON escapes is not verbatim in it
        .map((part) => part.trim())
        .filter((part) => part.length >= quoteMin && text.includes(part));
    const sentences = parts.filter((part) => /\s/.test(part));
    return sentences.length > 0 ? sentences : parts;
}

/** Whole words from one of the parts, `least` to `most` characters long; undefined if none fits. */
export function takeQuote(parts, random, least = quoteMin, most = quoteMax) {
    const low = Math.max(least, quoteMin);
    const high = Math.min(most, quoteMax);
    const fitting = parts.filter((part) => part.length >= low);
    if (fitting.length === 0 || low > high) return undefined;
    const part = pick(random, fitting);
    const words = [...part.matchAll(/\S+/g)];
    const wanted = between(random, low, high);
    const begins = words.filter(({ index }) => part.length - index >= low);
    const begin = pick(random, begins).index;
    let quote = '';
    for (const { index, 0: word } of words) {
        const longer = index < begin ? '' : part.slice(begin, index + word.length);
        if (longer.length > high) break;
        if (quote.length >= low && longer.length > wanted) break;
        quote = longer;
    }
    return quote.length >= low ? quote : undefined;
}

function partsOfLine(line) {
    const trimmed = line.trim();
    const strings = stringsOf(trimmed.replace(/,$/, ''));
    if (strings !== undefined) return strings;
    const spoken = trimmed.replace(labelForm, '');
    return [spoken.length >= quoteMin ? spoken : trimmed];
}

/** The strings in a JSON object or array; undefined if the text is none. */
function stringsOf(text) {
    if (!/^\s*[{[]/.test(text)) return undefined;
    try {
        return leaves(JSON.parse(text));
    } catch {
        return undefined;
    }
}

function leaves(value) {
    if (typeof value === 'string') return [value];
    if (typeof value !== 'object' || value === null) return [];
    return Object.values(value).flatMap(leaves);
}
