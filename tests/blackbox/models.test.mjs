import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { rows } from '../support/postgres.mjs';
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
    assertRefused(await run(cancel, { env }), 3, /no provider is set/);
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
        ],
    );
});
