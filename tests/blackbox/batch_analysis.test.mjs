import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startSimulator } from '../provider_simulator/simulator.mjs';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { silentLeads } from '../support/leads.mjs';
import { rows, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, keepSecret, run, runJson } from '../support/program.mjs';
import { tearDown } from '../support/teardown.mjs';

// A backlog that can wait, by the provider's batches, beside what is urgent. Each test goes a step on.

const backlog = 5_000;
const urgent = 10;
let installation;
let env;
let modelEnv;
let simulator;
let taken = 0; // answers out of batches

before(async () => {
    const cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    env = installation.environment;
    assertDone(await run(['migrate'], { env }));
    await runJson(['tenant', 'add', '--name', 'Lume'], { env });
    assertDone(await run(['tenant', 'set', '--tenant-id', '1', '--use-model', 'yes'], { env }));
    await sql(
        installation.warehouseSuperuser,
        `${silentLeads(1, 1, backlog)};
         update llm_limits set requests_per_day = null, tokens_per_minute = null where tenant_id = 0`,
    );
    simulator = await startSimulator({ latencyMs: 20 });
    modelEnv = {
        ...env,
        OPENAI_API_KEY: keepSecret('simulator-key'),
        OPENAI_BASE_URL: `${simulator.url}/v1/`,
    };
    await control({ batch_seconds: 2 });
});

after(async () => {
    await simulator?.stop();
    await tearDown();
});

async function control(change) {
    await fetch(`${simulator.url}/control`, { method: 'POST', body: JSON.stringify(change) });
}

async function one(query) {
    return (await rows(installation.warehouseSuperuser, query))[0];
}

test('a dry run says which way it goes, and at what price', async () => {
    const dryRun = ['analyze', '--tenant-id', '1', '--limit', String(backlog), '--dry-run'];
    const live = await runJson(dryRun, { env: modelEnv });
    const batch = await runJson([...dryRun, '--within-hours', '36'], { env: modelEnv });
    const soon = await runJson([...dryRun, '--within-hours', '24'], { env: modelEnv });
    assert.deepEqual([live.way, batch.way, soon.way], ['live', 'batch', 'live']);
    assert.equal(batch.calls, backlog);
    assert.ok(Math.abs(batch.cost_brl / live.cost_brl - 0.5) < 0.001);
    for (const hours of ['0', '-1', '9000', 'soon']) {
        assertRefused(await run([...dryRun, '--within-hours', hours], { env: modelEnv }), 2, /within-hours/);
    }
});

test('a backlog of 5,000 goes by batch, and ten that are urgent live beside it', async () => {
    const submitted = await runJson(
        ['analyze', '--tenant-id', '1', '--limit', String(backlog), '--within-hours', '36'],
        { env: modelEnv },
    );
    assert.equal(submitted.way, 'batch');
    assert.equal(submitted.asked, backlog);
    assert.equal(submitted.analysed, 0);
    assert.equal(submitted.collected, null);
    const { batches } = await runJson(['batch', 'list'], { env });
    assert.deepEqual(batches.map(({ state, requests }) => [state, requests]), [['submitted', backlog]]);
    const watched = await run(['watch', '--tenant-id', '1', '--count', '1'], { env });
    assert.match(watched.stdout, /workers 0, in batches 5000/);

    await sql(installation.warehouseSuperuser, silentLeads(1, backlog + 1, backlog + urgent));
    const live = await runJson(
        ['analyze', '--tenant-id', '1', '--limit', '100', '--within-hours', '1'], { env: modelEnv });
    assert.equal(live.way, 'live');
    assert.equal(live.analysed, urgent);
    taken = live.collected.analysed;
});

test('the answers cost half, are stored once, and equal the ledger and the bill', async () => {
    for (let waiting = 1; waiting > 0; await pause(200)) {
        const now = await runJson(['batch', 'collect'], { env: modelEnv });
        taken += now.analysed;
        waiting = now.waiting;
    }
    assert.equal(taken, backlog);
    const stored = await one(`
        select count(*) as all, count(distinct conversation_id) as conversations
          from lead_analyses where state = 'current'`);
    assert.deepEqual([Number(stored.all), Number(stored.conversations)], [backlog + urgent, backlog + urgent]);
    const cost = await one(`
        select sum(brl) filter (where is_batch) as batch, sum(brl) filter (where not is_batch) as live,
               sum(brl) as all from llm_calls`);
    const liveEach = Number(cost.live) / urgent;
    const share = Number(cost.batch) / (liveEach * backlog);
    assert.ok(share <= 0.55, `${share} of what it would have cost live`);
    const { claims } = await one('select count(*) as claims from analysis_claims');
    assert.equal(Number(claims), 0);
    assert.equal((await run(['batch', 'collect'], { env: modelEnv })).stdout, 'No batch is open.\n');
    const stats = await (await fetch(`${simulator.url}/stats?requests=0`)).json();
    assert.equal(stats.accepted_in_batches, backlog);
    const usage = await runJson(['usage', '--by', 'tenant'], { env });
    assert.equal(usage.usage[0].micro_brl, Number(cost.all));
});

test('without a provider that has batches there is nothing to collect from', async () => {
    assertRefused(await run(['batch', 'collect'], { env }), 3, /no provider with batches/);
    assertRefused(
        await run(['batch', 'collect'], { env: { ...modelEnv, OPENAI_API_VERSION: '2024-06-01' } }), 3,
        /no provider with batches/);
});
