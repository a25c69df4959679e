import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addAccount, addContact, addConversation } from '../support/chatwoot.mjs';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation, serve } from '../support/installation.mjs';
import { freePort, takePort } from '../support/network.mjs';
import { holdSession, rows, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, keepSecret, run, runJson } from '../support/program.mjs';
import { tearDown } from '../support/teardown.mjs';

// Bad input: the documented exit code, one line that says what is wrong, and nothing changed.

const lockSpace = "x'74656e61'::int";
const syncOne = ['sync', '--tenant-id', '1'];

let cluster;
let installation;
let env;

before(async () => {
    cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    env = installation.environment;
    const { source } = installation;
    const inboxes = [{ id: 11, name: 'WhatsApp' }];
    await addAccount(source, { id: 1, name: 'Estúdio Lume', inboxes });
    await addContact(source, { id: 101, account: 1, name: 'Ana Prado' });
    const messages = [['contact', 'Quero me matricular, qual o valor do plano?']];
    const place = { account: 1, inbox: 11, contact: 101, minutesAgo: 60 };
    await addConversation(source, { id: 1001, ...place, messages });
    assertDone(await run(['migrate'], { env }));
    await runJson(['tenant', 'add', '--account-id', '1'], { env });
    await runJson(syncOne, { env });
});

after(tearDown);

/** A test of what is refused; the warehouse must be the same before and after it. */
function refusal(name, check) {
    test(name, async () => {
        const before = await fingerprint();
        await check();
        assert.deepEqual(await fingerprint(), before, 'the warehouse changed');
        const query = `select count(*) as open from etl_control where status = 'running'`;
        const [{ open }] = await rows(installation.warehouseSuperuser, query);
        assert.equal(open, 0, 'a run was left open');
    });
}

refusal('an unreachable source', async () => {
    const port = await freePort();
    const url = keepSecret(`postgresql://someone:pass-2bq7@127.0.0.1:${port}/chatwoot`);
    keepSecret('pass-2bq7');
    const elsewhere = { env: { ...env, GENIAI_SOURCE_URL: url } };
    for (const args of [
        ['source', 'verify'],
        ['source', 'inboxes'],
        ['source', 'install-view'],
        ['inbox', 'list'],
        ['tenant', 'add', '--account-id', '7'],
        syncOne,
    ]) {
        assertRefused(await run(args, elsewhere), 4, new RegExp(`127.0.0.1:${port} as someone`));
    }
});

refusal('an unreachable warehouse', async () => {
    const port = await freePort();
    const url = keepSecret(`postgresql://someone:pass-8rw3@127.0.0.1:${port}/geniai`);
    const elsewhere = {
        env: { ...env, GENIAI_WAREHOUSE_URL: url, GENIAI_WAREHOUSE_OWNER_URL: url },
    };
    for (const args of [
        ['migrate'],
        ['status'],
        ['tenant', 'list'],
        ['user', 'list'],
        ['classify', '--all'],
        ['serve'],
        syncOne,
    ]) {
        assertRefused(await run(args, elsewhere), 4, new RegExp(`127.0.0.1:${port} as someone`));
    }
});

refusal('a wrong password', async () => {
    const wrong = (login) => ({ ...login, password: 'wrong-5ty8' });
    const { reader, runTime, owner } = installation.logins;
    const cases = [
        ['GENIAI_SOURCE_URL', cluster.url('chatwoot', wrong(reader)), syncOne],
        ['GENIAI_WAREHOUSE_URL', cluster.url('geniai', wrong(runTime)), ['status']],
        ['GENIAI_WAREHOUSE_OWNER_URL', cluster.url('geniai', wrong(owner)), ['migrate']],
    ];
    for (const [name, url, args] of cases) {
        const result = await run(args, { env: { ...env, [name]: url } });
        assertRefused(result, 4, /cannot connect to .*password authentication failed/);
    }
});

refusal('a database that does not exist', async () => {
    const url = cluster.url('nowhere', installation.logins.runTime);
    const result = await run(['status'], { env: { ...env, GENIAI_WAREHOUSE_URL: url } });
    assertRefused(result, 4, /"nowhere" does not exist/);
});

