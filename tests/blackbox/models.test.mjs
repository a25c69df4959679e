import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { rows, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, run, runJson } from '../support/program.mjs';
import { tearDown } from '../support/teardown.mjs';

// What may be spent on models, by the command line. Each test goes a step on.

let installation;
let env;

before(async () => {
    const cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    env = installation.environment;
    assertDone(await run(['migrate'], { env }));
    await runJson(['tenant', 'add', '--name', 'Lume'], { env });
});

after(tearDown);

async function limitOf(tenant, kind) {
    const { limits } = await runJson(['budget', 'show'], { env });
    return limits.find((one) => one.tenant_id === tenant && one.kind === kind);
}

test('an installation is born with limits, and every tenant with a budget', async () => {
    assert.equal((await limitOf(0, 'requests_per_minute')).limit, 400);
    assert.equal((await limitOf(0, 'tokens_per_minute')).limit, 24_000);
    assert.equal((await limitOf(0, 'requests_per_day')).limit, 1_000);
    assert.equal((await limitOf(0, 'brl_per_day')).limit, 10_000_000);
    assert.equal((await limitOf(0, 'brl_per_month')).limit, 200_000_000);
    assert.equal((await limitOf(1, 'brl_per_month')).limit, 50_000_000);
    assert.equal((await limitOf(1, 'brl_per_day')).limit, null);
});

test('a limit is set, raised for a while, and taken away', async () => {
    const whose = ['--tenant-id', '1', '--kind', 'brl_per_day'];
    const set = await run(['budget', 'set', ...whose, '--value', '2,50'], { env });
    assertDone(set);
    assert.match(set.stdout, /R\$ 2,50/);
    assert.equal((await limitOf(1, 'brl_per_day')).limit, 2_500_000);
    const raise = ['budget', 'raise', ...whose, '--value', '9', '--author', 'ana'];
    assertDone(await run([...raise, '--until', '2099-01-01'], { env }));
    const raised = await limitOf(1, 'brl_per_day');
    assert.equal(raised.limit, 9_000_000);
    assert.match(raised.raised_until, /^2099-01-01T/);
    assertRefused(await run([...raise, '--until', '2020-01-01'], { env }), 2, /future/);
    assertDone(await run(['budget', 'set', ...whose, '--none'], { env }));
    const show = await run(['budget', 'show'], { env });
    assertDone(show);
    assert.match(show.stdout, /installation +tokens_per_minute +0 +24000/);
});

test('a stop holds until it is taken back', async () => {
    assertDone(await run(['budget', 'stop', '--tenant-id', '1'], { env }));
    const { stops } = await runJson(['budget', 'show'], { env });
    assert.deepEqual(
        stops.map((stop) => [stop.tenant_id, stop.stopped_by]),
        [[1, 'cli']],
    );
    assertDone(await run(['budget', 'resume', '--tenant-id', '1'], { env }));
    assert.deepEqual((await runJson(['budget', 'show'], { env })).stops, []);
});

test('prices have a beginning, and an exchange rate', async () => {
    const model = ['--model', 'outro-modelo', '--input', '1.25', '--output', '10'];
    assertDone(await run(['prices', 'set', ...model, '--cached-input', '0.125'], { env }));
    assertDone(await run(['prices', 'rate', '--brl', '5.80'], { env }));
    const { prices, rates } = await runJson(['prices', 'list'], { env });
    const price = prices.find((one) => one.model === 'outro-modelo');
    assert.deepEqual(
        [price.input_micro_usd, price.cached_input_micro_usd, price.output_micro_usd],
        [1_250_000, 125_000, 10_000_000],
    );
    assert.equal(rates[0].micro_brl, 5_800_000);
});

test('usage is empty where no model was called', async () => {
    for (const by of ['day', 'month', 'tenant', 'model']) {
        assert.deepEqual((await runJson(['usage', '--by', by], { env })).usage, []);
    }
    assert.deepEqual(await runJson(['usage', 'rebuild'], { env }), { wrong: 0 });
    assert.equal((await runJson(['usage'], { env })).batches.saved_micro_brl, 0);
    assert.deepEqual(await runJson(['batch', 'list'], { env }), { batches: [] });
});

