import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
    addAccount,
    addAgent,
    addContact,
    addConversation,
    addInbox,
    addMessage,
} from '../support/chatwoot.mjs';
import { startCluster } from '../support/cluster.mjs';
import { logIn, Visitor } from '../support/http.mjs';
import { prepareInstallation, serve } from '../support/installation.mjs';
import { countKpis, rounded } from '../support/kpis.mjs';
import { rows, rowsOfTenant, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, keepSecret, run, runJson } from '../support/program.mjs';
import { tearDown } from '../support/teardown.mjs';
import { countWrites } from '../support/writes.mjs';

// One installation from the empty database to the people who use it; each test goes a step on.

const lead = {
    id: 1001,
    account: 1,
    inbox: 11,
    contact: 101,
    minutesAgo: 600,
    messages: [
        ['contact', 'Oi, quero me matricular! Qual o valor do plano mensal?'],
        ['bot', 'Um momento, vou chamar alguém.'],
        ['agent', 'Olá! O plano mensal custa R$ 120. Posso agendar sua visita amanhã às 10h?'],
        ['note', 'Parece animada.'],
        ['contact', 'Sim, pode agendar!'],
    ],
};
const support = {
    id: 1002,
    account: 1,
    inbox: 12,
    contact: 102,
    status: 1,
    minutesAgo: 500,
    messages: [
        ['contact', 'Já sou aluno e preciso da segunda via do boleto'],
        ['agent', 'Claro, envio agora.'],
    ],
};
const unanswered = {
    id: 1003,
    account: 1,
    inbox: 11,
    contact: 103,
    minutesAgo: 400,
    messages: [['contact', 'Tenho interesse no plano anual, quanto custa? Quero me matricular']],
};
const greeting = {
    id: 1004,
    account: 1,
    inbox: 12,
    contact: 104,
    minutesAgo: 300,
    messages: [['contact', 'Bom dia']],
};
const otherAccount = [2001, 2002, 2003].map((id, index) => ({
    id,
    account: 2,
    inbox: 21,
    contact: 201,
    minutesAgo: 200,
    messages: [['contact', `Boa tarde, mensagem ${index}`]],
}));

let cluster;
let installation;
let env;
let web;

before(async () => {
    cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    // Without a margin, the first minute of a tenant is as any other: its messages are not scanned.
    env = { ...installation.environment, GENIAI_SYNC_CLOCK_MARGIN: '0' };
    const { source } = installation;
    await addAgent(source, { id: 5, name: 'Bia Campos' });
    await addAccount(source, {
        id: 1,
        name: 'Estúdio Lume',
        inboxes: [
            { id: 11, name: 'WhatsApp Lume' },
            { id: 12, name: 'Site', channel: 'Channel::WebWidget' },
        ],
    });
    await addAccount(source, {
        id: 2,
        name: 'Oficina Trilho',
        inboxes: [{ id: 21, name: 'WhatsApp Trilho' }],
    });
    for (const [id, account, name] of [
        [101, 1, 'Ana Prado'],
        [102, 1, 'Caio Lima'],
        [103, 1, 'Duda Reis'],
        [104, 1, 'Enzo Sá'],
        [201, 2, 'Flora Melo'],
    ]) {
        const phone = `+5511900000${id}`;
        await addContact(source, { id, account, name, phone, email: `c${id}@example.com` });
    }
    for (const conversation of [lead, support, unanswered, greeting, ...otherAccount]) {
        await addConversation(source, conversation);
    }
});

after(tearDown);

test('migrate builds the empty warehouse and makes the run-time log-in', async () => {
    const { applied } = await runJson(['migrate'], { env });
    assert.ok(applied.length >= 5);
    const [role] = await rows(
        installation.warehouseSuperuser,
        `select rolsuper, rolbypassrls, rolinherit, rolcanlogin, rolcreaterole, rolcreatedb,
                (select count(*) from pg_auth_members where member = r.oid) as memberships
           from pg_roles r where rolname = 'geniai_app'`,
    );
    assert.deepEqual(role, {
        rolsuper: false,
        rolbypassrls: false,
        rolinherit: false,
        rolcanlogin: true,
        rolcreaterole: false,
        rolcreatedb: false,
        memberships: 3,
    });
});

