import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startCluster } from '../support/cluster.mjs';
import { prepareInstallation } from '../support/installation.mjs';
import { rows } from '../support/postgres.mjs';
import { assertDone, assertRefused, keepSecret, run, runJson } from '../support/program.mjs';
import { makeDirectory, tearDown } from '../support/teardown.mjs';

const printableAscii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const hardPassword = `${printableAscii}áéíõçÃÜß€`;

let cluster;
let installation;
let env;
let reader; // of the source, with the hard password

before(async () => {
    cluster = await startCluster();
    installation = await prepareInstallation(cluster);
    reader = await cluster.createLogin('hard reader', hardPassword, 'in role chatwoot_reader');
    env = { GENIAI_SOURCE_URL: cluster.url('chatwoot', reader) };
    assertDone(await run(['migrate'], { env: installation.environment }));
});

after(tearDown);

const keywordUrl = () =>
    keepSecret(
        `host=127.0.0.1 port = ${cluster.port} dbname='chatwoot' user=${quoted(reader.user)} ` +
            `password=${quoted(reader.password)}`,
    );

test('a password with every character works in a URI with escapes', async () => {
    await assertReads({ env });
});

test('a password with every character works in a key=value list', async () => {
    await assertReads({ env: { GENIAI_SOURCE_URL: keywordUrl() } });
});

test('the URL may stand in a file, with or without a line end', async () => {
    for (const lineEnd of ['', '\n', '\r\n']) {
        const file = writeIn(makeDirectory(), 'source-url', env.GENIAI_SOURCE_URL + lineEnd);
        await assertReads({ env: { GENIAI_SOURCE_URL_FILE: file } });
    }
});

test('the URL may stand in geniai.toml of the working directory', async () => {
    const cwd = makeDirectory();
    writeToml(cwd, { source_url: env.GENIAI_SOURCE_URL });
    await assertReads({ cwd });
    writeToml(cwd, { source_url: keywordUrl() });
    await assertReads({ cwd });
});

test('geniai.toml may name a file with the URL', async () => {
    const cwd = makeDirectory();
    const file = writeIn(cwd, 'secret', env.GENIAI_SOURCE_URL);
    writeToml(cwd, { source_url_file: file });
    await assertReads({ cwd });
});

test('the settings file may be named by --config or GENIAI_CONFIG', async () => {
    const file = writeToml(makeDirectory(), { source_url: env.GENIAI_SOURCE_URL }, 'other.toml');
    const named = await run(['--config', file, 'source', 'inboxes', '--json']);
    assertDone(named);
    assert.deepEqual(JSON.parse(named.stdout), { inboxes: [] });
    await assertReads({ env: { GENIAI_CONFIG: file } });
});

test('the environment comes before the file', async () => {
    const cwd = makeDirectory();
    writeToml(cwd, { source_url: 'postgresql://nobody@127.0.0.1:1/none' });
    await assertReads({ cwd, env });
});

test('a variable that is set to nothing counts as not set', async () => {
    const cwd = makeDirectory();
    writeToml(cwd, { source_url: env.GENIAI_SOURCE_URL });
    await assertReads({ cwd, env: { GENIAI_SOURCE_URL: '' } });
});

test('migrate makes the run-time log-in with whatever name and password its URL says', async () => {
    const login = { user: 'app \'x\' "y"', password: keepSecret(`${hardPassword}-app`) };
    const url = cluster.url('geniai', login);
    const all = { ...installation.environment, GENIAI_WAREHOUSE_URL: url };
    assertDone(await run(['migrate'], { env: all }));
    assert.deepEqual(await runJson(['status'], { env: all }), { tenants: [] });
    const doctor = await runJson(['doctor'], { env: all });
    assert.equal(doctor.ok, true);
    const [{ stored }] = await rows(
        cluster.target('postgres'),
        `select rolpassword as stored from pg_authid where rolname like 'app %'`,
    );
    assert.match(stored, /^SCRAM-SHA-256\$/);
});

test('the URL may set what the program leaves to it', async () => {
    const slow = keepSecret(`${env.GENIAI_SOURCE_URL}?connect_timeout=3&sslmode=disable`);
    await assertReads({ env: { GENIAI_SOURCE_URL: slow } });
});

test('an unknown key is named with its line', async () => {
    const cwd = makeDirectory();
    writeIn(cwd, 'geniai.toml', 'listen = "127.0.0.1:1"\nsource_uri = "x"\n');
    for (const args of [['version'], ['status'], ['demo', '--check']]) {
        assertRefused(await run(args, { cwd }), 3, /line 2: .*no setting 'source_uri'/);
    }
});

test('a table in the settings file is no setting', async () => {
    const cwd = makeDirectory();
    writeIn(cwd, 'geniai.toml', '[source]\nurl = "x"\n');
    assertRefused(await run(['status'], { cwd }), 3, /line 1: .*no setting 'source'/);
});

test('a value that is no text is refused with its line', async () => {
    const cwd = makeDirectory();
    writeIn(cwd, 'geniai.toml', '\nlisten = true\n');
    assertRefused(await run(['status'], { cwd }), 3, /line 2: listen must be a text in quotes/);
});

