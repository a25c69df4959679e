import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { startDemo } from '../support/demo.mjs';
import { programPath } from '../support/paths.mjs';
import { assertDone, assertRefused, keepSecret, run, runJson } from '../support/program.mjs';
import { tearDown } from '../support/teardown.mjs';

const tenantChoice = ['--tenant-id', '--all'];
const tenantValues = [
    '--account-id', '--name', '--slug', '--status', '--plan', '--timezone', '--use-model',
];
const optionsOf = {
    demo: ['--data-dir', '--port', '--conversations', '--check', '--json'],
    migrate: ['--json'],
    doctor: ['--json'],
    'source verify': ['--json'],
    'source install-view': ['--reader', '--drop'],
    'source inboxes': ['--account-id', '--json'],
    'tenant list': ['--json'],
    'tenant add': [...tenantValues, '--json'],
    'tenant set': ['--tenant-id', ...tenantValues, '--json'],
    'remarketing list': ['--tenant-id', '--band', '--reason', '--limit', '--json'],
    'inbox list': ['--tenant-id', '--json'],
    'inbox map': ['--inbox-id', '--tenant-id', '--off'],
    'inbox move': ['--inbox-id', '--to-tenant-id', '--yes', '--json'],
    'user add': ['--email', '--tenant-id', '--name', '--role', '--password-file', '--json'],
    'user list': ['--tenant-id', '--json'],
    'user set-password': ['--email', '--password-file', '--json'],
    'user disable': ['--email'],
    sync: [
        ...tenantChoice,
        '--jobs',
        '--chunk-size',
        '--force-full',
        '--since',
        '--dry-run',
        '--replay-rejects',
        '--no-classify',
        '--triggered-by',
        '--json',
    ],
    reconcile: [...tenantChoice, '--jobs', '--allow-deletes', '--triggered-by', '--json'],
    classify: [...tenantChoice, '--json'],
    'rules show': ['--tenant-id', '--group', '--toml', '--json'],
    'rules set': ['--tenant-id', '--file', '--author', '--json'],
    'rules clear': ['--tenant-id', '--author', '--json'],
    'rules test': ['--tenant-id', '--text', '--json'],
    'classification compare': [...tenantChoice, '--json'],
    'classification show': ['--tenant-id', '--conversation-id', '--json'],
    'classification evaluate': [
        '--tenant-id',
        '--file',
        '--limit',
        '--max-drop',
        '--max-cost-brl',
        '--author',
        '--json',
    ],
    'classification evaluations': ['--tenant-id', '--json'],
    serve: ['--listen'],
    status: ['--json'],
    'alerts list': ['--all', '--tenant-id', '--json'],
    'alerts acknowledge': ['--tenant-id', '--id'],
    'budget show': ['--tenant-id', '--json'],
    'budget set': ['--tenant-id', '--kind', '--value', '--none'],
    'budget raise': ['--tenant-id', '--kind', '--value', '--until', '--author'],
    'budget stop': ['--tenant-id'],
    'budget resume': ['--tenant-id'],
    usage: ['--by', '--tenant-id', '--json'],
    'usage rebuild': ['--json'],
    'usage recost': ['--dry-run', '--json'],
    'usage prune': ['--dry-run', '--json'],
    'usage check': ['--file', '--tolerance', '--json'],
    'prices list': ['--json'],
    'prices set': [
        '--model',
        '--input',
        '--cached-input',
        '--output',
        '--batch-percent',
        '--valid-from',
    ],
    'prices rate': ['--brl', '--valid-from'],
    'batch list': ['--tenant-id', '--json'],
    'batch collect': ['--tenant-id', '--json'],
    'batch cancel': ['--tenant-id', '--batch'],
    version: ['--json'],
};

let demo;
let env;

before(async () => {
    demo = await startDemo({ conversations: 30 });
    env = demo.environment;
});

after(tearDown);

test('help names every command and the exit codes', async () => {
    for (const flag of ['--help', '-h']) {
        const result = await run([flag]);
        assertDone(result);
        for (const command of Object.keys(optionsOf)) {
            const word = command.split(' ')[0];
            assert.match(result.stdout, new RegExp(`^ +${word}\\b`, 'm'));
        }
        assert.match(result.stdout, /0 done, 1 the work\s+failed, 2 wrong usage/);
        assert.match(result.stdout, /--config/);
    }
});

test("each command's help needs no settings and names its options", async () => {
    for (const [command, options] of Object.entries(optionsOf)) {
        const result = await run([...command.split(' '), '--help']);
        assertDone(result);
        for (const option of options) {
            assert.match(result.stdout, new RegExp(`${option}\\b`), `geniai ${command} --help`);
        }
        const shown = [...result.stdout.matchAll(/--[a-z][a-z-]+/g)].map(([option]) => option);
        const known = new Set([...options, '--help']);
        const unknown = shown.filter((option) => !known.has(option));
        assert.deepEqual(unknown, [], `options of geniai ${command} that no test knows`);
    }
});

test("a group's help names its commands", async () => {
    for (const command of Object.keys(optionsOf).filter((name) => name.includes(' '))) {
        const [group, name] = command.split(' ');
        const result = await run([group, '--help']);
        assertDone(result);
        assert.match(result.stdout, new RegExp(`^ +${name}\\b`, 'm'));
    }
});

test('the version is the same in every form', async () => {
    const { version } = await runJson(['version']);
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.equal((await run(['version'])).stdout, `geniai ${version}\n`);
    assert.equal((await run(['--version'])).stdout, `geniai ${version}\n`);
});