test('a second migrate has nothing to do and says so', async () => {
    const result = await run(['migrate'], { env });
    assertDone(result);
    assert.match(result.stdout, /up to date/);
    assert.deepEqual(await runJson(['migrate'], { env }), { applied: [] });
});

test('doctor finds everything in order', async () => {
    const report = await runJson(['doctor'], { env });
    assert.equal(report.ok, true);
    assert.ok(report.checks.length >= 4);
    assert.ok(report.checks.every((check) => check.ok));
});

test('source verify names every column and reads through the tables', async () => {
    const report = await runJson(['source', 'verify'], { env });
    assert.equal(report.path, 'tables');
    assert.equal(report.schema_version, '20260611184600');
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.view, []);
    assert.ok(report.tables.length > 40);
    assert.ok(report.tables.every((column) => column.state === 'ok'));
    assert.equal(report.way_in, 'tables with row versions');
    assert.equal(report.chatwoot_release_at_least, '4.15');
    assert.deepEqual([report.standby, report.lacks], [false, []]);
    assert.ok(report.extra_columns.some(({ column }) => column === 'cached_label_list'));
});

test('source verify says what each lack costs, and its statement mends it', async () => {
    const { source, logins } = installation;
    const lacks = [
        ['revoke select on attachments', /no right to read attachments/, /attached/],
        ['revoke select on csat_survey_responses', /csat_survey_responses/, /ratings stay empty/],
        ['revoke select on users', /no right to read users/, /names of agents stay empty/],
    ];
    for (const [change] of lacks) await sql(source, `${change} from ${logins.reader.user}`);
    const report = await runJson(['source', 'verify'], { env });
    assert.equal(report.way_in, 'tables with row versions');
    assert.equal(report.capabilities.survey_answers, false);
    assert.equal(report.lacks.length, lacks.length);
    for (const [, what, cost] of lacks) {
        const lack = report.lacks.find((one) => what.test(one.what));
        assert.match(lack.cost, cost);
        assert.equal(lack.stops, false);
    }
    const people = await run(['source', 'verify'], { env });
    assertDone(people);
    for (const { what, cost, mend } of report.lacks) {
        for (const said of [what, cost, mend]) assert.ok(people.stdout.includes(said), said);
        await sql(source, mend);
    }
    assert.deepEqual((await runJson(['source', 'verify'], { env })).lacks, []);
});

test('source inboxes lists all accounts, or one', async () => {
    const all = await runJson(['source', 'inboxes'], { env });
    assert.deepEqual(
        all.inboxes.map((inbox) => inbox.inbox_id),
        [11, 12, 21],
    );
    const one = await runJson(['source', 'inboxes', '--account-id', '2'], { env });
    assert.deepEqual(one.inboxes, [
        { account_id: 2, inbox_id: 21, name: 'WhatsApp Trilho', channel_type: 'Channel::Whatsapp', medium: null },
    ]);
});

test('a reader without the right cannot install the view, and nothing is half made', async () => {
    const result = await run(['source', 'install-view'], { env });
    assertRefused(result, 1, /may not \w+ the view.*owner/);
    const query = `select 1 from pg_namespace where nspname like '%geniai%'`;
    assert.deepEqual(await rows(installation.source, query), []);
});

test('a tenant is added by its Chatwoot account, with the name it has there', async () => {
    const tenant = await runJson(['tenant', 'add', '--account-id', '1'], { env });
    assert.deepEqual(tenant, {
        id: 1,
        name: 'Estúdio Lume',
        slug: 'estudio-lume',
        account_id: 1,
        status: 'active',
        plan: 'basic',
        timezone: 'America/Sao_Paulo',
        uses_model: false,
    });
    const second = ['tenant', 'add', '--account-id', '2', '--name', 'Trilho', '--slug', 'trilho'];
    assert.equal((await runJson(second, { env })).id, 2);
    const { tenants } = await runJson(['tenant', 'list'], { env });
    assert.deepEqual(
        tenants.map(({ id, slug }) => [id, slug]),
        [
            [1, 'estudio-lume'],
            [2, 'trilho'],
        ],
    );
});

