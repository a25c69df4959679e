import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { demoArguments, startDemo } from '../support/demo.mjs';
import { remainingProcessesOf } from '../support/processes.mjs';
import { rows, rowsOfTenant } from '../support/postgres.mjs';
import { assertDone, run, start } from '../support/program.mjs';
import { makeDirectory, tearDown } from '../support/teardown.mjs';

const conversations = 600; // enough for every oddity of the invented Chatwoot
const restartSeconds = 8;
const endSeconds = 10;

after(tearDown);

const directory = makeDirectory(); // one installation, which each test finds as the last left it
let firstLogins;
let firstCounts;

test('the demo checks itself and says that all is well', async () => {
    const result = await run(demoArguments(directory, conversations, '--check', '--json'));
    assertDone(result);
    const report = JSON.parse(result.stdout);
    assert.equal(report.ok, true);
    assert.equal(report.tenants.length, 3);
    assert.ok(report.checks.length >= 10, 'it checks rows, log-ins and overviews');
    assert.ok(report.checks.every((check) => check.ok && check.detail !== ''));
    assert.deepEqual(await remainingProcessesOf(directory, endSeconds), []);
});

test('a start on existing data is quick, and SIGINT stops everything', async () => {
    const begin = performance.now();
    const demo = await startDemo({ directory, conversations });
    const seconds = (performance.now() - begin) / 1000;
    assert.ok(seconds < restartSeconds, `ready after ${seconds.toFixed(1)} s`);
    assert.equal(demo.logins.length, 7);
    firstLogins = demo.logins;
    firstCounts = await countsOf(demo);
    await assertStops(demo.running, 'SIGINT');
});

test('passwords stay the same, and PostgreSQL ends when the demo is killed', async () => {
    const demo = await startDemo({ directory, conversations });
    assert.deepEqual(demo.logins, firstLogins);
    assert.equal((await demo.running.stop('SIGKILL')).signal, 'SIGKILL');
    assert.deepEqual(await remainingProcessesOf(directory, endSeconds), []);
});

test('a start right after a kill waits for the old server and finds everything', async () => {
    const killed = await startDemo({ directory, conversations });
    await killed.running.stop('SIGKILL');
    const demo = await startDemo({ directory, conversations });
    assert.deepEqual(await countsOf(demo), firstCounts);
    assert.deepEqual(demo.logins, firstLogins);
    await assertStops(demo.running, 'SIGTERM');
});

test('a signal during the first fill ends it, and the next start completes it', async () => {
    const unfinished = makeDirectory();
    for (const signal of ['SIGINT', 'SIGTERM']) {
        const filling = start(demoArguments(unfinished, conversations, '--port', '0', '--json'));
        await pause(1_200);
        await assertStops(filling, signal, unfinished);
    }
    assertDone(await run(demoArguments(unfinished, conversations, '--check')));
});

test('a first fill that is killed again and again is completed by the next start', async () => {
    const unfinished = makeDirectory();
    const moments = [randomInt(10, 60), randomInt(60, 600), randomInt(600, 1_500)];
    moments.push(randomInt(1_500, 3_000));
    for (const moment of moments) {
        const filling = start(demoArguments(unfinished, conversations, '--port', '0', '--json'));
        await pause(moment);
        await filling.stop('SIGKILL');
        const left = await remainingProcessesOf(unfinished, endSeconds);
        assert.deepEqual(left, [], `killed after ${moment} ms`);
    }
    const result = await run(demoArguments(unfinished, conversations, '--check'));
    assert.equal(result.code, 0, `killed after ${moments} ms: ${result.stderr}${result.stdout}`);
});

async function assertStops(running, signal, place = directory) {
    const end = await running.stop(signal);
    assert.deepEqual([end.code, end.signal, end.complaints], [0, null, []]);
    assert.deepEqual(await remainingProcessesOf(place, 0), []);
}

/** What is in the source and what each tenant sees. */
async function countsOf(demo) {
    const [source] = await rows(
        demo.source,
        `select (select count(*) from accounts) as accounts,
                (select count(*) from contacts) as contacts,
                (select count(*) from conversations) as conversations,
                (select count(*) from messages) as messages`,
    );
    assert.equal(source.conversations, conversations);
    const tenants = [];
    for (const { id } of demo.tenants) {
        const query = `select count(*) as conversations, count(*) filter (where is_lead) as leads
                         from conversations_analytics`;
        tenants.push((await rowsOfTenant(demo.warehouse, id, query))[0]);
    }
    const loaded = tenants.reduce((sum, tenant) => sum + tenant.conversations, 0);
    assert.equal(loaded, conversations);
    return { source, tenants };
}
