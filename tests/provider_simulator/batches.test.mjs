import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { leadRequest, leadSchema, openSimulator } from './client.mjs';
import { problemsOf } from './schema_check.mjs';

const requests = 40;

test('a batch answers every request and bills each once at half the price', async (t) => {
    const client = await openSimulator(t, { control: { batch_seconds: 0.4 } });
    const live = (await client.ask()).json.usage;
    const created = await create(client, linesOf(requests), { metadata: { tenant: '7' } });
    assert.equal(created.json.status, 'validating');
    const { batch, seen } = await follow(client, created.json.id);
    assert.deepEqual([...seen], ['validating', 'in_progress', 'completed']);
    assert.deepEqual(batch.request_counts, { total: requests, completed: requests, failed: 0 });
    assert.deepEqual([batch.metadata, batch.error_file_id], [{ tenant: '7' }, null]);
    const lines = await readLines(client, batch.output_file_id);
    const ids = lines.map((line) => line.custom_id);
    assert.notDeepEqual(ids, [...ids].sort(), 'in no particular order');
    assert.equal(new Set(ids).size, requests);
    for (const { response, error } of lines) {
        assert.deepEqual([response.status_code, error], [200, null]);
        const { content } = response.body.choices[0].message;
        assert.deepEqual(problemsOf(JSON.parse(content), leadSchema), []);
    }
    for (let poll = 0; poll < 50; poll += 1) {
        await client.call('GET', `/v1/batches/${batch.id}`);
        await client.call('GET', `/v1/files/${batch.output_file_id}/content`);
    }
    const { billed, accepted, accepted_in_batches: inBatches } = await client.stats();
    assert.deepEqual([accepted, inBatches, billed.batch.calls], [1, requests, requests]);
    const { prompt, completion } = billed.by_request['line-0'];
    const half = (prompt * 150_000 + completion * 600_000) / 2;
    assert.equal(billed.by_request['line-0'].pico_usd, String(half));
    assert.ok(prompt > live.prompt_tokens);
    const sum = Object.values(billed.by_request).reduce(
        (all, one) => all + BigInt(one.pico_usd),
        0n,
    );
    assert.equal(String(sum), billed.batch.pico_usd);
    const file = (await client.call('GET', `/v1/files/${batch.input_file_id}`)).json;
    assert.deepEqual([file.purpose, file.filename], ['batch', 'requests.jsonl']);
    const listed = (await client.call('GET', '/v1/batches?limit=1')).json;
    assert.deepEqual([listed.data[0].id, listed.has_more], [batch.id, false]);
});

test('requests that fail are in the error file and cost nothing', async (t) => {
    const client = await openSimulator(t, {
        control: { batch_seconds: 0.05, batch_error_rate: 0.3 },
    });
    const lines = linesOf(requests);
    lines[5].body.model = 'gpt-9';
    const { batch } = await follow(client, (await create(client, lines)).json.id);
    const good = await readLines(client, batch.output_file_id);
    const bad = await readLines(client, batch.error_file_id);
    assert.equal(good.length + bad.length, requests);
    assert.ok(bad.length > 4 && bad.length < 24, `${bad.length} failed`);
    assert.deepEqual(batch.request_counts.failed, bad.length);
    const unknown = bad.find((line) => line.custom_id === 'line-5');
    assert.equal(unknown.response.status_code, 404);
    assert.equal(bad.find((line) => line !== unknown).response.status_code, 500);
    const { billed, duplicates } = await client.stats();
    const ids = (all) => all.map((line) => line.custom_id).sort();
    assert.deepEqual(Object.keys(billed.by_request).sort(), ids(good));
    assert.equal(duplicates.client_request_id, 0);
    await client.control({ batch_error_rate: 0 });
    const again = lines.filter((line) => line === lines[0] || ids(bad).includes(line.custom_id));
    await follow(client, (await create(client, again)).json.id);
    const expected = ids(good).includes('line-0') ? 1 : 0;
    assert.equal((await client.stats()).duplicates.client_request_id, expected);
});

test('bad answers can be asked for in batches', async (t) => {
    const client = await openSimulator(t, {
        control: {
            batch_seconds: 0.05,
            faults: [
                { kind: 'wrong_enum', times: 2, scope: 'batch' },
                { kind: 'http_429', times: 1, scope: 'batch' },
            ],
        },
    });
    assert.equal((await client.ask()).status, 200);
    const { batch } = await follow(client, (await create(client, linesOf(6))).json.id);
    const text = (await client.call('GET', `/v1/files/${batch.output_file_id}/content`)).text;
    assert.equal(text.match(/VALOR_DESCONHECIDO/g).length, 2);
    assert.equal(batch.request_counts.failed, 1);
    assert.deepEqual((await client.stats()).faults, { wrong_enum: 2, http_429: 1 });
});