/** Calls of two hundred days, six a day, as the ledger has them. */
const oldCalls = `
    insert into llm_calls (tenant_id, call_id, entry, purpose, model, prompt_version, input_hash,
                           is_batch, reserved_at, reserved_tokens, reserved_brl, brl, input_tokens,
                           cached_input_tokens, output_tokens, outcome, tenant_day, day)
    select 1, n, (case when n % 9 = 0 then 'unconfirmed' else 'settled' end)::llm_entry, 'remarketing',
           'model-' || n % 2, 'v1', '\\x01', false, at, 2000, 9000, 5000 + n, 1000 + n, n % 900, 100,
           case when n % 9 = 0 then 'timeout' else 'ok' end,
           (at at time zone 'America/Sao_Paulo')::date, (at at time zone 'America/Sao_Paulo')::date
      from generate_series(1, 1200) n,
           lateral (select now() - n * interval '4 hours' as at) moment`;

/** Two that were done long ago, one that is long open, one that was done yesterday. */
const batches = `
    insert into llm_batches (tenant_id, batch_id, purpose, model, state, rest_entry, rest_cause,
                             finished_at, deadline)
    values (1, 1, 'remarketing', 'm', 'done', 'released', 'lease', now() - interval '100 days', now()),
           (1, 2, 'remarketing', 'm', 'done', 'released', 'lease', now() - interval '91 days', now()),
           (1, 3, 'remarketing', 'm', 'filling', null, null, null, now() - interval '100 days'),
           (1, 4, 'remarketing', 'm', 'done', 'released', 'lease', now() - interval '1 day', now());
    insert into llm_batch_requests (tenant_id, batch_id, call_id, payload, state)
    select 1, batch, n, 'subject', 'taken'
      from generate_series(1, 4) batch, generate_series(1, 3) n`;

/** All that usage says. What the month will cost changes from second to second. */
async function told() {
    const outputs = [];
    for (const by of ['day', 'month', 'tenant', 'model']) {
        for (const whose of [[], ['--tenant-id', '1']]) {
            const { usage, projection } = await runJson(['usage', '--by', by, ...whose], { env });
            const { day_so_far_micro_brl: day, month_so_far_micro_brl: month } = projection;
            const text = await run(['usage', '--by', by, ...whose], { env });
            assertDone(text);
            outputs.push({ usage, day, month, text: text.stdout.replaceAll(/, R.* like this/g, '') });
        }
    }
    return outputs;
}

test('old calls become daily sums, and nothing that is told changes', async () => {
    await sql(installation.warehouseSuperuser, oldCalls);
    await sql(installation.warehouseSuperuser, batches);
    await runJson(['usage', 'rebuild'], { env });
    const before = await told();
    assert.ok(before[0].usage.length > 190, `${before[0].usage.length} days`);
    const { cached_share: share, cached_input_tokens: cached, input_tokens: input } = before[0].usage[5];
    assert.ok(share > 0 && share === cached / input, `${cached} of ${input} are ${share}`);
    assert.match(before[0].text, /CACHED +SHARE[^]*\d\.\d %/);
    const dry = await runJson(['usage', 'prune', '--dry-run'], { env });
    assert.equal(dry.dry_run, true);
    assert.ok(dry.entries > 600, `${dry.entries} entries`);
    assert.equal(dry.batches, 2);
    const count = async (table) =>
        Number(await sql(installation.warehouseSuperuser, `select count(*) from ${table}`));
    assert.equal(await count('llm_calls'), 1200);
    const done = await runJson(['usage', 'prune'], { env });
    assert.deepEqual(done, { ...dry, dry_run: false });
    assert.equal(await count('llm_calls'), 1200 - dry.entries);
    assert.equal(await count('llm_batches where batch_id in (3, 4)'), await count('llm_batches'));
    assert.equal(await count('llm_batch_requests'), 6);
    assert.deepEqual(await told(), before);
    assert.deepEqual(await runJson(['usage', 'rebuild'], { env }), { wrong: 0 });
    const again = await runJson(['usage', 'prune'], { env });
    assert.deepEqual([again.entries, again.batches], [0, 0]);
    const shorter = { ...env, GENIAI_LLM_DETAIL_DAYS: '62' };
    const people = await run(['usage', 'prune'], { env: shorter });
    assertDone(people);
    assert.match(people.stdout, /^1(6|7)\d entries of the ledger from before \d{4}-\d\d-\d\d are daily/);
    assert.deepEqual(await told(), before);
    const tooShort = { ...env, GENIAI_LLM_DETAIL_DAYS: '61' };
    assertRefused(await run(['usage', 'prune'], { env: tooShort }), 3, /llm_detail_days .* 62/);
});

