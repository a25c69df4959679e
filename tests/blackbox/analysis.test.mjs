import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startSimulator } from '../provider_simulator/simulator.mjs';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { silentLeads } from '../support/leads.mjs';
import { rows, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, keepSecret, run, runJson, start } from '../support/program.mjs';
import { makeDirectory, tearDown } from '../support/teardown.mjs';

// Silent leads by the command line, against a provider over real HTTP. Each test goes a step on.

const stopSeconds = 30;
let installation;
let env;
let modelEnv;
let simulator;

before(async () => {
    const cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    env = installation.environment;
    assertDone(await run(['migrate'], { env }));
    for (const name of ['Lume', 'Ipê']) await runJson(['tenant', 'add', '--name', name], { env });
    await sql(installation.warehouseSuperuser, silentLeads(1, 1, 40));
    await sql(installation.warehouseSuperuser, silentLeads(2, 1, 4));
    simulator = await startSimulator({ latencyMs: 20 });
    modelEnv = {
        ...env,
        OPENAI_API_KEY: keepSecret('simulator-key'),
        OPENAI_BASE_URL: `${simulator.url}/v1/`,
    };
});

after(async () => {
    await simulator?.stop();
    await tearDown();
});

async function accepted() {
    const stats = await (await fetch(`${simulator.url}/stats?requests=0`)).json();
    return stats.accepted;
}

async function control(change) {
    await fetch(`${simulator.url}/control`, { method: 'POST', body: JSON.stringify(change) });
}

test('without a provider the local analyst works, and costs nothing', async () => {
    const { runs } = await runJson(['analyze', '--all', '--limit', '2'], { env });
    assert.deepEqual(
        runs.map((one) => [one.tenant_id, one.analysed, one.cost_micro_brl]),
        [
            [1, 2, 0],
            [2, 2, 0],
        ],
    );
    const show = await runJson(
        ['analysis', 'show', '--tenant-id', '1', '--conversation-id', '40'], { env });
    assert.equal(show.analyses[0].analyst, 'local');
    assert.equal(show.analyses[0].conversation_type, 'REMARKETING_MEDIO');
});

test('nothing is sent of a tenant that nobody allowed', async () => {
    const summary = await runJson(['analyze', '--tenant-id', '2', '--limit', '1'], { env: modelEnv });
    assert.equal(summary.analysed, 1);
    assert.equal(summary.analyst, 'local');
    assertRefused(
        await run(['analyze', '--what', 'classification', '--tenant-id', '2'], { env: modelEnv }),
        1, /tenant set --tenant-id 2 --use-model yes/);
    assertRefused(
        await run(['tenant', 'set', '--tenant-id', '2', '--use-model', 'maybe'], { env }),
        2, /--use-model takes yes or no/);
    assert.equal(await accepted(), 0);
    for (const tenant of ['1', '2']) {
        const allowed = await runJson(
            ['tenant', 'set', '--tenant-id', tenant, '--use-model', 'yes'], { env });
        assert.equal(allowed.uses_model, true);
    }
});

test('a dry run does nothing and says what it would cost', async () => {
    const forecast = await runJson(
        ['analyze', '--tenant-id', '1', '--limit', '100', '--dry-run'], { env: modelEnv });
    assert.equal(forecast.waiting, 38);
    assert.equal(forecast.calls, 38);
    assert.ok(forecast.cost_brl > 0 && forecast.cost_brl < 1, `R$ ${forecast.cost_brl}`);
    assert.equal(await accepted(), 0);
});

test('a model analyses the oldest silences first, and each costs what the ledger says', async () => {
    const summary = await runJson(['analyze', '--tenant-id', '1', '--limit', '3'], { env: modelEnv });
    assert.equal(summary.analysed, 3);
    assert.equal(await accepted(), 3);
    const stored = await rows(
        installation.warehouseSuperuser,
        `select conversation_id from lead_analyses where analyst = 'model' and tenant_id = 1 order by 1`);
    assert.deepEqual(stored.map((row) => Number(row.conversation_id)), [36, 37, 38]);
    const usage = await runJson(['usage', '--by', 'tenant'], { env });
    assert.equal(usage.usage.find((row) => row.key.startsWith('1')).micro_brl, summary.cost_micro_brl);
    const people = await run(['analyze', '--tenant-id', '1', '--limit', '1'], { env: modelEnv });
    assertDone(people);
    assert.match(people.stdout, /^Lume: 1 analysed, \d+ tokens, R\$ 0,00/);
});

