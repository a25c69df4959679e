import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { conversation, key, leadRequest, leadSchema, openSimulator, valueOf } from './client.mjs';
import { problemsOf } from './schema_check.mjs';

const mainPath = fileURLToPath(new URL('main.mjs', import.meta.url));
const azure = '/openai/deployments/leads/chat/completions?api-version=2024-10-21';

test('an answer follows the schema, is the same each time, and tells its usage', async (t) => {
    const client = await openSimulator(t);
    const answer = await client.ask();
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(problemsOf(valueOf(answer), leadSchema), []);
    const [choice] = answer.json.choices;
    assert.equal(choice.finish_reason, 'stop');
    assert.equal(answer.json.model, 'gpt-4o-mini-2024-07-18');
    const { usage } = answer.json;
    const bytes = (text) => Math.ceil(Buffer.byteLength(text) / 4);
    assert.equal(usage.prompt_tokens, 8 + bytes('Answer as JSON.') + bytes(conversation));
    assert.equal(usage.completion_tokens, bytes(choice.message.content));
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    assert.equal(usage.prompt_tokens_details.cached_tokens, 0);
    const again = await client.ask();
    assert.deepEqual(again.json.choices, answer.json.choices);
    assert.notEqual(again.json.id, answer.json.id);
    const other = leadRequest();
    other.messages[1].content += '\ncontact: Obrigada pela resposta!';
    assert.notDeepEqual((await client.ask(other)).json.choices, answer.json.choices);
});

test('other forms of an answer: plain text, a JSON object, a schema in the prompt', async (t) => {
    const client = await openSimulator(t);
    const plain = await client.ask(leadRequest({ response_format: undefined }));
    assert.ok(plain.json.choices[0].message.content.length >= 80);
    const asObject = { response_format: { type: 'json_object' } };
    assert.equal(typeof valueOf(await client.ask(leadRequest(asObject))), 'object');
    const told = leadRequest(asObject);
    told.messages[0].content = `Answer as JSON like ${JSON.stringify(leadSchema)}`;
    assert.deepEqual(problemsOf(valueOf(await client.ask(told)), leadSchema), []);
    told.messages[0].content = 'Be short.';
    assert.match((await client.ask(told)).json.error.message, /must contain the word 'json'/);
    await client.control({ json_schema: false });
    const refused = await client.ask();
    assert.equal(refused.status, 400);
    assert.match(refused.json.error.message, /'json_schema' is not supported with this model/);
    assert.equal(refused.json.error.param, 'response_format');
});

test('an answer never has more tokens than the request allows', async (t) => {
    const client = await openSimulator(t);
    for (const limit of [{ max_tokens: 9 }, { max_completion_tokens: 9 }]) {
        const body = { ...leadRequest({ max_completion_tokens: undefined }), ...limit };
        const { json } = await client.ask(body);
        assert.equal(json.usage.completion_tokens, 9);
        assert.equal(json.choices[0].finish_reason, 'length');
    }
});