test('the first sync copies one tenant and counts what it did', async () => {
    const summary = await syncTenant();
    assert.deepEqual(pick(summary), { extracted: 4, inserted: 4, updated: 0, unchanged: 0 });
    assert.deepEqual(summary.contacts, { inserted: 4, updated: 0, unchanged: 0 });
    assert.equal(summary.status, 'success');
    assert.deepEqual(summary.unmapped_inboxes, []);
    assert.ok(summary.complete_up_to);
});

test('what was copied is what the conversation holds', async () => {
    const [found] = await rowsOfTenant(
        installation.warehouse,
        1,
        `select contact_name, inbox_name, t_messages, contact_messages_count,
                user_messages_count, bot_messages_count, private_notes_count,
                jsonb_array_length(message_compiled) as messages,
                is_lead, visit_scheduled, crm_converted, first_response_seconds
           from conversations_analytics where conversation_id = ${lead.id}`,
    );
    assert.deepEqual(found, {
        contact_name: 'Ana Prado',
        inbox_name: 'WhatsApp Lume',
        t_messages: 5,
        contact_messages_count: 2,
        user_messages_count: 1,
        bot_messages_count: 1,
        private_notes_count: 1,
        messages: 5,
        is_lead: true,
        visit_scheduled: true,
        crm_converted: false,
        first_response_seconds: 120,
    });
});

test('nobody sees anything without a tenant, or anything of another', async () => {
    const query = 'select count(*) as seen from conversations_analytics';
    const [second] = await rowsOfTenant(installation.warehouse, 2, query);
    assert.equal(second.seen, 0);
    const unset = await sql(
        installation.warehouse,
        'begin; set local role authenticated_users; select count(*) from conversations_analytics',
    );
    assert.equal(unset, '0');
    await assert.rejects(
        sql(installation.warehouse, 'select count(*) from conversations_analytics'),
        /permission denied/,
    );
});

test('a second sync writes nothing but its own record', async () => {
    const writesBefore = await countWrites(installation.warehouseSuperuser);
    const summary = await syncTenant();
    assert.deepEqual([summary.inserted, summary.updated], [0, 0]);
    assert.deepEqual([summary.contacts.inserted, summary.contacts.updated], [0, 0]);
    const writesAfter = await countWrites(installation.warehouseSuperuser);
    const record = writesAfter.etl_control - writesBefore.etl_control;
    assert.equal(record, 2, 'the record of the run: its beginning and its end');
    // Where the run looked, and when: what the next one starts from.
    for (const table of ['etl_control', 'source_snapshots', 'sync_state', 'tenants']) {
        delete writesBefore[table];
        delete writesAfter[table];
    }
    assert.deepEqual(writesAfter, writesBefore);
    assert.ok(Object.keys(writesAfter).length >= 8, 'all tables are counted');
});

test('a change in the source arrives with the next sync', async () => {
    await addMessage(
        installation.source,
        greeting,
        'contact',
        'Quero me matricular, qual o valor?',
    );
    await sql(
        installation.source,
        `update contacts set name = 'Enzo Sá Filho', updated_at = timezone('utc', now())
          where id = 104`,
    );
    const summary = await syncTenant();
    assert.deepEqual([summary.inserted, summary.updated], [0, 1]);
    assert.deepEqual([summary.contacts.inserted, summary.contacts.updated], [0, 1]);
    const [changed] = await rowsOfTenant(
        installation.warehouse,
        1,
        `select contact_name, t_messages, is_lead from conversations_analytics
          where conversation_id = ${greeting.id}`,
    );
    assert.deepEqual(changed, { contact_name: 'Enzo Sá Filho', t_messages: 2, is_lead: true });
});

test('--force-full reads everything again and writes nothing that is equal', async () => {
    const summary = await syncTenant('--force-full');
    assert.deepEqual(pick(summary), { extracted: 4, inserted: 0, updated: 0, unchanged: 4 });
});

