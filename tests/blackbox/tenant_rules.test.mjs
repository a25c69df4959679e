import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addAccount, addContact, addConversation } from '../support/chatwoot.mjs';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { rows, rowsOfTenant, sql } from '../support/postgres.mjs';
import { assertDone, assertRefused, run, runJson } from '../support/program.mjs';
import { makeDirectory, tearDown } from '../support/teardown.mjs';

// Two companies whose customers write the same; one has words of its own. Each test goes a step on.

const texts = [
    ['contact', 'Boa tarde, queria duas bioimpedâncias'],
    ['agent', 'Boa tarde! Um momento.'],
];
const own = `
[terms]
oferta = ["bioimpedância"]

[[group]]
name = "customer.word"
add = ["minha carteirinha"]
remove = ["boleto"]

[score]
human = 20
`;
const ownFile = join(makeDirectory(), 'own.toml');
const tenantOne = ['--tenant-id', '1'];
const setOwn = ['rules', 'set', ...tenantOne, '--file', '-'];
let installation;
let env;

before(async () => {
    writeFileSync(ownFile, own);
    installation = await prepareInstallation(await startCluster());
    env = installation.environment;
    const { source } = installation;
    for (const account of [1, 2]) {
        const inboxes = [{ id: account * 10, name: 'WhatsApp' }];
        await addAccount(source, { id: account, name: `Empresa ${account}`, inboxes });
        const contact = { id: account * 100, account, name: 'Ana', phone: `+551190000${account}` };
        await addContact(source, { ...contact, email: `a${account}@example.com` });
        const place = { account, inbox: account * 10, contact: account * 100, minutesAgo: 100 };
        await addConversation(source, { ...place, id: account * 1000, messages: texts });
    }
    assertDone(await run(['migrate'], { env }));
    for (const account of [1, 2]) {
        const named = ['--name', `Empresa ${account}`, '--account-id', `${account}`];
        await runJson(['tenant', 'add', ...named], { env });
    }
    await runJson(['sync', '--all'], { env });
});

after(tearDown);

async function verdictOf(tenant) {
    const query = `select is_lead, ai_probability_score::int as score from conversations_analytics`;
    const [verdict] = await rowsOfTenant(installation.warehouse, tenant, query);
    return [verdict.is_lead, verdict.score];
}

async function storedRules() {
    const query = 'select tenant_id, version, author from tenant_rules order by tenant_id';
    return rows(installation.warehouseSuperuser, query);
}

test('without rules of its own a tenant has the built-in ones', async () => {
    const shown = await runJson(['rules', 'show', ...tenantOne], { env });
    assert.equal(shown.own, null);
    assert.equal(shown.version, (await runJson(['rules', 'show'])).version);
    const people = await run(['rules', 'show', ...tenantOne], { env });
    assertDone(people);
    assert.match(people.stdout, /Empresa 1 has the built-in rules as they are/);
    assert.deepEqual(await verdictOf(1), [false, 0]);
});

test('what is wrong in a file is refused with its line, and nothing is stored', async () => {
    for (const [stdin, problem] of [
        ['[[group]]\nname = "customers"\nadd = ["a"]', /line 1: unknown group "customers"/],
        ['[score]\nvisits = 2', /line 2: unknown key "visits"/],
        ['[score]\nvisit = "2"', /line 2: "visit" must be a whole number/],
        ['[[group]]\nname = "outsider"\n\nadd = ["(a"]', /line 4: "\(a" is no valid pattern/],
        ['[[group]\nname', /line 1: /],
        ['# nothing', /changes nothing/],
        ['', /rules clear/],
    ]) {
        assertRefused(await run(setOwn, { env, stdin }), 2, problem);
    }
    assertRefused(await run(['rules', 'set', ...tenantOne], { env }), 2, /--file/);
    const missing = ['rules', 'set', ...tenantOne, '--file', '/nowhere.toml'];
    assertRefused(await run(missing, { env }), 1, /cannot read \/nowhere\.toml/);
    const nobody = ['rules', 'set', '--tenant-id', '77', '--file', ownFile];
    assertRefused(await run(nobody, { env }), 1, /there is no tenant 77/);
    assert.deepEqual(await storedRules(), []);
});

test('rules set stores them, says what comes next, and is audited', async () => {
    const set = ['rules', 'set', ...tenantOne, '--file', ownFile, '--author', 'Bia'];
    const first = await run(set, { env });
    assertDone(first);
    assert.match(first.stdout, /version 1 .*geniai classify --tenant-id 1/);
    const again = await run(set, { env });
    assertDone(again);
    assert.match(again.stdout, /has these rules already/);
    assert.deepEqual(await storedRules(), [{ tenant_id: 1, version: 1, author: 'Bia' }]);
    const audit = await rows(
        installation.warehouseSuperuser,
        `select tenant_id, actor, action from audit_logs where action like 'rules.%'`,
    );
    assert.deepEqual(audit, [{ tenant_id: 1, actor: 'Bia', action: 'rules.set' }]);
});

