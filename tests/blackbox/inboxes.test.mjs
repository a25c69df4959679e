import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { addAccount, addContact, addConversation, addInbox } from '../support/chatwoot.mjs';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { freePort } from '../support/network.mjs';
import { holdSession, rows, rowsOfTenant, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, keepSecret, run, runJson, start } from '../support/program.mjs';
import { tearDown } from '../support/teardown.mjs';

// Inboxes between tenants: tenants 1 and 2 share account 1, tenant 3 has account 2. Each test goes
// a step on. The names with E14 hold against the system that this one replaces.

const lockSpace = "x'74656e61'::int";

let installation;
let env;

before(async () => {
    const cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    env = installation.environment;
    const { source } = installation;
    await addAccount(source, {
        id: 1,
        name: 'Estúdio Lume',
        inboxes: [
            { id: 11, name: 'Centro' },
            { id: 12, name: 'Bairro' },
            { id: 13, name: 'Ainda vazia' },
        ],
    });
    await addAccount(source, { id: 2, name: 'Trilho', inboxes: [{ id: 21, name: 'Oficina' }] });
    // Contact 102 writes to both inboxes.
    for (const id of [101, 102, 103]) {
        await addContact(source, { id, account: 1, name: `Pessoa ${id}` });
    }
    await addContact(source, { id: 201, account: 2, name: 'Flora Melo' });
    for (const [id, inbox, contact] of [
        [1001, 11, 101],
        [1002, 11, 102],
        [1003, 12, 102],
        [1004, 12, 103],
    ]) {
        await addConversation(source, conversationOf(id, 1, inbox, contact));
    }
    await addConversation(source, conversationOf(2001, 2, 21, 201));
    assertDone(await run(['migrate'], { env }));
    await runJson(['tenant', 'add', '--account-id', '1', '--name', 'Lume'], { env });
    await runJson(['tenant', 'add', '--account-id', '1', '--name', 'Lume Norte'], { env });
    await runJson(['tenant', 'add', '--account-id', '2'], { env });
});

after(tearDown);

test('before the first sync every inbox is unmapped', async () => {
    assert.deepEqual(await states(), [
        [11, null, 'unmapped'],
        [12, null, 'unmapped'],
        [13, null, 'unmapped'],
        [21, null, 'unmapped'],
    ]);
});

test('E14: the first sync maps every inbox, also one without conversations', async () => {
    assert.equal((await sync(1)).inserted, 4);
    assert.deepEqual(await states(1), [
        [11, 1, 'active'],
        [12, 1, 'active'],
        [13, 1, 'active'],
    ]);
});

test('E14: another tenant of the account steals nothing, and is not told of it', async () => {
    const summary = await sync(2);
    assert.equal(summary.extracted, 0);
    assert.deepEqual(summary.unmapped_inboxes, []);
    assert.deepEqual(await states(2), []);
    assert.deepEqual(await seenBy(1), [1001, 1002, 1003, 1004]);
    assert.deepEqual(await seenBy(2), []);
});

test('a new inbox waits for both tenants', async () => {
    await addInbox(installation.source, 1, { id: 14, name: 'Nova' });
    assert.deepEqual((await sync(1)).unmapped_inboxes, [14]);
    assert.deepEqual((await sync(2)).unmapped_inboxes, [14]);
    assertDone(await map(14, 2));
    assert.deepEqual(await states(2), [[14, 2, 'loading']]);
    await sync(2);
    assert.deepEqual(await states(2), [[14, 2, 'active']]);
    assert.deepEqual((await sync(1)).unmapped_inboxes, []);
});

test('E14: what is switched off stays off, whatever the source does', async () => {
    assertDone(await map(12, 1, '--off'));
    assert.deepEqual(await seenBy(1), [1001, 1002]);
    await sql(installation.source, `update inboxes set name = 'Bairro novo' where id = 12`);
    await sync(1);
    assert.deepEqual(await states(1), [
        [11, 1, 'active'],
        [12, 1, 'off'],
        [13, 1, 'active'],
    ]);
    assert.deepEqual(await seenBy(1), [1001, 1002]);
});