test('a change that moved no stamp comes with --force-full', async () => {
    await sql(
        installation.source,
        `update messages set content = 'Claro, já envio.'
          where conversation_id = ${support.id} and message_type = 1`,
    );
    assert.equal((await syncTenant()).updated, 0);
    assert.equal((await syncTenant('--force-full')).updated, 1);
});

test('--all copies every tenant, and a batch of one row loses none of equal stamps', async () => {
    const { runs } = await runJson(['sync', '--all', '--chunk-size', '1'], { env });
    assert.deepEqual(
        runs.map(({ tenant_id, status, inserted }) => [tenant_id, status, inserted]),
        [
            [1, 'success', 0],
            [2, 'success', 3],
        ],
    );
});

test('each run has its record with true counts', async () => {
    const records = await rows(
        installation.warehouseSuperuser,
        `select status, load_type, records_extracted, records_inserted, records_updated,
                records_unchanged, finished_at is not null as ended
           from etl_control where tenant_id = 1 order by id limit 1`,
    );
    assert.deepEqual(records, [
        {
            status: 'success',
            load_type: 'full',
            records_extracted: 4,
            records_inserted: 4,
            records_updated: 0,
            records_unchanged: 0,
            ended: true,
        },
    ]);
});

test('status tells of each tenant', async () => {
    const { tenants } = await runJson(['status'], { env });
    const [first, second] = tenants;
    assert.deepEqual([first.tenant_id, first.conversations, first.leads], [1, 4, 3]);
    assert.deepEqual([second.tenant_id, second.conversations], [2, 3]);
    assert.equal(first.last_sync_status, 'success');
    assert.equal(first.last_sync_error, null);
    assert.ok(Date.parse(first.complete_up_to) > Date.now() - 600_000);
});

test('classify says what the rules find again, and that nothing changed', async () => {
    const { tenants } = await runJson(['classify', '--all'], { env });
    assert.deepEqual(
        tenants.map(({ tenant_id, classified, changed }) => [tenant_id, classified, changed]),
        [
            [1, 4, 0],
            [2, 3, 0],
        ],
    );
});

test('classify repairs what differs from the rules', async () => {
    await sql(
        installation.warehouseSuperuser,
        `set app.current_tenant_id = '1';
         update classifications set is_lead = false, visit_scheduled = false, score = 0,
                verdict_hash = '\\x00' where conversation_id = ${lead.id}`,
    );
    const { tenants } = await runJson(['classify', '--tenant-id', '1'], { env });
    assert.equal(tenants[0].changed, 1);
    const query = `select is_lead, visit_scheduled from conversations_analytics
                    where conversation_id = ${lead.id}`;
    assert.deepEqual(await rowsOfTenant(installation.warehouse, 1, query), [
        { is_lead: true, visit_scheduled: true },
    ]);
});

test('serve shows the overview that SQL counts', async () => {
    web = await serve(env);
    const manager = await addUser('gestora@lume.example', 1, 'admin');
    const visitor = await logIn(web.address, manager);
    const overview = await visitor.read('/api/tenants/1/overview');
    const counted = await countKpis(installation, 1, overview.period);
    assert.deepEqual(rounded(overview.kpis), counted);
    assert.equal(counted.conversations, 4);
    assert.equal(counted.without_answer, 2);
    assert.deepEqual(overview.inboxes.map((inbox) => inbox.id).sort(), [11, 12]);
});

test('a new inbox belongs to nobody until it is mapped', async () => {
    const { source } = installation;
    await addInbox(source, 1, { id: 13, name: 'Instagram Lume', channel: 'Channel::Instagram' });
    const inNewInbox = { ...greeting, id: 1005, inbox: 13, minutesAgo: 250 };
    await addConversation(source, inNewInbox);
    const summary = await syncTenant('--force-full');
    assert.deepEqual(summary.unmapped_inboxes, [13]);
    assert.equal(await countOfTenant(1), 4);
    const { inboxes } = await runJson(['inbox', 'list'], { env });
    const states = inboxes.map((inbox) => [inbox.inbox_id, inbox.tenant_id, inbox.state]);
    assert.deepEqual(states, [
        [11, 1, 'active'],
        [12, 1, 'active'],
        [21, 2, 'active'],
        [13, null, 'unmapped'],
    ]);
});