test('--json prints one JSON document on standard output, and nothing else', async () => {
    const list = (key, size) => (answer) => assert.equal(answer[key].length, size);
    for (const [args, check] of [
        [['migrate'], list('applied', 0)],
        [['doctor'], list('checks', 5)],
        [['source', 'verify'], (answer) => assert.equal(answer.path, 'view')],
        [['source', 'inboxes'], ({ inboxes }) => assert.ok(inboxes.length >= 9)],
        [['tenant', 'list'], list('tenants', 3)],
        [['inbox', 'list'], ({ inboxes }) => assert.ok(inboxes.length >= 9)],
        [['user', 'list'], list('users', 7)],
        [['sync', '--all'], list('runs', 3)],
        [['classify', '--all'], list('tenants', 3)],
        [['status'], list('tenants', 3)],
        [['tenant', 'set', '--tenant-id', '3', '--plan', 'basic'], ({ id }) => assert.equal(id, 3)],
    ]) {
        const result = await run([...args, '--json'], { env });
        assertDone(result);
        assert.match(result.stdout, /^\{.*\}\n$/, 'one line');
        check(JSON.parse(result.stdout));
    }
});

test('without --json people get a table with its heads, and accents keep the columns', async () => {
    const result = await run(['tenant', 'list'], { env });
    assertDone(result);
    const lines = result.stdout.trimEnd().split('\n');
    assert.match(lines[0], /^ID +NAME +SLUG +ACCOUNT +STATUS +PLAN +TIMEZONE +MODEL$/);
    assert.equal(lines.length, 4);
    const column = lines[0].indexOf('SLUG');
    for (const [line, slug] of [
        [lines[1], 'academia-vigor'],
        [lines[2], 'clinica-aroeira'],
        [lines[3], 'colegio-mirante'],
    ]) {
        assert.equal([...line].slice(column).join('').indexOf(slug), 0);
    }
});

test('log lines go to standard error as JSON, as much as the setting asks for', async () => {
    const args = ['sync', '--tenant-id', '1'];
    const usual = await run(args, { env });
    assertDone(usual);
    const events = usual.logLines.map((line) => JSON.parse(line).event);
    assert.deepEqual(events, ['sync.done']);
    const silent = await run(args, { env: { ...env, GENIAI_LOG_LEVEL: 'off' } });
    assertDone(silent);
    assert.deepEqual(silent.logLines, []);
    const { time, level, tenant_id: tenant } = JSON.parse(usual.logLines[0]);
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual([level, tenant], ['info', 1]);
});

test('a reader who closes the pipe ends nothing badly', async () => {
    for (const args of [
        ['--help'],
        ['version'],
        ['source', 'verify'],
        ['tenant', 'list', '--json'],
        ['status'],
        ['sync', '--all', '--json'],
    ]) {
        const { code, signal } = await runWithClosedOutput(args);
        assert.deepEqual([code, signal], [0, null], `geniai ${args.join(' ')} | head -0`);
    }
});

test('a password that is chosen is never printed; one that is made is printed once', async () => {
    const chosen = keepSecret('rio abaixo sem pressa');
    const add = ['user', 'add', '--tenant-id', '1', '--email'];
    const fromInput = { env, stdin: `${chosen}\n` };
    const own = await run([...add, 'own@vigor.example', '--password-file', '-'], fromInput);
    assertDone(own);
    const made = await run([...add, 'made@vigor.example'], { env, showsPasswords: true });
    assertDone(made);
    const [, password] = made.stdout.match(/^password: (\S{20,})$/m);
    assert.equal(made.stdout.split(password).length, 2);
    assert.ok(!made.stderr.includes(password));
});

test('a taken e-mail address is refused whatever its letters', async () => {
    const args = ['user', 'add', '--tenant-id', '2', '--email', ' OWN@vigor.example '];
    const result = await run(args, { env });
    assert.equal(result.code, 1);
    assert.match(result.complaints[0], /own@vigor\.example has a user already/);
});

test('the demo prints nothing of its passwords on standard error', async () => {
    const { stderr } = await demo.running.stop();
    for (const { password } of demo.logins) assert.ok(!stderr.includes(password));
});

/** As in `geniai … | head -0`: nobody reads what is written. */
function runWithClosedOutput(args) {
    const child = spawn(programPath, args, {
        env: { ...env, PATH: process.env.PATH },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    child.stderr.resume();
    return new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, signal) => resolve({ code, signal }));
    });
}

test('rules test says what the rules make of a text, and by which words', async () => {
    const one = await runJson(['rules', 'test', '--text', 'Oi, quanto custa o plano mensal?']);
    assert.equal(one.is_lead, true);
    assert.match(one.evidence[0].quote, /quanto custa/i);
    const refused = await runJson(['rules', 'test', '--text', 'Não quero o plano, obrigado']);
    assert.equal(refused.is_lead, false);
    const stdin = 'quero agendar uma aula experimental amanhã às 18h\nequipe: Agendado! Te espero amanhã às 18h.\n';
    const visit = await run(['rules', 'test'], { stdin });
    assertDone(visit);
    assert.match(visit.stdout, /^lead: yes, visit: yes/);
    assertRefused(await run(['rules', 'test']), 2, /--text/);
    const toml = await run(['rules', 'show', '--toml']);
    assertDone(toml);
    assert.match(toml.stdout, /^\[score\]/m);
});