test('what happens in an inbox that is off comes when it is switched on again', async () => {
    await addConversation(installation.source, conversationOf(1005, 1, 12, 103));
    await sync(1);
    assertDone(await map(12, 1));
    assert.deepEqual((await states(1))[1], [12, 1, 'loading']);
    await sync(1);
    assert.deepEqual((await states(1))[1], [12, 1, 'active']);
    assert.deepEqual(await seenBy(1), [1001, 1002, 1003, 1004, 1005]);
});

test('an inbox is switched off also while the source is down', async () => {
    const port = await freePort();
    const url = keepSecret(`postgresql://someone@127.0.0.1:${port}/chatwoot`);
    const alone = { ...env, GENIAI_SOURCE_URL: url };
    assertDone(await map(13, 1, { env: alone }, '--off'));
    assert.deepEqual((await states(1))[2], [13, 1, 'off']);
    assertRefused(await map(13, 1, { env: alone }), 4, /127.0.0.1/);
});

test('another tenant gets an inbox by a move only', async () => {
    assertRefused(await map(12, 2), 1, /belongs to another tenant already; geniai inbox move/);
});

test('a move without --yes tells what it would do and does nothing', async () => {
    const before = await fingerprint();
    const told = /its 3 conversations from tenant 1 to tenant 2.*--yes/;
    assertRefused(await run(moveOf(12, 2), { env }), 2, told);
    assert.equal(await fingerprint(), before);
});

test('a move that may not be is refused', async () => {
    const before = await fingerprint();
    for (const [inbox, tenant, problem] of [
        [12, 3, /not of the same Chatwoot account/],
        [12, 1, /belongs to tenant 1 already/],
        [99, 2, /no tenant has inbox 99/],
        [12, 77, /there is no tenant 77/],
        [12, 99999999999, /there is no tenant 99999999999/],
    ]) {
        assertRefused(await move(inbox, tenant), 1, problem);
    }
    assert.equal(await fingerprint(), before);
});

test('a move waits for no sync: it says that one runs and ends with 5', async () => {
    const before = await fingerprint();
    for (const tenant of [1, 2]) {
        const end = await holdSession(
            installation.warehouseSuperuser,
            `select pg_advisory_lock(${lockSpace}, ${tenant})`,
        );
        assertRefused(await move(12, 2), 5, new RegExp(`works on tenant ${tenant}`));
        await end();
    }
    assert.equal(await fingerprint(), before);
});

test('a move that is killed in the middle leaves everything as it was', async () => {
    const before = await fingerprint();
    // By the time it writes the audit log, every row has been moved.
    const release = await holdSession(
        installation.warehouseSuperuser,
        'begin; lock table audit_logs in share mode',
    );
    const running = start([...moveOf(12, 2), '--yes'], { env });
    await until(`select exists (select from pg_locks where not granted
                                   and relation = 'audit_logs'::regclass) as holds`);
    const end = await running.stop('SIGKILL');
    assert.equal(end.signal, 'SIGKILL');
    await release();
    await until(`select not exists (select from pg_stat_activity
                                     where application_name like 'geniai%'
                                       and datname = current_database()) as holds`);
    assert.equal(await fingerprint(), before);
    assert.deepEqual(await seenBy(1), [1001, 1002, 1003, 1004, 1005]);
});

test('a move gives an inbox with all of its data to the other tenant', async () => {
    const moved = JSON.parse(await succeed([...moveOf(12, 2), '--yes', '--json']));
    assert.deepEqual(moved, {
        inbox_id: 12,
        from_tenant_id: 1,
        to_tenant_id: 2,
        conversations: 3,
        transcripts: 3,
        classifications: 3,
        rejects: 0,
        contacts_added: 2,
        contacts_removed: 1,
    });
    assert.deepEqual(await seenBy(1), [1001, 1002]);
    assert.deepEqual(await seenBy(2), [1003, 1004, 1005]);
    assert.deepEqual(await contactsOf(1), [101, 102]);
    assert.deepEqual(await contactsOf(2), [102, 103]);
    assert.deepEqual(await states(2), [
        [12, 2, 'loading'],
        [14, 2, 'active'],
    ]);
});