test('a cancelled batch keeps and bills what it has answered', async (t) => {
    const client = await openSimulator(t, { control: { batch_seconds: 1 } });
    const { id } = (await create(client, linesOf(requests))).json;
    let batch;
    do {
        await pause(20);
        batch = (await client.call('GET', `/v1/batches/${id}`)).json;
    } while (batch.request_counts.completed < 5);
    const asked = await client.call('POST', `/v1/batches/${id}/cancel`);
    assert.equal(asked.json.status, 'cancelling');
    ({ batch } = await follow(client, id));
    assert.equal(batch.status, 'cancelled');
    const lines = await readLines(client, batch.output_file_id);
    assert.ok(lines.length >= 5 && lines.length < requests);
    assert.equal((await client.stats()).billed.batch.calls, lines.length);
    assert.equal((await client.call('POST', `/v1/batches/${id}/cancel`)).status, 409);
});

test('a batch that expires tells which requests were not made', async (t) => {
    const client = await openSimulator(t, {
        control: { batch_seconds: 0.05, batch_end: 'expired' },
    });
    const { batch } = await follow(client, (await create(client, linesOf(10))).json.id);
    assert.equal(batch.status, 'expired');
    assert.deepEqual(batch.request_counts, { total: 10, completed: 5, failed: 5 });
    const [line] = await readLines(client, batch.error_file_id);
    assert.deepEqual([line.response, line.error.code], [null, 'batch_expired']);
    assert.equal((await client.stats()).billed.batch.calls, 5);
});

test('files and batches that make no sense are refused', async (t) => {
    const client = await openSimulator(t, { control: { batch_seconds: 0.02 } });
    assert.equal((await upload(client, '{}', 'assistants')).status, 400);
    const post = (path, body) => client.call('POST', path, { body });
    assert.equal((await post('/v1/files', 'no form')).status, 400);
    assert.equal((await client.call('GET', '/v1/files/file-none')).status, 404);
    assert.equal((await client.call('GET', '/v1/batches/batch_none')).status, 404);
    assert.equal((await create(client, linesOf(1), { endpoint: '/v1/embeddings' })).status, 400);
    assert.equal((await create(client, linesOf(1), { completion_window: '1h' })).status, 400);
    assert.equal((await create(client, linesOf(1), { input_file_id: 'file-none' })).status, 404);
    const twice = [...linesOf(2), ...linesOf(1)];
    for (const [text, code, line] of [
        ['', 'empty_file', null],
        ['{"custom_id": "a"\n', 'invalid_json_line', 1],
        [asText(twice), 'duplicate_custom_id', 3],
        [asText([{ ...linesOf(1)[0], method: 'GET' }]), 'invalid_method', 1],
        [asText([{ ...linesOf(1)[0], url: '/v1/embeddings' }]), 'invalid_url', 1],
        [asText([{ ...linesOf(1)[0], body: 'x' }]), 'missing_required_parameter', 1],
    ]) {
        const { batch } = await follow(client, (await create(client, text)).json.id);
        assert.equal(batch.status, 'failed');
        const [problem] = batch.errors.data;
        assert.deepEqual([problem.code, problem.line], [code, line]);
    }
    assert.equal((await client.stats()).billed.batch.calls, 0);
});

/** Lines of a batch; each asks something of its own. */
function linesOf(count) {
    return Array.from({ length: count }, (_, index) => {
        const body = leadRequest();
        body.messages[1].content += `\ncontact: Pergunta número ${index} sobre o plano anual`;
        const id = `line-${index}`;
        return { custom_id: id, method: 'POST', url: '/v1/chat/completions', body };
    });
}

function asText(lines) {
    return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function upload(client, text, purpose = 'batch') {
    const boundary = 'the-boundary';
    const disposition = 'Content-Disposition: form-data; name=';
    const body = [
        `--${boundary}\r\n${disposition}"purpose"\r\n\r\n${purpose}\r\n`,
        `--${boundary}\r\n${disposition}"file"; filename="requests.jsonl"\r\n`,
        `Content-Type: application/jsonl\r\n\r\n${text}\r\n--${boundary}--\r\n`,
    ].join('');
    const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` };
    return client.call('POST', '/v1/files', { body, headers });
}

async function create(client, lines, fields = {}) {
    const text = typeof lines === 'string' ? lines : asText(lines);
    const file = (await upload(client, text)).json;
    const kept = await client.call('GET', `/v1/files/${file.id}/content`);
    assert.equal(kept.text, text);
    const body = {
        input_file_id: file.id,
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
        ...fields,
    };
    return client.call('POST', '/v1/batches', { body });
}

/** The batch when it has ended, and the states that were seen on the way. */
async function follow(client, id) {
    const seen = new Set();
    for (;;) {
        const batch = (await client.call('GET', `/v1/batches/${id}`)).json;
        seen.add(batch.status);
        if (!['validating', 'in_progress', 'finalizing', 'cancelling'].includes(batch.status)) {
            return { batch, seen };
        }
        await pause(5);
    }
}

async function readLines(client, fileId) {
    const { text } = await client.call('GET', `/v1/files/${fileId}/content`);
    return text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
}
