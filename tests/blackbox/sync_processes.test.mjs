import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { rows, rowsOfTenant, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, run, runJson, start } from '../support/program.mjs';
import { tearDown } from '../support/teardown.mjs';

// Several processes at the same tenant, and processes that are told to end or are killed. Each test has
// a tenant with an account of its own, which nobody has synchronised before.

const conversations = 20_000;
const processes = 8;
const alreadyRunning = 5;
const refusedSeconds = 5;
const freeSeconds = 5;
const stopSeconds = 10;

let installation;
let env;

before(async () => {
    const cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    env = installation.environment;
    assertDone(await run(['migrate'], { env }));
    for (const account of [1, 2, 3]) await addAccountWithTenant(account);
    await sql(installation.source, 'analyze');
});

after(tearDown);

test('of eight processes one runs, and seven say at once that it does', async () => {
    const running = Array.from({ length: processes }, () => startSync(1));
    const ends = await Promise.all(running.map((process) => process.ended));
    const [winner, ...others] = ends.sort((one, other) => one.code - other.code);
    assertDone(winner);
    assert.equal(JSON.parse(winner.stdout).inserted, conversations);
    assert.equal(others.length, processes - 1);
    for (const other of others) {
        assertRefused(other, alreadyRunning, /another process works on tenant 1 now/);
        assert.ok(other.seconds < refusedSeconds, `refused after ${other.seconds.toFixed(1)} s`);
        assert.ok(other.seconds < winner.seconds);
    }
    const [{ status, records_inserted }, ...more] = await runsOf(1);
    assert.deepEqual([status, records_inserted, more], ['success', conversations, []]);
});

test('SIGTERM ends a run soon, and the next one goes on where it ended', async () => {
    const first = startSync(2);
    await untilSomeAreLoaded(2, 0);
    const asked = performance.now();
    const end = await first.stop('SIGTERM');
    const seconds = (performance.now() - asked) / 1000;
    assert.ok(seconds < stopSeconds, `it ended after ${seconds.toFixed(1)} s`);
    assertRefused(end, 1, /next run goes on/);

    const loaded = await countLoaded(2);
    assert.ok(loaded > 0 && loaded < conversations, `${loaded} are loaded`);
    const rest = await runJson(syncArguments(2), { env });
    assert.equal(rest.inserted, conversations - loaded);
    assert.equal(rest.extracted, conversations - loaded, 'nothing is read twice');
    await assertEachLoadedOnce(2, ['failed', 'success']);
});

test('after a kill the next process starts within seconds and completes the work', async () => {
    for (let kills = 0, loaded = 0; kills < 2; kills += 1) {
        const process = await startWhenFree(3, kills);
        await untilSomeAreLoaded(3, loaded);
        assert.equal((await process.stop('SIGKILL')).signal, 'SIGKILL');
        loaded = await countLoaded(3);
    }
    const last = await startWhenFree(3, 2);
    assertDone(await last.ended);
    await assertEachLoadedOnce(3, ['failed', 'failed', 'success']);
    const [dead] = await runsOf(3);
    assert.match(dead.error_message, /process ended/);
});

async function addAccountWithTenant(account) {
    const first = account * 100_000;
    const last = first + conversations - 1;
    await sql(
        installation.source,
        `insert into accounts (id, name, created_at, updated_at)
         values (${account}, 'Conta ${account}', now(), now());
         insert into inboxes (id, channel_id, account_id, name, channel_type, created_at, updated_at)
         values (${account}, 1, ${account}, 'Caixa', 'Channel::Api', now(), now());
         insert into contacts (id, account_id, name, created_at, updated_at)
         select g, ${account}, 'Contato ' || g, '2026-03-01', '2026-03-01'
           from generate_series(${first}, ${last}, 10) g;
         insert into conversations (id, account_id, inbox_id, contact_id, status, display_id,
                                    created_at, updated_at, last_activity_at)
         select g, ${account}, ${account}, g - g % 10, 0, 0, '2026-03-01', '2026-03-01', '2026-03-01'
           from generate_series(${first}, ${last}) g;
         insert into messages (account_id, inbox_id, conversation_id, message_type, sender_type,
                               content, created_at, updated_at)
         select ${account}, ${account}, g, 0, 'Contact', 'Oi, tudo bem?', '2026-03-01', '2026-03-01'
           from generate_series(${first}, ${last}) g`,
    );
    const tenant = ['tenant', 'add', '--name', `Conta ${account}`, '--account-id', `${account}`];
    assert.equal((await runJson(tenant, { env })).id, account);
}

/** Many small batches, so that a run lasts. */
function syncArguments(tenant) {
    return ['sync', '--tenant-id', `${tenant}`, '--chunk-size', '100', '--no-classify', '--json'];
}

function startSync(tenant) {
    return start([...syncArguments(tenant)], { env });
}

/** The run that begins as soon as the tenant is free; `before` is how many there were. */
async function startWhenFree(tenant, before) {
    const begin = performance.now();
    for (;;) {
        const process = startSync(tenant);
        const began = untilRunsAre(tenant, before + 1).then(() => undefined);
        const end = await Promise.race([process.ended, began]);
        const seconds = (performance.now() - begin) / 1000;
        assert.ok(seconds < freeSeconds, `the tenant is locked for ${seconds.toFixed(1)} s`);
        if (end === undefined) return process;
        assert.equal(end.code, alreadyRunning, end.stderr);
    }
}

async function untilRunsAre(tenant, count) {
    while ((await runsOf(tenant)).length < count) await pause(20);
}

async function untilSomeAreLoaded(tenant, before) {
    while ((await countLoaded(tenant)) <= before) await pause(20);
}

async function countLoaded(tenant) {
    const query = 'select count(*)::int as count from conversations';
    return (await rowsOfTenant(installation.warehouse, tenant, query))[0].count;
}

function runsOf(tenant) {
    return rows(
        installation.warehouseSuperuser,
        `select status, records_inserted, error_message from etl_control
          where tenant_id = ${tenant} order by id`,
    );
}

async function assertEachLoadedOnce(tenant, statuses) {
    const runs = await runsOf(tenant);
    assert.deepEqual(
        runs.map(({ status }) => status),
        statuses,
    );
    assert.equal(await countLoaded(tenant), conversations);
    const inserted = runs.reduce((sum, { records_inserted }) => sum + records_inserted, 0);
    assert.equal(inserted, conversations, 'the runs together inserted each row once');
}