refusal('a tenant that does not exist', async () => {
    const email = ['--email', 'a@lume.example'];
    const people = ['--tenant-id', '77'];
    for (const args of [
        ['sync', ...people],
        ['classify', ...people],
        ['tenant', 'set', ...people, '--name', 'X'],
        ['user', 'add', ...people, ...email],
        ['inbox', 'map', ...people, '--inbox-id', '11'],
    ]) {
        assertRefused(await run(args, { env }), 1, /there is no tenant 77/);
    }
});

refusal('a tenant number that no tenant can have', async () => {
    for (const number of ['99999999999', '-1', '9223372036854775807']) {
        const result = await run(['sync', '--tenant-id', number], { env });
        assertRefused(result, 1, new RegExp(`there is no tenant ${number}`));
    }
});

refusal('the operator is no tenant to synchronise', async () => {
    assertRefused(await run(['sync', '--tenant-id', '0'], { env }), 1, /tenant 0/);
});

refusal('an account, a user and a time zone that do not exist', async () => {
    assertRefused(await run(['tenant', 'add', '--account-id', '8'], { env }), 1, /no account 8/);
    const email = ['--email', 'nobody@lume.example'];
    assertRefused(await run(['user', 'disable', ...email], { env }), 1, /no user nobody@/);
    assertRefused(await run(['user', 'set-password', ...email], { env }), 1, /no user nobody@/);
    const zone = ['tenant', 'set', '--tenant-id', '1', '--timezone', 'Mars/Olympus'];
    assertRefused(await run(zone, { env }), 2, /Mars\/Olympus.*time zone/);
});

refusal('values that a tenant or a user cannot have', async () => {
    const tenant = ['tenant', 'set', '--tenant-id', '1'];
    for (const [option, value] of [
        ['--status', 'happy'],
        ['--plan', 'gold'],
        ['--slug', 'Not A Slug'],
        ['--name', '  '],
    ]) {
        assertRefused(await run([...tenant, option, value], { env }), 2, /tenant/);
    }
    const user = ['user', 'add', '--tenant-id', '1', '--email'];
    assertRefused(await run([...user, 'no address'], { env }), 2, /is no e-mail address/);
    const role = [...user, 'a@lume.example', '--role'];
    assertRefused(await run([...role, 'king'], { env }), 2, /role/);
    assertRefused(await run([...role, 'super_admin'], { env }), 2, /super_admin/);
});

refusal('wrong usage', async () => {
    for (const [args, problem] of [
        [[], /subcommand/i],
        [['frobnicate'], /frobnicate|subcommand/i],
        [['source'], /subcommand/i],
        [['sync', '--frobnicate'], /--frobnicate/],
        [['tenant', 'set'], /--tenant-id/],
        [['user', 'add', '--email', 'a@lume.example'], /--tenant-id/],
        [['user', 'disable'], /--email/],
        [['inbox', 'map', '--tenant-id', '1'], /--inbox-id/],
        [['sync', '--tenant-id', 'abc'], /--tenant-id/],
        [['sync', '--tenant-id', '1x'], /--tenant-id/],
        [['sync', '--tenant-id', ''], /--tenant-id/],
        [['sync', '--tenant-id', '99999999999999999999'], /--tenant-id/],
        [['sync', '--tenant-id'], /--tenant-id/],
        [['sync'], /--tenant-id N or --all/],
        [['sync', '--all', '--tenant-id', '1'], /--tenant-id N or --all/],
        [['classify'], /--tenant-id N or --all/],
        [['classify', '--all', '--tenant-id', '1'], /--tenant-id N or --all/],
        [[...syncOne, '--chunk-size', '0'], /--chunk-size/],
        [['tenant', 'add'], /name/],
        [['status', 'superfluous'], /superfluous/],
    ]) {
        assertRefused(await run(args, { env }), 2, problem);
    }
});

refusal('sync while another works on the tenant', async () => {
    const end = await holdSession(
        installation.warehouseSuperuser,
        `select pg_advisory_lock(${lockSpace}, 1)`,
    );
    assertRefused(await run(syncOne, { env }), 5, /another process works on tenant 1/);
    const all = await run(['sync', '--all', '--json'], { env });
    assert.equal(all.code, 5);
    assert.equal(JSON.parse(all.stdout).runs[0].status, 'failed');
    await end();
    assertDone(await run(syncOne, { env }));
});

