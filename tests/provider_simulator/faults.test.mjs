import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { conversation, leadRequest, leadSchema, openSimulator, valueOf } from './client.mjs';
import { allKinds } from './faults.mjs';
import { problemsOf } from './schema_check.mjs';

// Each kind with what its client gets, given { status, headers, text, json } or the error.

const contentOf = ({ json }) => json.choices[0].message.content;
const isBroken = (text) => assert.throws(() => JSON.parse(text));
const hasProblem = (form) => (answer) => {
    const problems = problemsOf(valueOf(answer), leadSchema);
    assert.ok(
        problems.some((problem) => form.test(problem)),
        problems.join(),
    );
};
const isStatus = (status, code) => (answer) => {
    assert.equal(answer.status, status);
    assert.equal(answer.json.error.code, code);
    assert.equal(typeof answer.json.error.message, 'string');
};
const isCut = (answer) => assert.match(answer.error.code, /ECONNRESET|HPE_/);

const expected = {
    http_400: isStatus(400, null),
    http_401: isStatus(401, 'invalid_api_key'),
    http_403: isStatus(403, 'unsupported_country_region_territory'),
    http_404: isStatus(404, 'model_not_found'),
    http_429: (answer) => {
        isStatus(429, 'rate_limit_exceeded')(answer);
        assert.equal(answer.headers['retry-after'], '1');
    },
    insufficient_quota: (answer) => {
        isStatus(429, 'insufficient_quota')(answer);
        assert.equal(answer.headers['retry-after'], undefined);
    },
    http_500: isStatus(500, null),
    http_502: ({ status, headers, text }) => {
        assert.deepEqual([status, headers['content-type']], [502, 'text/html']);
        isBroken(text);
    },
    http_503: isStatus(503, null),
    http_529: isStatus(529, null),
    hang: ({ error }) => assert.equal(error.name, 'AbortError'),
    slow: ({ status, ms }) => assert.ok(status === 200 && ms >= 100),
    reset: isCut,
    cut_headers: isCut,
    cut_body: isCut,
    wrong_content_length: (answer) => {
        if (answer.error === undefined) isBroken(answer.text);
        else isCut(answer);
    },
    not_json_body: ({ status, headers, text }) => {
        assert.deepEqual([status, headers['content-type']], [200, 'text/html']);
        isBroken(text);
    },
    empty_body: ({ status, text }) => assert.deepEqual([status, text], [200, '']),
    invalid_utf8: ({ bytes }) => {
        assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    },
    truncated_json_content: (answer) => {
        isBroken(contentOf(answer));
        assert.equal(answer.json.choices[0].finish_reason, 'stop');
    },
    finish_length: (answer) => {
        isBroken(contentOf(answer));
        assert.equal(answer.json.choices[0].finish_reason, 'length');
    },
    refusal: ({ json }) => {
        const { content, refusal } = json.choices[0].message;
        assert.deepEqual([content, typeof refusal], [null, 'string']);
    },
    content_filter: ({ json }) => {
        assert.equal(json.choices[0].finish_reason, 'content_filter');
    },
    empty_choices: ({ json }) => assert.deepEqual(json.choices, []),
    null_content: (answer) => assert.equal(contentOf(answer), null),
    prose_around_json: (answer) => {
        isBroken(contentOf(answer));
        const [, inside] = /```json\n(.*)\n```/.exec(contentOf(answer));
        assert.deepEqual(problemsOf(JSON.parse(inside), leadSchema), []);
    },
    wrong_enum: hasProblem(/is not in the enum/),
    numbers_as_text: hasProblem(/score: is no integer/),
    missing_field: hasProblem(/lacks category/),
    extra_field: hasProblem(/has unexpected_field besides/),
    wrong_type: hasProblem(/category: is no string/),
    null_required: hasProblem(/category: is no string/),
    out_of_range_score: hasProblem(/score: above the maximum/),
    invented_quote: (answer) => {
        const value = valueOf(answer);
        assert.deepEqual(problemsOf(value, leadSchema), []);
        assert.ok(value.evidence.every(({ quote }) => !conversation.includes(quote)));
    },
    nul_character: (answer) => assert.match(valueOf(answer).summary, /\0/),
    lone_surrogate: (answer) => {
        assert.match(contentOf(answer), /\\ud83d/);
        assert.ok(!valueOf(answer).summary.isWellFormed());
    },
    huge_content: (answer) => {
        assert.ok(contentOf(answer).length >= 2 * 2 ** 20);
        hasProblem(/summary: too long/)(answer);
        assert.equal(answer.json.usage.completion_tokens, 800);
    },
    duplicate_keys: (answer) => {
        assert.equal(contentOf(answer).match(/"category":/g).length, 2);
        assert.deepEqual(problemsOf(valueOf(answer), leadSchema), []);
    },
    deep_nesting: (answer) => assert.match(contentOf(answer), /^\[{100000}\]{100000}$/),
    no_usage: ({ json }) => assert.equal(json.usage, undefined),
    negative_usage: ({ json }) => assert.ok(json.usage.prompt_tokens < 0),
};