test('a missing setting is named with the ways to set it', async () => {
    for (const [args, name] of [
        [['status'], 'GENIAI_WAREHOUSE_URL'],
        [['serve'], 'GENIAI_WAREHOUSE_URL'],
        [['sync', '--all'], 'GENIAI_WAREHOUSE_URL'],
        [['migrate'], 'GENIAI_WAREHOUSE_URL'],
        [['source', 'verify'], 'GENIAI_SOURCE_URL'],
        [['source', 'install-view'], 'GENIAI_SOURCE_URL'],
    ]) {
        const pattern = new RegExp(`${name} is not set; .*${name}_FILE`);
        assertRefused(await run(args), 3, pattern);
    }
    const { GENIAI_WAREHOUSE_URL } = installation.environment;
    const withoutOwner = await run(['migrate'], { env: { GENIAI_WAREHOUSE_URL } });
    assertRefused(withoutOwner, 3, /GENIAI_WAREHOUSE_OWNER_URL is not set/);
});

test('doctor names each setting that is missing, without an exit before the others', async () => {
    const result = await run(['doctor', '--json']);
    assert.equal(result.code, 3);
    const messages = JSON.parse(result.stdout).checks.map((check) => check.message);
    assert.ok(messages.some((message) => message.includes('GENIAI_SOURCE_URL is not set')));
    assert.ok(messages.some((message) => message.includes('GENIAI_WAREHOUSE_URL is not set')));
});

test('a broken settings file is refused with its line, and its secrets stay in it', async () => {
    const secret = keepSecret('half-a-password-8zr');
    for (const [broken, line] of [
        [`listen = "127.0.0.1:1"\nsource_url = "postgresql://u:${secret}@h/d\n`, 2],
        [`source_url = postgresql://u:${secret}@h/d\n`, 1],
        ['listen = "a"\nlisten = "b"\n', 2],
        ['=\n', 1],
        ['source_url = "\\q"\n', 1],
        ['listen = "\xff"\n', 1],
    ]) {
        const cwd = makeDirectory();
        writeIn(cwd, 'geniai.toml', Buffer.from(broken, 'latin1'));
        const result = await run(['status'], { cwd });
        assertRefused(result, 3, new RegExp(`geniai\\.toml line ${line}: `));
    }
});

test('a settings file that is not there or is a directory is refused', async () => {
    const directory = makeDirectory();
    const missing = path.join(directory, 'missing.toml');
    assertRefused(await run(['--config', missing, 'status']), 3, /no settings file .*missing/);
    assertRefused(await run(['--config', directory, 'status']), 3, /geniai: .+/);
});

test('a _FILE that cannot be read is named', async () => {
    const directory = makeDirectory();
    const missing = path.join(directory, 'missing');
    const unreadable = [missing];
    if (process.getuid() !== 0) {
        const secret = writeIn(directory, 'secret', 'x');
        chmodSync(secret, 0);
        unreadable.push(secret);
    }
    for (const file of unreadable) {
        const result = await run(['status'], { env: { GENIAI_WAREHOUSE_URL_FILE: file } });
        assertRefused(result, 3, new RegExp(`GENIAI_WAREHOUSE_URL_FILE names ${file}`));
    }
    const below = path.join(directory, 'sub');
    mkdirSync(below);
    const result = await run(['status'], { env: { GENIAI_WAREHOUSE_URL_FILE: below } });
    assertRefused(result, 3, /GENIAI_WAREHOUSE_URL/);
});

test('a URL that is none is refused without showing it', async () => {
    const secret = keepSecret('inside-a-bad-url-4kd');
    for (const url of [
        `postgresql://u:${secret}@[::1/d`,
        `postgresql://u:${secret}%zz@h/d`,
        `postgresql://u:${secret}@h/d?nonsense=1`,
        `user=u password='${secret}`,
        `${secret}`,
    ]) {
        const result = await run(['source', 'verify'], { env: { GENIAI_SOURCE_URL: url } });
        assertRefused(result, 3, /URL cannot be read/);
    }
});

test('a wrong log level or address is refused', async () => {
    const level = await run(['status'], { env: { GENIAI_LOG_LEVEL: 'loud' } });
    assertRefused(level, 3, /log level must be/);
    const listen = await run(['status'], { env: { GENIAI_LISTEN: 'here' } });
    assertRefused(listen, 3, /listen must be ADDRESS:PORT/);
});

async function assertReads(options) {
    assert.deepEqual(await runJson(['source', 'inboxes'], options), { inboxes: [] });
}

function quoted(text) {
    return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Every JSON string is a TOML string too. */
function writeToml(directory, settings, name = 'geniai.toml') {
    const lines = Object.entries(settings).map(
        ([key, value]) => `${key} = ${JSON.stringify(value)}`,
    );
    return writeIn(directory, name, `${lines.join('\n')}\n`);
}

function writeIn(directory, name, content) {
    const file = path.join(directory, name);
    writeFileSync(file, content);
    return file;
}