test('keys, models, addresses and bodies are checked', async (t) => {
    const client = await openSimulator(t, { deployments: { leads: 'gpt-4o-mini' } });
    const ask = async (headers, body = leadRequest(), path = '/v1/chat/completions') => {
        const answer = await client.call('POST', path, { body, headers });
        return [answer.status, answer.json.error?.code];
    };
    assert.deepEqual(await ask({ Authorization: '' }), [401, null]);
    assert.deepEqual(await ask({ Authorization: 'Bearer other' }), [401, 'invalid_api_key']);
    assert.deepEqual(await ask({ 'api-key': key }, undefined, azure), [200, undefined]);
    assert.deepEqual(await ask({}, undefined, azure), [401, '401']);
    assert.deepEqual(await ask({ 'api-key': 'other' }, undefined, azure), [401, '401']);
    const missing = azure.replace('leads', 'other');
    assert.deepEqual(await ask({ 'api-key': key }, undefined, missing), [
        404,
        'DeploymentNotFound',
    ]);
    assert.equal((await ask({ 'api-key': key }, undefined, azure.split('?')[0]))[0], 404);

    assert.deepEqual(await ask({}, leadRequest({ model: 'gpt-9' })), [404, 'model_not_found']);
    const dated = leadRequest({ model: 'gpt-4o-mini-2024-07-18' });
    assert.deepEqual(await ask({}, dated), [200, undefined]);
    const long = [{ role: 'user', content: 'x'.repeat(520_000) }];
    for (const [body, code] of [
        ['{"model":', null],
        ['[]', null],
        [leadRequest({ model: undefined }), null],
        [leadRequest({ messages: undefined }), 'missing_required_parameter'],
        [leadRequest({ messages: [] }), null],
        [leadRequest({ messages: [{ role: 'nobody', content: 'x' }] }), null],
        [leadRequest({ messages: [{ role: 'user', content: 7 }] }), 'invalid_type'],
        [leadRequest({ messages: long }), 'context_length_exceeded'],
        [leadRequest({ max_completion_tokens: 0 }), 'invalid_value'],
        [leadRequest({ max_tokens: 99_999 }), 'invalid_value'],
        [leadRequest({ stream: true }), null],
        [leadRequest({ response_format: { type: 'json_schema' } }), 'invalid_json_schema'],
    ]) {
        assert.deepEqual(await ask({}, body), [400, code], JSON.stringify(body).slice(0, 200));
    }
    assert.equal((await client.call('GET', '/v1/chat/completions')).status, 405);
    assert.equal((await client.call('GET', '/v1/nothing')).status, 404);
    const models = (await client.call('GET', '/v1/models')).json.data.map(({ id }) => id);
    assert.deepEqual(models, ['gpt-4o-mini', 'gpt-4o']);
    assert.equal((await client.call('GET', '/v1/models/gpt-4o')).status, 200);
    const { refused, accepted } = await client.stats();
    assert.deepEqual([refused.unknown_key, refused.unknown_model, accepted], [4, 2, 2]);
});

test('the limits slide, and every answer tells what is left', async (t) => {
    let now = 1_000;
    const client = await openSimulator(t, { rpm: 3, tpm: 3_000, rpd: 5, now: () => now });
    const request = leadRequest();
    const first = await client.ask(request);
    const reserved = first.json.usage.prompt_tokens + request.max_completion_tokens;
    const told = (answer, what) => answer.headers[`x-ratelimit-${what}`];
    assert.equal(told(first, 'limit-requests'), '3');
    assert.equal(told(first, 'remaining-requests'), '2');
    assert.equal(told(first, 'reset-requests'), '1m0s');
    assert.equal(told(first, 'limit-tokens'), '3000');
    assert.equal(told(first, 'remaining-tokens'), String(3_000 - reserved));
    assert.equal(told(first, 'reset-tokens'), '1m0s');
    now += 20_000;
    await client.ask(request);
    await client.ask(request);
    now += 500.5;
    const refused = await client.ask(request);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers['retry-after'], '40');
    assert.equal(told(refused, 'remaining-requests'), '0');
    assert.equal(told(refused, 'reset-requests'), '59.5s');
    const { error } = refused.json;
    assert.deepEqual([error.type, error.code], ['requests', 'rate_limit_exceeded']);
    assert.match(error.message, /\(RPM\): Limit 3, Used 3, Requested 1\. Please try again in 39/);
    await client.control({ retry_after: 'date' });
    const date = Date.parse((await client.ask(request)).headers['retry-after']);
    assert.ok(Math.abs(date - Date.now() - 39_500) < 3_000);
    now = 61_000; // the first one leaves
    const large = await client.ask({ ...request, max_completion_tokens: 1_500 });
    assert.equal(large.json.error.type, 'tokens');
    const huge = await client.ask({ ...request, max_completion_tokens: 9_000 });
    assert.match(huge.json.error.message, /^Request too large/);
    assert.equal((await client.ask(request)).status, 200);
    now += 60_000;
    assert.equal((await client.ask(request)).status, 200);
    const daily = await client.ask(request);
    assert.equal(daily.status, 429);
    assert.match(daily.json.error.message, /\(RPD\): Limit 5, Used 5/);
    assert.equal(told(daily, 'limit-requests'), '5');
    const stats = await client.stats();
    assert.deepEqual(stats.window_max, {
        requests_per_minute: 3,
        tokens_per_minute: 3 * reserved,
        requests_per_day: 5,
    });
    const {
        requests_per_minute: rpm,
        tokens_per_minute: tpm,
        requests_per_day: rpd,
    } = stats.refused;
    assert.deepEqual([rpm, tpm, rpd], [2, 2, 1]);
    await client.control({ limits: { rpm: null, tpm: null, rpd: null } });
    const free = await client.ask(request);
    assert.equal(free.status, 200);
    assert.equal(told(free, 'limit-requests'), undefined);
});