test('the syncs after a move bring nothing back and write no row again', async () => {
    await sync(1);
    const summary = await sync(2);
    assert.deepEqual([summary.inserted, summary.updated, summary.unchanged], [0, 0, 3]);
    assert.deepEqual(summary.contacts, { inserted: 0, updated: 0, unchanged: 2 });
    assert.deepEqual(await states(2), [
        [12, 2, 'active'],
        [14, 2, 'active'],
    ]);
    assert.deepEqual(await seenBy(1), [1001, 1002]);
    assert.deepEqual(await seenBy(2), [1003, 1004, 1005]);
    await addConversation(installation.source, conversationOf(1006, 1, 12, 101));
    await sync(1);
    await sync(2);
    assert.deepEqual(await seenBy(1), [1001, 1002]);
    assert.deepEqual(await seenBy(2), [1003, 1004, 1005, 1006]);
});

test('a full sync of both tenants keeps the inboxes apart', async () => {
    await sync(1, '--force-full');
    await sync(2, '--force-full');
    assert.deepEqual(await seenBy(1), [1001, 1002]);
    assert.deepEqual(await seenBy(2), [1003, 1004, 1005, 1006]);
    assert.deepEqual(await contactsOf(1), [101, 102]);
    assert.deepEqual(await contactsOf(2), [101, 102, 103]);
});

test('E14: an inbox that is gone from Chatwoot is closed', async () => {
    await sql(installation.source, 'delete from inboxes where id = 14');
    await sync(2);
    assert.deepEqual(await states(2), [
        [12, 2, 'active'],
        [14, 2, 'closed'],
    ]);
    assertRefused(await move(14, 1), 1, /inbox 14 is closed/);
    assertRefused(await map(14, 2), 1, /no inbox 14/);
});

test('an inbox that comes back stays closed until it is mapped by hand', async () => {
    await addInbox(installation.source, 1, { id: 14, name: 'Nova' });
    assert.deepEqual((await sync(2)).unmapped_inboxes, []);
    assert.deepEqual((await states(2))[1], [14, 2, 'closed']);
    assertDone(await map(14, 2));
    await sync(2);
    assert.deepEqual((await states(2))[1], [14, 2, 'active']);
});

test('a source that suddenly shows no inbox closes nothing and raises an alert', async () => {
    const before = await states(2);
    await sql(installation.source, 'update inboxes set account_id = 99 where account_id = 1');
    assertRefused(await run(syncOf(2), { env }), 1, /shows no inbox at all.*tenant 2/);
    assert.deepEqual(await states(2), before);
    const { alerts } = await runJson(['alerts', 'list'], { env });
    assert.equal(alerts.length, 1);
    assert.equal(alerts[0].tenant_id, 2);
    assert.equal(alerts[0].kind, 'sync.failed');
    assert.match(alerts[0].message, /shows no inbox at all/);
});

test('an alert is counted, acknowledged, and leaves the list when a sync succeeds', async () => {
    assert.equal((await run(syncOf(2), { env })).code, 1);
    const [alert] = (await runJson(['alerts', 'list', '--tenant-id', '2'], { env })).alerts;
    assert.equal(alert.occurrences, 2);
    assert.equal(alert.acknowledged_at, null);
    assert.deepEqual((await runJson(['alerts', 'list', '--tenant-id', '1'], { env })).alerts, []);
    assertRefused(await acknowledge(1, alert.id), 1, /tenant 1 has no alert/);
    assertDone(await acknowledge(2, alert.id));
    const [seen] = (await runJson(['alerts', 'list'], { env })).alerts;
    assert.equal(seen.acknowledged_by, 'cli');
    assert.match(await succeed(['alerts', 'list']), /acknowledged/);
    await sql(installation.source, 'update inboxes set account_id = 1 where account_id = 99');
    await sync(2);
    assert.deepEqual((await runJson(['alerts', 'list'], { env })).alerts, []);
    const all = (await runJson(['alerts', 'list', '--all'], { env })).alerts;
    assert.equal(all.length, 1);
    assert.ok(all[0].recovered_at);
});