test('every kind of bad answer is bad in its own way, and once', async (t) => {
    const client = await openSimulator(t);
    assert.deepEqual(Object.keys(expected).sort(), [...allKinds].sort());
    for (const [kind, check] of Object.entries(expected)) {
        await t.test(kind, async () => {
            const fault = { kind, times: 1, ...(kind === 'slow' && { ms: 100 }) };
            await client.control({ faults: [fault] });
            check(await askPatiently(client, kind));
            const good = await client.ask();
            assert.deepEqual(problemsOf(valueOf(good), leadSchema), [], 'the next is good');
        });
    }
    const stats = await client.stats();
    assert.deepEqual(stats.faults, Object.fromEntries(allKinds.map((kind) => [kind, 1])));
    assert.deepEqual(stats.faults_without_effect, {});
    const refused = allKinds.filter((kind) => /^http_|quota/.test(kind));
    assert.deepEqual(stats.refused, Object.fromEntries(refused.map((kind) => [kind, 1])));
    const accepted = 2 * allKinds.length - refused.length;
    assert.deepEqual([stats.accepted, stats.billed.live.calls], [accepted, accepted]);
    assert.equal(stats.hung_up, 1, 'only the one that got no answer');
});

test('faults follow their order, their counts and their probabilities', async (t) => {
    const client = await openSimulator(t);
    const statuses = async (count) => {
        const found = [];
        for (let call = 0; call < count; call += 1) found.push((await client.ask()).status);
        return found;
    };
    await client.control({
        faults: [
            { kind: 'http_500', times: 2 },
            { kind: 'http_403', times: 0 },
            { kind: 'http_400', times: 1 },
        ],
    });
    assert.deepEqual(await statuses(4), [500, 500, 400, 200]);
    await client.control({ faults: [{ kind: 'http_503' }] });
    assert.deepEqual(await statuses(3), [503, 503, 503]);
    await client.control({ faults: [{ kind: 'http_500', probability: 0.3 }] });
    const failures = (await statuses(200)).filter((status) => status === 500).length;
    assert.ok(failures > 35 && failures < 90, `${failures} of 200`);
    await client.control({ faults: [{ kind: 'http_429', times: 1, ms: 4_200 }] });
    assert.equal((await client.ask()).headers['retry-after'], '5');
});

test('a fault that finds no place is counted apart', async (t) => {
    const client = await openSimulator(t);
    await client.control({ faults: [{ kind: 'wrong_enum', times: 1 }] });
    const answer = await client.ask(leadRequest({ response_format: undefined }));
    assert.equal(answer.status, 200);
    const { faults, faults_without_effect: without } = await client.stats();
    assert.deepEqual([faults, without], [{}, { wrong_enum: 1 }]);
});

test('a fault can be one that the provider does not bill', async (t) => {
    const client = await openSimulator(t);
    await client.control({ faults: [{ kind: 'reset', times: 1, billed: false }] });
    await assert.rejects(client.ask());
    const { accepted, billed } = await client.stats();
    assert.deepEqual([accepted, billed.pico_usd], [1, '0']);
});

test('Azure words its refusals in its own way', async (t) => {
    const client = await openSimulator(t);
    await client.control({ faults: [{ kind: 'http_429', times: 1 }] });
    const path = '/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21';
    const options = { body: leadRequest(), headers: { 'api-key': 'simulator-key' } };
    const { status, json } = await client.call('POST', path, options);
    assert.equal(status, 429);
    assert.deepEqual(Object.keys(json.error), ['code', 'message']);
    assert.equal(json.error.code, '429');
    const good = await client.call('POST', path, options);
    assert.equal(good.json.choices[0].content_filter_results.hate.filtered, false);
});

/** The answer with the time that it took, or the error; nobody waits for one that hangs. */
async function askPatiently(client, kind) {
    const leaving = new AbortController();
    const begin = performance.now();
    const asked = client.ask(leadRequest(), { signal: leaving.signal });
    if (kind === 'hang') pause(50).then(() => leaving.abort());
    try {
        return { ...(await asked), ms: performance.now() - begin };
    } catch (error) {
        return { error };
    }
}