test('a mapped inbox comes with its old conversations', async () => {
    assertDone(await mapInbox(13));
    assert.equal((await syncTenant()).inserted, 1);
    assert.equal(await countOfTenant(1), 5);
});

test("an inbox of another tenant's account cannot be mapped", async () => {
    assertRefused(await mapInbox(21), 1, /inbox 21 belongs to/);
    assertRefused(await mapInbox(99), 1, /no inbox 99/);
});

test('an inbox that is switched off hides its conversations, also after a sync', async () => {
    assertDone(await mapInbox(12, '--off'));
    assert.equal(await countOfTenant(1), 3);
    await syncTenant('--force-full');
    assert.equal(await countOfTenant(1), 3);
    const manager = await addUser('chefe@lume.example', 1, 'admin');
    const visitor = await logIn(web.address, manager);
    const { kpis, inboxes } = await visitor.read('/api/tenants/1/overview');
    assert.equal(kpis.conversations, 3);
    assert.deepEqual(inboxes.map((inbox) => inbox.id).sort(), [11, 13]);
    const hidden = await visitor.get(`/api/tenants/1/conversations/${support.id}`);
    assert.equal(hidden.status, 404);
    assertDone(await mapInbox(12));
    await syncTenant();
    assert.equal(await countOfTenant(1), 5);
});

test('user disable ends the sessions at once and refuses the next log-in', async () => {
    const person = await addUser('some@lume.example', 1, 'client');
    const visitor = await logIn(web.address, person);
    await visitor.read('/api/me');
    assertDone(await run(['user', 'disable', '--email', person.email], { env }));
    assert.equal((await visitor.get('/api/me')).status, 401);
    const again = await new Visitor(web.address).tryLogIn(person.email, person.password);
    assert.equal(again.status, 403);
});

test('a new password ends the sessions; the old one is refused', async () => {
    const person = await addUser('troca@lume.example', 1, 'client');
    const visitor = await logIn(web.address, person);
    const chosen = keepSecret('cachoeira de vidro');
    const args = ['user', 'set-password', '--email', person.email, '--password-file', '-'];
    assertDone(await run(args, { env, stdin: `${chosen}\n` }));
    assert.equal((await visitor.get('/api/me')).status, 401);
    const old = await new Visitor(web.address).tryLogIn(person.email, person.password);
    assert.equal(old.status, 401);
    await logIn(web.address, { email: person.email, password: chosen });
});

test('weak passwords are refused', async () => {
    for (const weak of ['curta', 'troca@lume.example', '1234567890', '']) {
        const args = ['user', 'set-password', '--email', 'troca@lume.example'];
        const result = await run([...args, '--password-file', '-'], { env, stdin: `${weak}\n` });
        assertRefused(result, 2, /password/);
    }
});

test('a bcrypt hash of the old system logs in and becomes argon2id', async () => {
    const person = await addUser('antiga@lume.example', 1, 'client');
    const password = 'vento-sul-no-cais';
    const bcrypt = '$2b$06$nrwCtr4o2ceOBptGWaL1Tu.c6zYCAmNNENNEDOeIYrbq5ColThnRi';
    await sql(
        installation.warehouseSuperuser,
        `update users set password_hash = '${bcrypt}' where email = '${person.email}'`,
    );
    const wrong = await new Visitor(web.address).tryLogIn(person.email, `${password}!`);
    assert.equal(wrong.status, 401);
    assert.equal(await hashOf(person.email), bcrypt);
    await logIn(web.address, { email: person.email, password });
    assert.match(await hashOf(person.email), /^\$argon2id\$/);
    await logIn(web.address, { email: person.email, password });
});

test('user list shows people and no hashes', async () => {
    const { users } = await runJson(['user', 'list', '--tenant-id', '1'], { env });
    assert.ok(users.length >= 5);
    const disabled = users.find((user) => user.email === 'some@lume.example');
    assert.equal(disabled.is_active, false);
    assert.ok(!JSON.stringify(users).includes('argon2'));
});