test('a price that is put right for the past corrects what was booked', async () => {
    const set = async (input) => {
        const price = ['prices', 'set', '--model', 'model-1', '--input', input, '--output', '1'];
        const done = await run([...price, '--valid-from', '2020-01-01T00:00:00Z'], { env });
        assertDone(done);
        return done.stdout;
    };
    const cost = async () =>
        (await runJson(['usage', '--by', 'model'], { env })).usage
            .find((row) => row.key === 'model-1').micro_brl;
    assert.match(await set('1'), /usage recost --dry-run/);
    await runJson(['usage', 'recost'], { env });
    const before = await cost();
    await set('2');
    const dry = await runJson(['usage', 'recost', '--dry-run'], { env });
    assert.ok(dry.calls > 0 && dry.more_micro_brl > 0, JSON.stringify(dry));
    assert.equal(await cost(), before);
    assert.match((await run(['usage', 'recost', '--dry-run'], { env })).stdout,
        /^\d+ calls would get a correction: together R\$ [\d.,]+ more than was booked\.\n$/);
    assert.deepEqual(await runJson(['usage', 'recost'], { env }), { ...dry, dry_run: false });
    assert.equal(await cost(), before + dry.more_micro_brl);
    assert.match((await run(['usage', 'recost'], { env })).stdout, /^Every call is booked/);
    assert.deepEqual(await runJson(['usage', 'rebuild'], { env }), { wrong: 0 });
});

test('what cannot be is refused in one line, and nothing is changed', async () => {
    const set = ['budget', 'set', '--kind', 'brl_per_day'];
    assertRefused(await run([...set], { env }), 2, /--value or --none/);
    assertRefused(await run([...set, '--value', '-1'], { env }), 2, /amount/);
    assertRefused(await run([...set, '--value', '1.000,00'], { env }), 2, /amount/);
    assertRefused(await run(['budget', 'set', '--kind', 'x', '--value', '1'], { env }), 2, /--kind/);
    assertRefused(await run([...set, '--value', '1', '--tenant-id', '99'], { env }), 1, /99/);
    assertRefused(await run(['usage', '--by', 'hour'], { env }), 2, /--by/);
    const dear = ['prices', 'set', '--model', 'm', '--input', '1', '--output', '1'];
    assertRefused(await run([...dear, '--cached-input', '2'], { env }), 2, /dearer/);
    assert.equal((await limitOf(0, 'brl_per_day')).limit, 10_000_000);
    const cancel = ['batch', 'cancel', '--tenant-id', '1', '--batch', '99'];
    assertRefused(await run(cancel, { env }), 3, /no provider with batches/);
    const provider = { ...env, OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' };
    assertRefused(await run(cancel, { env: provider }), 1, /no batch 99/);
});

test('the audit log has all of it', async () => {
    const log = await rows(
        installation.warehouseSuperuser,
        `select tenant_id, action from audit_logs where action like 'llm.%' order by id`,
    );
    assert.deepEqual(
        log.map(({ tenant_id: tenant, action }) => [tenant, action]),
        [
            [1, 'llm.limit.set'],
            [1, 'llm.limit.raise'],
            [1, 'llm.limit.set'],
            [1, 'llm.stop'],
            [1, 'llm.resume'],
            [0, 'llm.price.set'],
            [0, 'llm.rate.set'],
            [0, 'llm.price.set'],
            [0, 'llm.recost'],
            [0, 'llm.price.set'],
            [0, 'llm.recost'],
        ],
    );
});
