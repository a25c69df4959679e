import { makeValue } from './answers.mjs';
import { isObject } from './schemas.mjs';

const hugeBytes = 2 * 2 ** 20;
const nestedDepth = 100_000;
const scoreName = /score|confidence|priority|nota|confian/i;
const hugeFiller = 'texto sem fim '.repeat(Math.ceil(hugeBytes / 14));
const hugeMark = 'the huge text stands here';

// A draft is { value, places, content, refusal, finishReason, hasChoices, usage, isUncut }: what
// the model answers before it is wrapped. Each function spoils it and tells whether it could.

/** Faults of the JSON value, which is written as the content afterwards. */
const valueFaults = {
    wrong_enum: ({ places }) => change(places, isEnum, () => 'VALOR_DESCONHECIDO'),
    numbers_as_text: ({ places }) => {
        const numbers = places.filter((place) => typeof valueOf(place) === 'number');
        for (const place of numbers) place.holder[place.key] = String(valueOf(place));
        return numbers.length > 0;
    },
    missing_field: ({ places }) => {
        const place = places.find((one) => isProperty(one) && one.isRequired);
        if (place === undefined) return false;
        return delete place.holder[place.key];
    },
    extra_field: ({ value }) => {
        if (!isObject(value)) return false;
        value.unexpected_field = 'nobody asked for this';
        return true;
    },
    wrong_type: ({ places }) =>
        change(
            places,
            (one) => isProperty(one) && valueOf(one) !== null,
            (one) => otherType(valueOf(one)),
        ),
    null_required: ({ places }) =>
        change(
            places,
            (one) => isProperty(one) && one.isRequired && !one.isNullable,
            () => null,
        ),
    out_of_range_score: ({ places }) =>
        change(places, isScore, ({ schema }) => Math.abs(schema.maximum ?? 100) * 10 + 1) ||
        change(places, isBounded, ({ schema }) =>
            schema.maximum === undefined ? schema.minimum - 1 : schema.maximum + 1,
        ),
    invented_quote: ({ places }, { source }) => {
        const quotes = places.filter((place) => place.isQuoted && isFreeText(place));
        for (const place of quotes) place.holder[place.key] = inventedQuote(source);
        return quotes.length > 0;
    },
    nul_character: ({ places }) => change(places, isFreeText, (one) => `${valueOf(one)}\0fim`),
    lone_surrogate: ({ places }) => change(places, isFreeText, (one) => `${valueOf(one)} \ud83d`),
    huge_content: ({ places }) => change(places, isFreeText, () => hugeMark),
};

/** Faults of the content as text. */
const textFaults = {
    truncated_json_content: (draft) => cut(draft, 1 / 2),
    finish_length: (draft) => {
        draft.finishReason = 'length';
        return cut(draft, 1 / 2);
    },
    content_filter: (draft) => {
        draft.finishReason = 'content_filter';
        return cut(draft, 1 / 3);
    },
    refusal: (draft) => {
        draft.refusal = "I'm sorry, I can't assist with that.";
        draft.content = null;
        return true;
    },
    null_content: (draft) => {
        draft.content = null;
        return true;
    },
    empty_choices: (draft) => {
        draft.hasChoices = false;
        return true;
    },
    prose_around_json: (draft) => {
        const fenced = `\`\`\`json\n${draft.content}\n\`\`\``;
        draft.content = `Claro! Aqui está a análise:\n\n${fenced}\n\nPosso ajudar em algo mais?`;
        return true;
    },
    duplicate_keys: (draft, { schema, source, random }) => {
        const name = isObject(draft.value) ? Object.keys(draft.value)[0] : undefined;
        if (name === undefined) return false;
        const other = makeValue(schema, source, random).value[name];
        const again = `,${JSON.stringify(name)}:${JSON.stringify(other)}}`;
        draft.content = draft.content.slice(0, -1) + again;
        return true;
    },
    deep_nesting: (draft) => {
        draft.isUncut = true;
        draft.content = '['.repeat(nestedDepth) + ']'.repeat(nestedDepth);
        return true;
    },
    // The mark is replaced by joining strings, so that thousands of huge answers that wait for
    // their turn share one filler in memory.
    huge_content: (draft) => {
        draft.isUncut = true;
        const [begin, end] = draft.content.split(hugeMark);
        draft.content = end === undefined ? hugeFiller : begin + hugeFiller + end;
        return true;
    },
    no_usage: (draft) => {
        draft.usage = 'none';
        return true;
    },
    negative_usage: (draft) => {
        draft.usage = 'negative';
        return true;
    },
};

export const answerKinds = [...new Set([...Object.keys(valueFaults), ...Object.keys(textFaults)])];

/**
 * Spoils a draft; returns whether it is bad now. It stays good where a fault finds no place, such
 * as wrong_enum without an enum, or a fault of JSON in a plain text.
 */
export function spoil(draft, kind, context) {
    let isBad = false;
    if (kind in valueFaults && draft.value !== undefined) {
        isBad = valueFaults[kind](draft, context);
        draft.content = JSON.stringify(draft.value);
    }
    if (kind in textFaults) isBad = textFaults[kind](draft, context) || isBad;
    return isBad;
}

/** Changes the first place that `fits`. */
function change(places, fits, newValue) {
    const place = places.find(fits);
    if (place === undefined) return false;
    place.holder[place.key] = newValue(place);
    return true;
}

function valueOf({ holder, key }) {
    return holder[key];
}

function isProperty({ holder }) {
    return !Array.isArray(holder);
}

function isEnum(place) {
    return place.schema.enum !== undefined;
}

function isFreeText(place) {
    return typeof valueOf(place) === 'string' && !isEnum(place);
}

function isBounded(place) {
    const { minimum, maximum } = place.schema;
    const isNumber = typeof valueOf(place) === 'number' && !isEnum(place);
    return isNumber && (minimum !== undefined || maximum !== undefined);
}

function isScore(place) {
    return typeof valueOf(place) === 'number' && !isEnum(place) && scoreName.test(place.key);
}

function otherType(value) {
    if (typeof value === 'number') return { value };
    return typeof value === 'string' ? [value] : 'texto';
}

function inventedQuote(source) {
    let quote = 'quero fechar o contrato hoje mesmo';
    while (source.includes(quote)) quote += ' sem falta';
    return quote;
}

function cut(draft, share) {
    const end = Math.floor(draft.content.length * share);
    const isInPair = /[\ud800-\udbff]/.test(draft.content[end - 1] ?? '');
    draft.content = draft.content.slice(0, isInPair ? end - 1 : end);
    return true;
}
