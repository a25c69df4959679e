import { quotableParts, takeQuote } from './quotes.mjs';
import { between, pick } from './random.mjs';
import { allowsNull, isObject } from './schemas.mjs';

const depthMax = 8; // where a schema that refers to itself comes to an end
const itemsUsual = 3;
const lengthUsual = 120;
const nullShare = 0.2;
const quoteAttempts = 5;
const quoteName = /quote|evid/i;
const words =
    'o a de cliente pediu valor plano mensal anual visita amanhã semana retorno proposta ' +
    'unidade horário desconto interesse resposta contato matrícula aula dúvida pagamento agenda';
const wordList = words.split(' ');
const samples = {
    date: '2026-03-14',
    'date-time': '2026-03-14T12:00:00Z',
    time: '12:00:00Z',
    email: 'contato@example.com',
    uuid: '3f2b8c1e-7d4a-4c6b-9a1f-5e0d2c7b8a90',
    uri: 'https://example.com/pagina',
};

/**
 * A value that is valid for `schema`: $ref, anyOf, oneOf, allOf of objects, enum, const, the seven
 * types and lists of them, and the bounds of lengths, items and numbers; `pattern`, `uniqueItems`
 * and open properties are not known. Strings at or below a property whose name contains "quote" or
 * "evid" are quoted from `source`.
 *
 * `places` lists every property and item with its schema, for those who spoil answers.
 */
export function makeValue(schema, source, random) {
    const maker = new Maker(schema, source, random);
    const top = {};
    maker.put(top, 'value', schema, { depth: 0, isQuoted: false });
    return { value: top.value, places: maker.places.slice(1) };
}

/** Some words without a meaning, `least` to `most` characters long. */
export function makeText(random, least, most) {
    const wanted = between(random, least, most);
    let text = '';
    while (text.length < wanted) text += (text === '' ? '' : ' ') + pick(random, wordList);
    text = text.slice(0, most).trimEnd();
    return text.padEnd(least, 'a');
}

class Maker {
    places = [];
    #root;
    #random;
    #source;
    #parts; // of the source; found when first needed

    constructor(root, source, random) {
        this.#root = root;
        this.#source = source;
        this.#random = random;
    }

    /** Sets `holder[key]` to a value of the schema. */
    put(holder, key, schema, { depth, isQuoted, isRequired = true }) {
        const chosen = this.#choose(schema, depth);
        const isNullable = allowsNull(this.#followed(schema));
        this.places.push({ holder, key, schema: chosen, isQuoted, isRequired, isNullable });
        holder[key] = this.#make(chosen, { depth, isQuoted });
    }

    #make(schema, context) {
        if (schema.enum !== undefined) return pick(this.#random, schema.enum);
        switch (schema.type ?? typeOf(schema)) {
            case 'object':
                return this.#object(schema, context);
            case 'array':
                return this.#array(schema, context);
            case 'integer':
                return this.#integer(schema);
            case 'number':
                return this.#number(schema);
            case 'boolean':
                return this.#random() < 0.5;
            case 'null':
                return null;
            default:
                return this.#string(schema, context);
        }
    }

    #object(schema, { depth, isQuoted }) {
        const value = {};
        for (const [name, property] of Object.entries(schema.properties ?? {})) {
            this.put(value, name, property, {
                depth: depth + 1,
                isQuoted: isQuoted || quoteName.test(name),
                isRequired: (schema.required ?? []).includes(name),
            });
        }
        return value;
    }

    #array(schema, { depth, isQuoted }) {
        const least = schema.minItems ?? 0;
        const most = schema.maxItems ?? Math.max(least, itemsUsual);
        const hasNothingToQuote = isQuoted && this.#quotable().length === 0;
        const isShort = depth >= depthMax || hasNothingToQuote;
        const usual = Math.min(most, Math.max(least, itemsUsual));
        const size = isShort
            ? least
            : between(this.#random, Math.min(Math.max(least, 1), most), usual);
        const value = [];
        for (let index = 0; index < size; index += 1) {
            this.put(value, index, schema.items ?? {}, { depth: depth + 1, isQuoted });
        }
        return value;
    }

    #integer(schema) {
        const step = schema.multipleOf ?? 1;
        const { low, high } = boundsOf(schema, 1);
        return step * between(this.#random, Math.ceil(low / step), Math.floor(high / step));
    }

