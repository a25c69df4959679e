import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startSimulator } from '../provider_simulator/simulator.mjs';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { projectRoot } from '../support/paths.mjs';
import { rows, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, keepSecret, run, runJson, start } from '../support/program.mjs';
import { makeDirectory, tearDown } from '../support/teardown.mjs';

// A model held against labels by the command line, as a deployment script does it. Each test goes a
// step on.

const labelled = join(projectRoot, 'tests/labelled/conversations_ptbr.jsonl');
const otherModel = 'gpt-4o-mini-2024-07-18';
const count = 12;
let directory;
let installation;
let env;
let modelEnv;
let simulator;
let file;

before(async () => {
    const cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    assertDone(await run(['migrate'], { env: installation.environment }));
    directory = makeDirectory();
    env = { ...installation.environment, GENIAI_CACHE_DIR: directory };
    for (const name of ['Lume', 'Ipê']) await runJson(['tenant', 'add', '--name', name], { env });
    await sql(
        installation.warehouseSuperuser,
        `update llm_limits set requests_per_minute = null, tokens_per_minute = null
          where tenant_id = 0`,
    );
    simulator = await startSimulator({ latencyMs: 10 });
    modelEnv = {
        ...env,
        OPENAI_API_KEY: keepSecret('simulator-key'),
        OPENAI_BASE_URL: `${simulator.url}/v1/`,
    };
    file = write('set.jsonl', readFileSync(labelled, 'utf8').split('\n').slice(0, count));
});

after(async () => {
    await simulator?.stop();
    await tearDown();
});

function write(name, lines) {
    const path = join(directory, name);
    writeFileSync(path, lines.join('\n'));
    return path;
}

function evaluation(...more) {
    return ['classification', 'evaluate', '--tenant-id', '1', '--file', file, ...more];
}

async function accepted() {
    return (await (await fetch(`${simulator.url}/stats?requests=0`)).json()).accepted;
}

async function control(change) {
    await fetch(`${simulator.url}/control`, { method: 'POST', body: JSON.stringify(change) });
}

async function stored() {
    const [{ number }] = await rows(
        installation.warehouseSuperuser,
        'select count(*)::int as number from model_evaluations',
    );
    return Number(number);
}

test('what cannot be is refused with one line, and nothing is asked or stored', async () => {
    const refused = async (args, code, problem) =>
        assertRefused(await run(args, { env: modelEnv }), code, problem);
    await refused(evaluation(), 1, /tenant set --tenant-id 1 --use-model yes/);
    assertDone(await run(['tenant', 'set', '--tenant-id', '1', '--use-model', 'yes'], { env }));
    assertRefused(await run(evaluation(), { env }), 2, /no model is set/);
    await refused(evaluation('--limit', '0'), 2, /--limit must be between 1 and/);
    await refused(evaluation('--limit', 'all'), 2, /limit/);
    await refused(evaluation('--max-drop', '-1'), 2, /--max-drop/);
    await refused(evaluation('--max-drop', '101'), 2, /--max-drop must be at most 100/);
    await refused(evaluation('--max-cost-brl', 'muito'), 2, /--max-cost-brl/);
    await refused(evaluation('--author', ' '), 2, /--author/);
    const ofFile = (path) => ['classification', 'evaluate', '--tenant-id', '1', '--file', path];
    const [good] = readFileSync(file, 'utf8').split('\n');
    const unlabelled = JSON.stringify({ ...JSON.parse(good), crm_converted: undefined });
    await refused(ofFile(join(directory, 'none.jsonl')), 2, /none\.jsonl is no file that can be/);
    await refused(ofFile(directory), 2, /is no file that can be read/);
    await refused(ofFile(write('empty.jsonl', [''])), 2, /empty\.jsonl holds no conversation/);
    await refused(ofFile(write('broken.jsonl', [good, good.slice(1)])), 2, /broken\.jsonl line 2: /);
    await refused(
        ofFile(write('unlabelled.jsonl', [good, '', unlabelled])),
        2,
        /unlabelled\.jsonl line 3: there is no label "crm_converted"/,
    );
    await refused(['classification', 'evaluate', '--tenant-id', '1'], 2, /--file/);
    await refused(
        ['classification', 'evaluate', '--tenant-id', '77', '--file', file], 1, /no tenant 77/);
    await refused(['classification', 'evaluations', '--tenant-id', '77'], 1, /no tenant 77/);
    assert.equal(await accepted(), 0);
    assert.equal(await stored(), 0);
});

test('an evaluation says how good model and rules are, and costs what the ledger says', async () => {
    const report = await runJson(evaluation(), { env: modelEnv });
    assert.equal(report.conversations, count);
    assert.equal(report.judged, count);
    assert.equal(report.before, null);
    assert.equal(await accepted(), count);
    const labels = readFileSync(file, 'utf8').split('\n').map((line) => JSON.parse(line));
    for (const { flag, model, rules } of report.flags) {
        const positives = labels.filter((one) => one[flag]).length;
        for (const judge of [model, rules]) {
            assert.equal(judge.true_positives + judge.false_negatives, positives, flag);
            assert.equal(judge.false_positives + judge.true_negatives, count - positives, flag);
            const agreed = judge.true_positives + judge.true_negatives;
            assert.ok(Math.abs(judge.accuracy - agreed / count) < 1e-9);
        }
        assert.ok(rules.accuracy > 0.9, `the rules' ${flag}: ${rules.accuracy}`);
    }
    const [{ brl, purposes }] = await rows(
        installation.warehouseSuperuser,
        `select sum(brl)::bigint as brl, string_agg(distinct purpose, ',') as purposes
           from llm_calls`,
    );
    assert.equal(Number(brl), report.cost_micro_brl);
    assert.equal(purposes, 'evaluation');
});

