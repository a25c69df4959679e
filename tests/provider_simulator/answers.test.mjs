import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeValue } from './answers.mjs';
import { conversation, leadSchema } from './client.mjs';
import { quotableParts } from './quotes.mjs';
import { makeRandom } from './random.mjs';
import { problemsOf } from './schema_check.mjs';
import { findSchema, problemOfFormat } from './schemas.mjs';

const rounds = 60;
const object = (properties) => ({
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
});
const tree = {
    ...object({ root: { $ref: '#/$defs/node' } }),
    $defs: {
        node: object({
            name: { type: 'string', maxLength: 8 },
            children: { type: 'array', items: { $ref: '#/$defs/node' } },
            next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        }),
    },
};
const schemas = {
    lead: leadSchema,
    tree,
    numbers: object({
        exact: { type: 'integer', minimum: 5, maximum: 5 },
        below: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.01 },
        negative: { type: 'number', maximum: -3 },
        steps: { type: 'integer', minimum: 1, maximum: 99, multipleOf: 7 },
        any: { type: 'number' },
    }),
    strings: object({
        exact: { type: 'string', minLength: 3, maxLength: 3 },
        long: { type: 'string', minLength: 900, maxLength: 1_000 },
        empty: { type: 'string', maxLength: 0 },
        day: { type: 'string', format: 'date' },
    }),
    choices: object({
        one: { const: 'v1' },
        mixed: { type: ['string', 'null'], enum: ['a', 'b', null] },
        numbers: { enum: [1, 2, 3] },
        union: { anyOf: [{ type: 'integer', minimum: 4 }, { type: 'array' }] },
        pairs: { type: 'array', minItems: 2, maxItems: 2, items: { type: 'boolean' } },
        none: { type: 'array', maxItems: 0, items: { type: 'string' } },
    }),
};

for (const [name, schema] of Object.entries(schemas)) {
    test(`answers are valid for the schema ${name}`, () => {
        for (let seed = 0; seed < rounds; seed += 1) {
            const { value } = makeValue(schema, conversation, makeRandom(seed));
            assert.deepEqual(problemsOf(value, schema), [], JSON.stringify(value));
        }
    });
}

test('the same seed gives the same answer, and seeds reach every enum and null', () => {
    const answers = Array.from({ length: rounds }, (_, seed) => {
        const make = () => makeValue(leadSchema, conversation, makeRandom(seed)).value;
        assert.deepEqual(make(), make());
        return make();
    });
    assert.equal(new Set(answers.map(({ category }) => category)).size, 3);
    assert.equal(new Set(answers.map(({ deadline }) => deadline === null)).size, 2);
});

test('quotes are whole words of one line of the user, without its label', () => {
    const parts = conversation.split('\n').map((line) => line.replace(/^\w+: /, ''));
    for (let seed = 0; seed < rounds; seed += 1) {
        const { value } = makeValue(leadSchema, conversation, makeRandom(seed));
        for (const { quote } of value.evidence) {
            const line = parts.find((part) => part.includes(quote));
            assert.ok(line !== undefined, quote);
            assert.ok(` ${line} `.includes(` ${quote} `), `whole words: ${quote}`);
            assert.ok(quote.length >= 10 && quote.length <= 80, quote);
        }
    }
});

test('lists of strings and single strings are quoted by the name of their property', () => {
    const schema = object({
        quotes: { type: 'array', minItems: 1, items: { type: 'string' } },
        main_evidence: { type: 'string' },
    });
    for (let seed = 0; seed < rounds; seed += 1) {
        const { value } = makeValue(schema, conversation, makeRandom(seed));
        for (const quote of [...value.quotes, value.main_evidence]) {
            assert.ok(conversation.includes(quote), quote);
        }
    }
});

test('the strings of a conversation in JSON are quoted, and only as they stand there', () => {
    const messages = [
        { at: '2026-03-01T10:00:00Z', text: 'quero saber "quanto custa" o plano anual' },
        { at: '2026-03-01T10:05:00Z', text: 'linha um da resposta\nlinha dois da resposta' },
    ];
    const texts = messages.map(({ text }) => text);
    for (const source of [
        JSON.stringify({ messages }),
        JSON.stringify({ messages }, null, 4),
        `Conversa:\n${messages.map((one) => JSON.stringify(one)).join(',\n')}`,
    ]) {
        const parts = quotableParts(source);
        assert.ok(parts.length >= 3, source);
        for (const part of parts) {
            assert.ok(
                texts.some((text) => text.includes(part)),
                `${part} of ${source}`,
            );
            assert.ok(source.includes(part));
        }
    }
});

test('a schema counts for more than a quote where there is nothing to quote', () => {
    const schema = object({
        quotes: { type: 'array', minItems: 2, items: { type: 'string', minLength: 30 } },
        evidence: { type: 'array', items: { type: 'string' } },
    });
    for (const source of ['', 'oi', 'x'.repeat(500), '🙂'.repeat(40)]) {
        const { value } = makeValue(schema, source, makeRandom(1));
        assert.deepEqual(problemsOf(value, schema), [], source);
        if (source.length < 10) assert.deepEqual(value.evidence, []);
    }
});

test('a strict schema must close its objects and require everything', () => {
    const problemWith = (schema) => problemOfFormat({ name: 'x', strict: true, schema });
    assert.equal(problemWith(leadSchema), undefined);
    assert.equal(problemWith(tree), undefined);
    const open = structuredClone(leadSchema);
    delete open.properties.evidence.items.additionalProperties;
    assert.match(problemWith(open), /'evidence', 'items'\), 'additionalProperties' is required/);
    const optional = structuredClone(leadSchema);
    optional.required.pop();
    assert.match(problemWith(optional), /Missing 'evidence'/);
    assert.equal(problemOfFormat({ name: 'x', schema: optional }), undefined);
    assert.match(problemOfFormat({ name: 'a b', schema: optional }), /name/);
});

test('a schema in a prompt is found', () => {
    const schema = { type: 'object', properties: { a: { type: 'string', enum: ['}', '"{'] } } };
    const text = `Use {this} form: {"x": 1}\n\n${JSON.stringify(schema, null, 2)}\nAnd {then} go.`;
    assert.deepEqual(findSchema(text), schema);
    assert.equal(findSchema('no { schema'), undefined);
});