test('an analysis is marked as wrong with a reason, and made again', async () => {
    const which = ['--tenant-id', '1', '--conversation-id', '36'];
    assertDone(await run(['analysis', 'invalidate', ...which, '--reason', 'trocou o nome'], { env }));
    assertRefused(
        await run(['analysis', 'invalidate', ...which, '--reason', 'x'], { env }), 1, /no current analysis/);
    assertDone(await run(['analyze', '--tenant-id', '1', '--limit', '1'], { env: modelEnv }));
    assertDone(await run(['analysis', 'reanalyze', ...which, '--reason', 'outra vez'], { env }));
    assertDone(await run(['analyze', '--tenant-id', '1', '--limit', '1'], { env: modelEnv }));
    const { analyses } = await runJson(['analysis', 'show', ...which], { env });
    assert.deepEqual(analyses.map(({ state }) => state), ['current', 'replaced', 'invalid']);
    const shown = await run(['analysis', 'show', ...which], { env });
    assert.match(shown.stdout, /trocou o nome/);
    assertRefused(
        await run(['analysis', 'reanalyze', '--tenant-id', '1', '--conversation-id', '999',
            '--reason', 'x'], { env }),
        1, /no lead that has been silent/);
});

test('a new analysis is shown with what it judges otherwise, and the old one is kept', async () => {
    const which = ['--tenant-id', '1', '--conversation-id', '40'];
    assertDone(await run(['analysis', 'reanalyze', ...which, '--reason', 'com modelo'], { env }));
    assertDone(await run(['analyze', '--tenant-id', '1', '--limit', '1'], { env: modelEnv }));
    const { analyses } = await runJson(['analysis', 'show', ...which], { env });
    const [now, before] = analyses;
    assert.equal(before.analyst, 'local');
    assert.equal(before.changes, null);
    assert.match(before.temperature, /^(quente|morna|fria)$/);
    const change = (field) => now.changes.find((one) => one.field === field);
    assert.deepEqual(
        { before: change('model').before, after: change('model').after },
        { before: null, after: now.model });
    assert.equal(change('prompt_version').before, before.prompt_version);
    for (const { field, before: old, after } of now.changes) {
        assert.deepEqual([old, after], [before[field], now[field]], field);
        assert.notDeepEqual(old, after, field);
    }
    const shown = await run(['analysis', 'show', ...which], { env });
    assert.match(shown.stdout, /changed since analysis \d+:\n(    .+\n)*    model: null → gpt-/);
});