test('people read it as a table; only the first of the file are asked about with --limit', async () => {
    const before = await accepted();
    const people = await run(evaluation('--limit', '3', '--author', 'ana'), { env: modelEnv });
    assertDone(people);
    assert.match(people.stdout, /^gpt-4o-mini, classification-1: 3 of 3 conversations, \d+ tokens/);
    assert.match(people.stdout, /\nFLAG +ACCURACY % +PRECISION % .*\nis_lead +\d/);
    assert.equal(await accepted(), before + 3);
});

test('a model that judges worse ends with 1 and says which flag fell from what to what', async () => {
    const worseEnv = { ...modelEnv, OPENAI_MODEL: otherModel };
    await control({ faults: [{ kind: 'wrong_enum', times: count }] });
    const worse = await run(evaluation('--json'), { env: worseEnv });
    assert.equal(worse.code, 1);
    assert.equal(worse.complaints.length, 1, worse.stderr);
    assert.match(
        worse.complaints[0],
        /accuracy of .*is_lead fell from [\d.]+ % to 0 %.*, against gpt-4o-mini, classification-1/,
    );
    const report = JSON.parse(worse.stdout);
    assert.deepEqual(report.bad_answers_by_cause, { 'enum:status_resolucao': count });
    assert.equal(report.before.model, 'gpt-4o-mini');
    assert.ok(report.drops.some(({ flag, from, to }) => flag === 'is_lead' && from > 0 && to === 0));
    await control({ faults: [{ kind: 'wrong_enum', times: count }] });
    const borne = await run(evaluation('--max-drop', '100'), { env: worseEnv });
    assertDone(borne);
    assert.match(borne.stdout, /12 bad answers, counted as wrong: enum:status_resolucao/);
});

test('the history tells how each differs from the one before', async () => {
    const list = ['classification', 'evaluations', '--tenant-id', '1'];
    const { evaluations } = await runJson(list, { env });
    assert.deepEqual(
        evaluations.map((one) => [one.model, one.conversations, one.accepted, one.author]),
        [
            ['gpt-4o-mini', count, true, 'cli'],
            ['gpt-4o-mini', 3, true, 'ana'],
            [otherModel, count, false, 'cli'],
            [otherModel, count, true, 'cli'],
        ],
    );
    assert.match(evaluations[0].evaluated_at, /^\d{4}-\d\d-\d\dT/);
    const people = await run(list, { env });
    assertDone(people);
    const lines = people.stdout.trimEnd().split('\n');
    assert.match(lines[0], /^ID +AT +MODEL +PROMPT +SET +OF +LEAD % +VISIT % +CONVERSION %/);
    assert.match(lines[3], /gpt-4o-mini-2024-07-18 .* 0 \(-[\d.]+\) .* no +cli$/);
    assert.match(lines[4], / 0 \(\+0\) .* yes +cli$/);
    const other = await runJson(['classification', 'evaluations', '--tenant-id', '2'], { env });
    assert.deepEqual(other.evaluations, []);
});

test('an evaluation that ends early is no result', async () => {
    const before = await stored();
    const spent = await run(evaluation('--max-cost-brl', '0.003', '--json'), { env: modelEnv });
    assert.equal(spent.code, 1);
    assert.match(spent.complaints[0], /ended after \d+ of 12 conversations \(max_cost\); it is not/);
    assert.ok(JSON.parse(spent.stdout).cost_micro_brl <= 3_000);
    const wrongKey = { ...modelEnv, OPENAI_API_KEY: keepSecret('wrong-key-8su4') };
    const refused = await run(evaluation(), { env: wrongKey });
    assert.equal(refused.code, 1);
    assert.match(refused.complaints[0], /after 0 of 12 conversations \(http_401\)/);
    assert.equal(await stored(), before);
});

test('SIGTERM ends it after the calls in flight, and they are booked', async () => {
    await control({ latency_ms: 1_000 });
    const before = await accepted();
    const evaluationsBefore = await stored();
    const running = start(evaluation('--json'), { env: modelEnv });
    while ((await accepted()) === before) await pause(50);
    const end = await running.stop('SIGTERM');
    assert.equal(end.code, 1);
    assert.match(end.complaints[0], /ended after \d+ of 12 conversations \(stopping\)/);
    const report = JSON.parse(end.stdout);
    assert.equal(report.judged, (await accepted()) - before);
    const [{ open }] = await rows(
        installation.warehouseSuperuser, 'select count(*)::int as open from llm_reservations');
    assert.equal(Number(open), 0);
    assert.equal(await stored(), evaluationsBefore);
    await control({ latency_ms: 10 });
});