test('the owner installs the view, and sync reads through it', async () => {
    const ownerUrl = cluster.url('chatwoot', installation.logins.chatwoot);
    const reader = installation.logins.reader.user;
    const asOwner = { env: { ...env, GENIAI_SOURCE_URL: ownerUrl } };
    const install = ['source', 'install-view', '--reader', reader];
    assertDone(await run(install, asOwner));
    const report = await runJson(['source', 'verify'], { env });
    assert.equal(report.path, 'view');
    assert.ok(report.view.length > 30);
    assert.ok(report.view.every((column) => column.state === 'ok'));
    assert.deepEqual([report.view_is_current, report.lacks], [true, []]);
    const summary = await syncTenant('--force-full');
    assert.deepEqual(pick(summary), { extracted: 5, inserted: 0, updated: 0, unchanged: 5 });
    assertDone(await run(install, asOwner));
    await sql(installation.source, `revoke select on all tables in schema public from ${reader}`);
    const viewOnly = await runJson(['source', 'verify'], { env });
    assert.deepEqual([viewOnly.path, viewOnly.way_in], ['view', 'view only']);
    assert.match(viewOnly.lacks[0].cost, /conversation_updated_at only/);
    const { inboxes } = await runJson(['source', 'inboxes', '--account-id', '2'], { env });
    assert.deepEqual(
        inboxes.map(({ inbox_id: id, name }) => [id, name]),
        [[21, 'WhatsApp Trilho']],
    );
    const everywhere = await runJson(['source', 'inboxes'], { env });
    assert.ok(everywhere.inboxes.some(({ inbox_id: id }) => id === 21));
    assertDone(await run(['inbox', 'list'], { env }));
    assertDone(await run(['inbox', 'map', '--inbox-id', '21', '--tenant-id', '2'], { env }));
    await sql(installation.source, `grant select on all tables in schema public to ${reader}`);
    assertDone(await run(['source', 'install-view', '--drop'], asOwner));
    assert.equal((await runJson(['source', 'verify'], { env })).path, 'tables');
});

test('a suspended tenant is not synchronised, and its people are out', async () => {
    const person = await addUser('fora@trilho.example', 2, 'client');
    const visitor = await logIn(web.address, person);
    await runJson(['tenant', 'set', '--tenant-id', '2', '--status', 'suspended'], { env });
    const { runs } = await runJson(['sync', '--all'], { env });
    assert.deepEqual(
        runs.map((one) => one.tenant_id),
        [1],
    );
    assert.equal((await visitor.get('/api/me')).status, 401);
    await runJson(['tenant', 'set', '--tenant-id', '2', '--status', 'active'], { env });
});

test('serve stops on SIGTERM and says so in its log', async () => {
    const end = await web.running.stop('SIGTERM');
    assert.deepEqual([end.code, end.signal, end.complaints], [0, null, []]);
    assert.ok(end.logLines.some((line) => JSON.parse(line).event === 'serve.stopping'));
});

function syncTenant(...more) {
    return runJson(['sync', '--tenant-id', '1', ...more], { env });
}

function mapInbox(inbox, ...more) {
    const args = ['inbox', 'map', '--inbox-id', String(inbox), '--tenant-id', '1', ...more];
    return run(args, { env });
}

async function addUser(email, tenant, role) {
    const args = ['user', 'add', '--email', email, '--tenant-id', String(tenant), '--role', role];
    const user = await runJson(args, { env, showsPasswords: true });
    assert.ok(user.password.length >= 20, 'the generated password is printed');
    return { email, password: keepSecret(user.password) };
}

/** What the tenant sees. */
async function countOfTenant(tenant) {
    const query = 'select count(*) as seen from conversations_analytics';
    return (await rowsOfTenant(installation.warehouse, tenant, query))[0].seen;
}

async function hashOf(email) {
    const query = `select password_hash from users where email = '${email}'`;
    return (await rows(installation.warehouseSuperuser, query))[0].password_hash;
}

function pick({ extracted, inserted, updated, unchanged }) {
    return { extracted, inserted, updated, unchanged };
}