test('the leads to win back are listed, those who wait for us first, and none who opted out', async () => {
    const list = (...more) => runJson(['remarketing', 'list', '--tenant-id', '1', ...more], { env });
    const all = await list('--limit', '100');
    assert.equal(all.total, 40);
    assert.equal(all.leads.length, 40);
    assert.equal((await list()).leads.length, 20);
    const byHand = await rows(installation.warehouseSuperuser, `
        select conversation_id from classifications c
          left join lead_analyses a using (tenant_id, conversation_id)
         where tenant_id = 1 and (a.state = 'current' or a.analysis_id is null)
         order by a.priority desc nulls last, conversation_id`);
    assert.deepEqual(
        all.leads.map((lead) => lead.conversation_id),
        byHand.map((row) => Number(row.conversation_id)));
    await sql(installation.warehouseSuperuser, `
        update classifications set awaits_call = true where tenant_id = 1 and conversation_id = 7;
        update classifications set opted_out = true where tenant_id = 1 and conversation_id = 8`);
    const changed = await list('--limit', '100');
    assert.equal(changed.total, 39);
    assert.equal(changed.leads[0].conversation_id, 7);
    assert.equal(changed.leads[0].reason, 'RETORNO_PENDENTE');
    assert.ok(!changed.leads.some((lead) => lead.conversation_id === 8));
    assert.deepEqual(
        (await list('--reason', 'awaits-call')).leads.map((lead) => lead.conversation_id), [7]);
    const medium = await list('--band', 'medium');
    assert.ok(medium.leads.every((lead) => lead.band === 'REMARKETING_MEDIO'));
    const people = await run(['remarketing', 'list', '--tenant-id', '1', '--limit', '2'], { env });
    assertDone(people);
    assert.match(people.stdout, /^CONVERSATION +CONTACT +BAND/);
    assert.match(people.stdout, /\n7 .*awaits-call/);
    assert.match(people.stdout, /2 of 39 leads\n$/);
    const refused = (...more) => run(['remarketing', 'list', ...more], { env });
    assertRefused(await refused('--tenant-id', '1', '--band', 'warm'), 2, /one of recent, medium, cold/);
    assertRefused(await refused('--tenant-id', '1', '--reason', 'x'), 2, /no-answer, awaits-call, silent/);
    assertRefused(await refused('--tenant-id', '1', '--limit', '0'), 2, /--limit must be between/);
    assertRefused(await refused('--tenant-id', '77'), 1, /./);
    await sql(installation.warehouseSuperuser,
        'update classifications set awaits_call = false, opted_out = false where tenant_id = 1');
});

test('what cannot be is refused before anything is done', async () => {
    const before = await accepted();
    const analyze = (...more) => run(['analyze', ...more], { env: modelEnv });
    assertRefused(await analyze('--all', '--limit', '0'), 2, /--limit must be between 1/);
    assertRefused(await analyze('--all', '--workers', '501'), 2, /--workers must be between 1 and 500/);
    assertRefused(await analyze('--all', '--max-cost-brl', 'muito'), 2, /--max-cost-brl/);
    assertRefused(await analyze(), 2, /--tenant-id N or --all/);
    assertRefused(await analyze('--tenant-id', '77'), 1, /no tenant 77/);
    const wrongAddress = { ...env, OPENAI_API_KEY: 'x', OPENAI_BASE_URL: 'ftp://example' };
    assertRefused(await run(['analyze', '--all'], { env: wrongAddress }), 3, /https:/);
    const wrongKey = await run(['analyze', '--tenant-id', '2', '--limit', '1'],
        { env: { ...modelEnv, OPENAI_API_KEY: keepSecret('wrong-key-5rt2') } });
    assert.equal(wrongKey.code, 1);
    assert.match(wrongKey.stdout, /1 failed: http_401/);
    assert.equal(await accepted(), before);
});

test('a run spends no more than it may', async () => {
    const summary = await runJson(
        ['analyze', '--tenant-id', '1', '--limit', '30', '--max-cost-brl', '0.004'], { env: modelEnv });
    assert.equal(summary.ended_by, 'max_cost');
    assert.ok(summary.cost_micro_brl <= 4_000, `${summary.cost_micro_brl}`);
    assert.ok(summary.analysed >= 1);
});

test('SIGTERM ends a run after the calls in flight, and they are booked', async () => {
    await control({ latency_ms: 1_500 });
    const before = await accepted();
    const running = start(
        ['analyze', '--tenant-id', '1', '--limit', '20', '--workers', '3', '--json'], { env: modelEnv });
    while ((await accepted()) === before) await pause(50);
    const asked = performance.now();
    const end = await running.stop('SIGTERM');
    const seconds = (performance.now() - asked) / 1000;
    assert.ok(seconds < stopSeconds, `it ended after ${seconds.toFixed(1)} s`);
    const summary = JSON.parse(end.stdout);
    assert.equal(summary.analysed, (await accepted()) - before);
    const [{ open }] = await rows(
        installation.warehouseSuperuser, 'select count(*)::int as open from llm_reservations');
    assert.equal(Number(open), 0);
    await control({ latency_ms: 20 });
});