test('the beginning of a prompt is cached from 1,024 tokens in steps of 128', async (t) => {
    const client = await openSimulator(t);
    const ask = async (system, user, model = 'gpt-4o-mini') => {
        const messages = [
            { role: 'system', content: system },
            { role: 'user', content: user },
        ];
        const { json } = await client.ask({ model, messages });
        return json.usage.prompt_tokens_details.cached_tokens;
    };
    const rules = 'regra '.repeat(900); // 1,350 tokens
    assert.equal(await ask(rules, 'uma conversa'), 0);
    assert.equal(await ask(rules, 'outra conversa'), 1_280);
    assert.equal(await ask(rules, 'outra conversa', 'gpt-4o'), 0);
    assert.equal(await ask(`x${rules}`, 'outra conversa'), 0);
    assert.equal(await ask(rules.slice(0, 4_200), 'y'.repeat(2_000)), 1_024);
    assert.equal(await ask(rules.slice(0, 3_000), 'pouco'), 0, 'too short');
    const { tokens, billed } = await client.stats();
    assert.equal(tokens.live.cached, 1_280 + 1_024);
    assert.equal(billed.live.cached, tokens.live.cached);
});

test('accepted calls are billed exactly once, by the id of the client', async (t) => {
    const client = await openSimulator(t);
    const { usage } = (await client.askAs('call-1')).json;
    const cost = usage.prompt_tokens * 150_000 + usage.completion_tokens * 600_000;
    await client.askAs('call-2', leadRequest({ model: 'gpt-4o' }));
    await client.askAs('call-3', '{');
    await client.control({ faults: [{ kind: 'http_500', times: 1 }] });
    await client.askAs('call-4');
    await client.control({ faults: [{ kind: 'cut_body', times: 1 }] });
    await assert.rejects(client.askAs('call-5'));
    let stats = await client.stats();
    const { by_request: bills } = stats.billed;
    assert.deepEqual(Object.keys(bills), ['call-1', 'call-2', 'call-5']);
    assert.equal(bills['call-1'].pico_usd, String(cost));
    assert.equal(bills['call-5'].pico_usd, String(cost));
    const large = usage.prompt_tokens * 2_500_000 + bills['call-2'].completion * 10_000_000;
    assert.equal(bills['call-2'].pico_usd, String(large));
    assert.equal(stats.billed.pico_usd, String(2 * cost + large));
    assert.equal(stats.duplicates.client_request_id, 0);

    await client.control({ prices: { 'gpt-4o-mini': { input: 2, cached_input: 2, output: 0 } } });
    await client.askAs('call-1', undefined, { 'Idempotency-Key': 'key-1' });
    await client.askAs('call-6', undefined, { 'Idempotency-Key': 'key-1' });
    stats = await client.stats();
    const { examples, ...counts } = stats.duplicates;
    assert.deepEqual(counts, { client_request_id: 1, idempotency_key: 1 });
    assert.deepEqual(examples, ['call-1', 'key-1']);
    const twice = stats.billed.by_request['call-1'];
    assert.equal(twice.calls, 2);
    assert.equal(twice.pico_usd, String(cost + 2 * usage.prompt_tokens));
    const refused = await client.control({
        prices: { 'gpt-4o': { input: 1, cached_input: 0, output: 2 } },
    });
    assert.match(refused.json.error.message, /even/, 'half of it would not be exact');
});