    #number(schema) {
        if (schema.multipleOf !== undefined) return this.#integer(schema);
        const { low, high } = boundsOf(schema, 0);
        const value = low + this.#random() * (high - low);
        const rounded = Math.round(value * 100) / 100;
        return rounded > low && rounded < high ? rounded : value;
    }

    #string(schema, { isQuoted }) {
        const least = schema.minLength ?? 0;
        const most = schema.maxLength ?? Math.max(least, lengthUsual);
        if (schema.format in samples) return samples[schema.format];
        if (isQuoted) {
            const quote = this.#quote(least, most);
            if (quote !== undefined) return quote;
        }
        const usual = Math.min(most, Math.max(least, lengthUsual));
        return makeText(this.#random, Math.min(Math.max(least, 1), most), usual);
    }

    /** A quote of that length; where none fits, any piece of the source that does. */
    #quote(least, most) {
        for (let attempt = 0; attempt < quoteAttempts; attempt += 1) {
            const quote = takeQuote(this.#quotable(), this.#random, least, most);
            if (quote !== undefined) return quote;
        }
        const piece = this.#source.trim().slice(0, most).trim();
        return piece.length >= Math.max(least, 1) && piece.isWellFormed() ? piece : undefined;
    }

    #quotable() {
        this.#parts ??= quotableParts(this.#source);
        return this.#parts;
    }

    /** The schema without choices: references followed, one of several variants and types. */
    #choose(schema, depth) {
        let chosen = this.#followed(schema);
        const variants = chosen.anyOf ?? chosen.oneOf;
        if (variants !== undefined) {
            return this.#choose(
                this.#oneOf(variants, (variant) => variant.type, depth),
                depth,
            );
        }
        if (chosen.allOf !== undefined)
            chosen = merged(chosen.allOf.map((one) => this.#followed(one)));
        if (chosen.const !== undefined) return { ...chosen, enum: [chosen.const] };
        if (!Array.isArray(chosen.type)) return chosen;
        const type = this.#oneOf(chosen.type, (name) => name, depth);
        if (chosen.enum === undefined) return { ...chosen, type };
        return { ...chosen, type, enum: chosen.enum.filter((value) => isOfType(value, type)) };
    }

    /** Null now and then; always where a schema that refers to itself must end. */
    #oneOf(choices, typeOfChoice, depth) {
        const nulls = choices.filter((choice) => typeOfChoice(choice) === 'null');
        const others = choices.filter((choice) => typeOfChoice(choice) !== 'null');
        const isNull = depth >= depthMax || this.#random() < nullShare;
        if (others.length === 0 || (nulls.length > 0 && isNull)) return nulls[0];
        return pick(this.#random, others);
    }

    #followed(schema) {
        let found = schema === true ? {} : schema;
        while (typeof found.$ref === 'string') {
            const steps = found.$ref.split('/').slice(1);
            found = steps.reduce((place, step) => place?.[step], this.#root) ?? {};
        }
        return found;
    }
}

function typeOf(schema) {
    if (schema.properties !== undefined) return 'object';
    return schema.items !== undefined ? 'array' : 'string';
}

function isOfType(value, type) {
    if (type === 'null') return value === null;
    if (type === 'array') return Array.isArray(value);
    if (type === 'object') return isObject(value);
    if (type === 'integer') return Number.isInteger(value);
    return typeof value === type;
}

/** The bounds of a number; `gap` keeps integers off a bound that is excluded. */
function boundsOf(schema, gap) {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
    const lows = [minimum, exclusiveMinimum === undefined ? undefined : exclusiveMinimum + gap];
    const highs = [maximum, exclusiveMaximum === undefined ? undefined : exclusiveMaximum - gap];
    let low = greatest(lows);
    let high = smallest(highs);
    low ??= Math.min(0, (high ?? 0) - 100);
    high ??= low + 100;
    return { low, high };
}

function greatest(values) {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
}

function smallest(values) {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
}

function merged(schemas) {
    const whole = Object.assign({}, ...schemas);
    whole.properties = Object.assign({}, ...schemas.map((one) => one.properties));
    whole.required = schemas.flatMap((one) => one.required ?? []);
    return whole;
}