test("the provider's bill is held against the ledger", async () => {
    const { billed } = await (await fetch(`${simulator.url}/stats?requests=0`)).json();
    const { prompt, cached, completion, pico_usd: pico } = billed.live;
    const [{ day }] = await rows(
        installation.warehouseSuperuser,
        `select max((reserved_at at time zone 'UTC')::date)::text as day from llm_calls`);
    const header = 'day,model,input_tokens,cached_input_tokens,output_tokens,usd';
    const lineOf = (usd) => `${day},gpt-4o-mini-2024-07-18,${prompt},${cached},${completion},${usd}`;
    const directory = makeDirectory();
    const check = (name, lines, ...more) => {
        const file = join(directory, name);
        writeFileSync(file, lines.join('\n'));
        return run(['usage', 'check', '--file', file, ...more], { env });
    };
    const usd = Number(pico) / 1e12;
    const good = await check('good.csv', [header, lineOf(usd)]);
    assertDone(good);
    assert.match(good.stdout, /0 of 1 differ by more than 0\.5 %/);
    const dear = [header, lineOf(usd * 1.01)];
    const differs = await check('dear.csv', dear, '--json');
    assert.equal(differs.code, 1);
    const { lines, differing } = JSON.parse(differs.stdout);
    assert.equal(differing, 1);
    assert.ok(Math.abs(lines[0].percent - 1) < 0.2, `${lines[0].percent} %`);
    assertDone(await check('dear.csv', dear, '--tolerance', '2'));
    const unknown = await check('more.csv', [header, lineOf(usd), `2020-01-01,m,1,0,1,1`]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stdout, /2020-01-01 +m +usd +1 +not in the ledger/);
    const other = await check('other.csv', [header, `${day},m,1,0,1,1`]);
    assert.match(other.stdout, /gpt-4o-mini +usd +not in the bill/);
    assertRefused(await check('bad.csv', [header, lineOf('x')]), 2, /bad\.csv line 2: usd/);
    const missing = ['usage', 'check', '--file', join(directory, 'none.csv')];
    assertRefused(await run(missing, { env }), 2, /none\.csv, which cannot be read/);
});

test('a watch in a pipe is plain lines', async () => {
    const watch = await run(['watch', '--all', '--every', '1', '--count', '2'], { env });
    assertDone(watch);
    const lines = watch.stdout.trim().split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[0], /^pending \d+, analysed \d+, \d+\.\d\/min, .*workers 0, in batches 0, today R\$ 0,0/);
    assert.doesNotMatch(watch.stdout, /\u001b/);
    assertRefused(await run(['watch', '--all', '--every', '0'], { env }), 2, /--every/);
});

test("a model's verdict stands beside that of the rules", async () => {
    assertRefused(
        await run(['analyze', '--what', 'classification', '--all'], { env }), 2, /no model is set/);
    assertRefused(
        await run(['analyze', '--what', 'everything', '--all'], { env: modelEnv }), 2, /--what takes/);
    const what = ['analyze', '--what', 'classification', '--tenant-id', '2'];
    const forecast = await runJson([...what, '--dry-run'], { env: modelEnv });
    assert.equal(forecast.calls, 4);
    const summary = await runJson(what, { env: modelEnv });
    assert.equal(summary.analysed, 4);
    assert.equal((await runJson(what, { env: modelEnv })).analysed, 0);
    const { tenants } = await runJson(
        ['classification', 'compare', '--tenant-id', '2'], { env });
    assert.equal(tenants[0].flags[0].compared, 4);
    const people = await run(['classification', 'compare', '--all'], { env });
    assert.match(people.stdout, /^TENANT +FLAG +COMPARED +AGREE %/);
    const which = ['--tenant-id', '2', '--conversation-id', '2'];
    const shown = await runJson(['classification', 'show', ...which], { env });
    assert.equal(shown.rules.is_lead, true);
    assert.equal(shown.model.model, 'gpt-4o-mini');
    assert.match(
        (await run(['classification', 'show', ...which], { env })).stdout, /^Rules: lead, .*\n.*/);
    assertRefused(
        await run(['classification', 'show', '--tenant-id', '1', '--conversation-id', '999'], { env }),
        1, /has no conversation 999/);
});