test('a client that hangs up is billed, and nobody waits for it', async (t) => {
    const client = await openSimulator(t, { latencyMs: 10_000 });
    const leaving = new AbortController();
    const asked = client.ask(leadRequest(), {
        headers: { 'X-Client-Request-Id': 'gone' },
        signal: leaving.signal,
    });
    while ((await client.stats()).in_flight === 0) await pause(5);
    leaving.abort();
    await assert.rejects(asked);
    while ((await client.stats()).in_flight > 0) await pause(5);
    const stats = await client.stats();
    assert.equal(stats.hung_up, 1);
    assert.equal(stats.billed.by_request.gone.calls, 1);
});

test('many calls wait at the same time, each for its own latency', async (t) => {
    const client = await openSimulator(t, { latencyMs: [150, 250] });
    const calls = 250;
    const begin = performance.now();
    const answers = await Promise.all(Array.from({ length: calls }, () => client.ask()));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.ok(performance.now() - begin >= 150);
    const stats = await client.stats();
    assert.equal(stats.in_flight, 0);
    assert.ok(stats.in_flight_max > calls / 2, `${stats.in_flight_max} at once`);
    assert.equal(stats.accepted, calls);
});

test('prompts are kept while they shall be', async (t) => {
    const client = await openSimulator(t);
    await client.askAs('kept', leadRequest());
    await client.ask('no JSON');
    await client.control({ log_prompts: false });
    await client.ask();
    const { prompts, dropped } = (await client.call('GET', '/prompts')).json;
    assert.equal(dropped, 0);
    assert.deepEqual(
        prompts.map(({ request, body }) => [request, body]),
        [
            ['kept', JSON.parse(JSON.stringify(leadRequest()))],
            [undefined, 'no JSON'],
        ],
    );
});

test('a senseless control changes nothing, and a reset brings back the start', async (t) => {
    const client = await openSimulator(t, { rpm: 7, control: { log_prompts: false } });
    const before = (await client.call('GET', '/control')).json;
    for (const change of [
        { outage: 'yes' },
        { nothing: 1 },
        { outage: true, faults: [{ kind: 'unknown' }] },
        { faults: [{ kind: 'hang', times: -1 }] },
        { faults: [{ kind: 'hang', probability: '1' }] },
        { limits: { rph: 1 } },
        { latency_ms: [5, 1] },
    ]) {
        assert.equal((await client.control(change)).status, 400, JSON.stringify(change));
    }
    assert.deepEqual((await client.call('GET', '/control')).json, before);
    assert.equal(before.limits.rpm, 7);

    await client.control({ outage: true, limits: { rpm: 1 } });
    const answer = await client.ask();
    assert.equal(answer.status, 503);
    assert.equal((await client.call('GET', '/v1/models')).status, 503);
    assert.equal((await client.stats()).refused.outage, 2);
    assert.equal((await client.call('POST', '/reset')).status, 200);
    assert.deepEqual((await client.call('GET', '/control')).json, before);
    assert.equal((await client.ask()).status, 200);
    const { accepted, refused } = await client.stats();
    assert.deepEqual([accepted, refused], [1, {}]);
});

test('as a program it tells where it listens and ends when told', async (t) => {
    const args = ['--rpm', '1', '--latency-ms', '5-10', '--control', '{"outage":true}'];
    const child = spawn(process.execPath, [mainPath, ...args]);
    t.after(() => child.kill('SIGKILL'));
    const [line] = await once(child.stdout, 'data');
    const { url, pid } = JSON.parse(line);
    assert.equal(pid, child.pid);
    const control = await (await fetch(`${url}/control`)).json();
    assert.deepEqual([control.limits.rpm, control.latency_ms], [1, [5, 10]]);
    assert.equal((await fetch(`${url}/v1/models`)).status, 503);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);

    for (const wrong of [['--rpm', 'x'], ['--unknown'], ['--control', '{']]) {
        const refused = spawn(process.execPath, [mainPath, ...wrong]);
        t.after(() => refused.kill('SIGKILL'));
        assert.deepEqual(await once(refused, 'exit'), [2, null], wrong.join(' '));
    }
});