for (const [what, change, back, problem] of [
    [
        'a required column that is missing in the source',
        'alter table messages rename column content_type to content_kind',
        'alter table messages rename column content_kind to content_type',
        /messages\.content_type is missing/,
    ],
    [
        'a column of another type in the source',
        `alter table conversations alter column status drop default,
             alter column status type text using status::text`,
        `alter table conversations alter column status type integer using status::integer,
             alter column status set default 0`,
        /conversations\.status is text, expected integer/,
    ],
    [
        'a table that the source user may not read',
        'revoke select on messages from chatwoot_reader',
        'grant select on messages to chatwoot_reader',
        /no right to read messages/,
    ],
    [
        'a table that is missing in the source',
        'alter table contacts rename to gone',
        'alter table gone rename to contacts',
        /table contacts is missing/,
    ],
]) {
    refusal(what, async () => {
        await sql(installation.source, change);
        try {
            assertRefused(await run(syncOne, { env }), 1, problem);
            const verify = await run(['source', 'verify', '--json'], { env });
            assertRefused(verify, 1, problem);
            assert.match(JSON.parse(verify.stdout).problems.join(), problem);
            const doctor = await run(['doctor', '--json'], { env });
            assert.equal(doctor.code, 1);
            const checks = JSON.parse(doctor.stdout).checks;
            assert.match(checks.find((check) => check.check === 'source').message, problem);
        } finally {
            await sql(installation.source, back);
        }
        assertDone(await run(syncOne, { env }));
    });
}

refusal('a failed run says why in its record and in the status', async () => {
    await sql(installation.source, 'alter table messages rename column content to contents');
    try {
        assert.equal((await run(syncOne, { env })).code, 1);
    } finally {
        await sql(installation.source, 'alter table messages rename column contents to content');
    }
    const { tenants } = await runJson(['status'], { env });
    assert.equal(tenants[0].last_sync_status, 'failed');
    assert.match(tenants[0].last_sync_error, /messages\.content is missing/);
    assertDone(await run(syncOne, { env }));
});

refusal('a database that is no Chatwoot', async () => {
    const url = cluster.url('postgres', installation.logins.reader);
    const elsewhere = { env: { ...env, GENIAI_SOURCE_URL: url } };
    assertRefused(await run(['source', 'verify'], elsewhere), 1, /not a Chatwoot that we can read/);
    assertRefused(await run(syncOne, elsewhere), 1, /not a Chatwoot that we can read/);
    const inboxes = await run(['source', 'inboxes'], elsewhere);
    assertRefused(inboxes, 1, /Chatwoot|inboxes/);
});

refusal('the owner as the run-time log-in', async () => {
    const url = cluster.url('geniai', installation.logins.owner);
    const unsafe = { env: { ...env, GENIAI_WAREHOUSE_URL: url } };
    assertRefused(await run(['migrate'], unsafe), 3, /owns the tables.*another log-in role/);
    assertRefused(await run(['serve'], unsafe), 3, /owns the tables/);
});

refusal('a superuser as the run-time log-in', async () => {
    const unsafe = { env: { ...env, GENIAI_WAREHOUSE_URL: cluster.url('geniai') } };
    assertRefused(await run(['migrate'], unsafe), 3, /superuser/);
    assertRefused(await run(['serve'], unsafe), 3, /superuser/);
});

test('migrate with an unsafe log-in leaves an empty database empty', async () => {
    const { owner } = installation.logins;
    await cluster.createDatabase('untouched', owner.user);
    const url = cluster.url('untouched', owner);
    const same = { GENIAI_WAREHOUSE_URL: url, GENIAI_WAREHOUSE_OWNER_URL: url };
    assertRefused(await run(['migrate'], { env: { ...env, ...same } }), 3, /owns the tables/);
    const query = `select count(*) as found from pg_class
                    where relnamespace = 'public'::regnamespace`;
    assert.deepEqual(await rows(cluster.target('untouched'), query), [{ found: 0 }]);
});