test('the audit logs tell who gave which inbox to whom', async () => {
    const entries = await rows(
        installation.warehouseSuperuser,
        `select tenant_id, actor, action, subject, details->>'was' as was,
                details->>'conversations' as conversations
           from audit_logs where action like 'inbox.%' order by id`,
    );
    const told = entries.map((entry) => Object.values(entry).filter((value) => value !== null));
    assert.deepEqual(told, [
        [1, 'sync', 'inbox.map', 'inbox 11', 'unmapped'],
        [1, 'sync', 'inbox.map', 'inbox 12', 'unmapped'],
        [1, 'sync', 'inbox.map', 'inbox 13', 'unmapped'],
        [2, 'cli', 'inbox.map', 'inbox 14', 'unmapped'],
        [1, 'cli', 'inbox.switch_off', 'inbox 12', 'active'],
        [1, 'cli', 'inbox.map', 'inbox 12', 'off'],
        [1, 'cli', 'inbox.switch_off', 'inbox 13', 'active'],
        [1, 'cli', 'inbox.move', 'inbox 12', '3'],
        [2, 'cli', 'inbox.move', 'inbox 12', '3'],
        [2, 'sync', 'inbox.close', 'inbox 14'],
        [2, 'cli', 'inbox.map', 'inbox 14', 'closed'],
    ]);
});

function conversationOf(id, account, inbox, contact) {
    const messages = [['contact', `Quero me matricular, conversa ${id}`]];
    return { id, account, inbox, contact, minutesAgo: 60, messages };
}

function syncOf(tenant, ...more) {
    return ['sync', '--tenant-id', String(tenant), ...more];
}

function sync(tenant, ...more) {
    return runJson(syncOf(tenant, ...more), { env });
}

/** `inbox map`; an object among the last arguments replaces the options of the run. */
function map(inbox, tenant, ...more) {
    const options = more.find((one) => typeof one === 'object') ?? { env };
    const words = more.filter((one) => typeof one === 'string');
    const place = ['--inbox-id', String(inbox), '--tenant-id', String(tenant)];
    return run(['inbox', 'map', ...place, ...words], options);
}

function moveOf(inbox, tenant) {
    return ['inbox', 'move', '--inbox-id', String(inbox), '--to-tenant-id', String(tenant)];
}

function move(inbox, tenant) {
    return run([...moveOf(inbox, tenant), '--yes'], { env });
}

function acknowledge(tenant, id) {
    const place = ['--tenant-id', String(tenant), '--id', String(id)];
    return run(['alerts', 'acknowledge', ...place], { env });
}

async function succeed(args) {
    const result = await run(args, { env });
    assertDone(result);
    return result.stdout;
}

/** [inbox, tenant, state] as `inbox list` shows them, of one tenant or of all. */
async function states(tenant) {
    const only = tenant === undefined ? [] : ['--tenant-id', String(tenant)];
    const { inboxes } = await runJson(['inbox', 'list', ...only], { env });
    return inboxes.map((inbox) => [inbox.inbox_id, inbox.tenant_id, inbox.state]);
}

/** The conversations that the tenant's people see. */
async function seenBy(tenant) {
    const query = 'select conversation_id as id from conversations_analytics order by id';
    return (await rowsOfTenant(installation.warehouse, tenant, query)).map(({ id }) => id);
}

async function contactsOf(tenant) {
    const query = 'select contact_id as id from contacts order by id';
    return (await rowsOfTenant(installation.warehouse, tenant, query)).map(({ id }) => id);
}

/** Every row that a move may touch. */
async function fingerprint() {
    const tables = ['conversations', 'conversation_transcripts', 'classifications', 'contacts'];
    tables.push('etl_rejects', 'inbox_tenant_mapping', 'sync_state', 'audit_logs', 'tenants');
    const parts = tables.map(
        (table) => `(select string_agg(t::text, '|' order by t::text) from ${table} t)`,
    );
    return sql(installation.warehouseSuperuser, `select md5(concat_ws('#', ${parts.join(', ')}))`);
}

/** Waits until the query's `holds` is true. */
async function until(query) {
    for (const deadline = performance.now() + 30_000; performance.now() < deadline; ) {
        if ((await rows(installation.warehouseSuperuser, query))[0].holds) return;
        await pause(20);
    }
    throw new Error(`never true: ${query}`);
}