test('rules show tells what holds for the tenant, and what of it is its own', async () => {
    const shown = await runJson(['rules', 'show', ...tenantOne], { env });
    assert.match(shown.version, /^[0-9a-f]{12}\+[0-9a-f]{12}$/);
    assert.equal(shown.score.human, 20);
    assert.equal(shown.own.additions, own);
    assert.deepEqual([shown.own.version, shown.own.author], [1, 'Bia']);
    assert.deepEqual(shown.own.terms, { oferta: ['bioimpedância'] });
    const group = shown.groups.find(({ name }) => name === 'customer.word');
    assert.deepEqual([group.added, group.removed], [['minha carteirinha'], ['boleto']]);
    assert.ok(group.words.includes('minha carteirinha') && group.words.includes('meu plano'));
    const people = await run(['rules', 'show', ...tenantOne], { env });
    assertDone(people);
    assert.match(people.stdout, /version 1 by Bia/);
    assert.match(people.stdout, /^customer\.word +0 +\d+ +\+1 -1/m);
    assert.match(people.stdout, /^human +20 \(10\)/m);
    assert.match(people.stdout, /^<oferta> \+ bioimpedância$/m);
    const words = ['rules', 'show', ...tenantOne, '--group'];
    const one = await run([...words, 'customer.word'], { env });
    assertDone(one);
    assert.match(one.stdout, /^\+ +minha carteirinha/m);
    assert.match(one.stdout, /^- +boleto/m);
    assertRefused(await run([...words, 'nada'], { env }), 1, /no group and no category "nada"/);
    const toml = await run(['rules', 'show', ...tenantOne, '--toml'], { env });
    assert.equal(toml.stdout, `${own}\n`);
    assert.equal((await runJson(['rules', 'show', '--tenant-id', '2'], { env })).own, null);
});

test("rules test uses the tenant's rules", async () => {
    const text = ['rules', 'test', '--text', 'Queria duas bioimpedâncias'];
    assert.equal((await runJson(text)).is_lead, false);
    assert.equal((await runJson([...text, ...tenantOne], { env })).is_lead, true);
    assert.equal((await runJson([...text, '--tenant-id', '2'], { env })).is_lead, false);
});

test('classify applies them to what is stored, for this tenant alone', async () => {
    const { tenants } = await runJson(['classify', '--all'], { env });
    assert.deepEqual(
        tenants.map(({ tenant_id, changed }) => [tenant_id, changed]),
        [
            [1, 1],
            [2, 0],
        ],
    );
    assert.notEqual(tenants[0].rules_version, tenants[1].rules_version);
    assert.deepEqual(await verdictOf(1), [true, 35]);
    assert.deepEqual(await verdictOf(2), [false, 0]);
});

test('a sync has the rules of each tenant', async () => {
    const { source } = installation;
    await sql(source, 'update conversations set updated_at = now()');
    const { runs } = await runJson(['sync', '--all'], { env });
    assert.deepEqual(
        runs.map(({ status }) => status),
        ['success', 'success'],
    );
    assert.deepEqual(await verdictOf(1), [true, 35]);
    assert.deepEqual(await verdictOf(2), [false, 0]);
});

test('rules that do not fit the program stop their tenant and nobody else', async () => {
    const broken = `update tenant_rules set additions = '[[group]]
name = "gone"
weight = 1'`;
    await sql(installation.warehouseSuperuser, broken);
    await sql(installation.source, 'update conversations set updated_at = now()');
    const sync = await run(['sync', '--all', '--json'], { env });
    const { runs } = JSON.parse(sync.stdout);
    assert.deepEqual(
        runs.map(({ status }) => status),
        ['failed', 'success'],
    );
    assert.match(runs[0].error, /tenant 1 .*line 1.*rules set or rules clear --tenant-id 1/);
    const doctor = await run(['doctor', '--json'], { env });
    assert.notEqual(doctor.code, 0);
    const check = JSON.parse(doctor.stdout).checks.find(({ check }) => check === 'rules');
    assert.match(check.message, /tenant 1/);
});

test('rules clear gives the built-in ones back', async () => {
    const clear = ['rules', 'clear', ...tenantOne];
    const first = await run(clear, { env });
    assertDone(first);
    assert.match(first.stdout, /geniai classify --tenant-id 1/);
    assert.equal((await runJson(clear, { env })).changed, false);
    await runJson(['classify', ...tenantOne], { env });
    assert.deepEqual(await verdictOf(1), [false, 0]);
    const [{ actions }] = await rows(
        installation.warehouseSuperuser,
        `select string_agg(action, ' ' order by id) as actions from audit_logs
          where action like 'rules.%'`,
    );
    assert.equal(actions, 'rules.set rules.clear');
});