refusal('a migration that was edited after it had been applied', async () => {
    const [first] = await rows(
        installation.warehouseSuperuser,
        'select version, checksum from schema_migrations order by version limit 1',
    );
    const setChecksum = (checksum) =>
        sql(
            installation.warehouseSuperuser,
            `update schema_migrations set checksum = '${checksum}'
              where version = ${first.version}`,
        );
    await setChecksum('0'.repeat(64));
    try {
        const result = await run(['migrate'], { env });
        assertRefused(result, 1, /migration 0001_tenancy was changed after it had been applied/);
    } finally {
        await setChecksum(first.checksum);
    }
});

refusal('a warehouse of a newer program', async () => {
    await sql(
        installation.warehouseSuperuser,
        `insert into schema_migrations (version, name, checksum) values (9999, '9999_later', 'x')`,
    );
    try {
        assertRefused(await run(['migrate'], { env }), 1, /9999_later.*newer program/);
    } finally {
        const script = 'delete from schema_migrations where version = 9999';
        await sql(installation.warehouseSuperuser, script);
    }
});

refusal('a warehouse that is not migrated', async () => {
    await cluster.createDatabase('empty', installation.logins.owner.user);
    const url = cluster.url('empty', installation.logins.runTime);
    const empty = { env: { ...env, GENIAI_WAREHOUSE_URL: url } };
    for (const args of [
        ['status'],
        ['serve'],
        ['classify', '--all'],
        syncOne,
        ['tenant', 'list'],
        ['tenant', 'add', '--account-id', '1'],
        ['user', 'list'],
        ['user', 'add', '--tenant-id', '1', '--email', 'a@lume.example'],
        ['inbox', 'list'],
    ]) {
        assertRefused(await run(args, empty), 1, /run geniai migrate/);
    }
});

refusal('serve on a port in use or an address that is none', async () => {
    const { port, free } = await takePort();
    const result = await run(['serve', '--listen', `127.0.0.1:${port}`], { env });
    await free();
    assertRefused(result, 1, new RegExp(`port ${port} .*in use`));
    for (const listen of ['nonsense', '127.0.0.1', '127.0.0.1:', ':8504', '127.0.0.1:70000']) {
        const wrong = await run(['serve', '--listen', listen], { env });
        assertRefused(wrong, 3, /listen must be ADDRESS:PORT/);
    }
});

test('a warehouse that goes away is told as 503, and found again when it is back', async () => {
    const { address, running } = await serve(env);
    assert.equal((await fetch(`${address}/readyz`)).status, 200);
    const superuser = cluster.target('postgres');
    const lock = 'alter database geniai allow_connections';
    await sql(superuser, `${lock} false`);
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = 'geniai'`;
    await sql(superuser, end);
    try {
        assert.equal((await fetch(`${address}/readyz`)).status, 503);
        assert.equal((await fetch(`${address}/healthz`)).status, 200);
        const cookie = `geniai_session=1.${'x'.repeat(43)}`;
        const answer = await fetch(`${address}/api/me`, { headers: { cookie } });
        assert.equal(answer.status, 503);
        assert.equal((await answer.json()).error.code, 'unavailable');
    } finally {
        await sql(superuser, `${lock} true`);
    }
    assert.equal((await fetch(`${address}/readyz`)).status, 200);
    const { code, stderr } = await running.stop();
    assert.equal(code, 0);
    assert.ok(!stderr.includes(installation.logins.runTime.password));
});

/** A digest of every table but the record of runs, in which a failed run has its row too. */
async function fingerprint() {
    const tables = await rows(
        installation.warehouseSuperuser,
        `select relname from pg_class where relnamespace = 'public'::regnamespace
            and relkind = 'r'
            and relname not in ('etl_control', 'alerts', 'source_snapshots', 'sync_state')
          order by relname`,
    );
    const digests = tables.map(
        ({ relname }) => `select '${relname}' as name,
                md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) as digest
           from (select to_jsonb(r) - 'inboxes_found_at' from "${relname}" r) t`,
    );
    return rows(installation.warehouseSuperuser, digests.join(' union all '));
}
