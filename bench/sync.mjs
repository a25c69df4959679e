// Measures `geniai sync` against a plain pipe of the same rows: psql COPY out, psql COPY in, one upsert.
//   usage: node bench/sync.mjs [CONVERSATIONS] [ROUNDS]
// Prints a table and writes build/bench/sync.json, a list of {name, value, unit, bar, holds}.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const geniai = join(top, 'build/release/geniai');
const conversations = Number(process.argv[2] ?? 20000);
const rounds = Number(process.argv[3] ?? 5);
const dataDir = mkdtempSync(join(tmpdir(), 'geniai-bench-'));
// As root the server runs as another user, who must get to its directory.
chmodSync(dataDir, 0o755);
const socket = join(dataDir, 'demo/socket');

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const url = (user, database) => `host='${socket}' user='${user}' dbname='${database}'`;

const settings = {
    ...process.env,
    PGOPTIONS: '-c client_min_messages=warning',
    GENIAI_WAREHOUSE_URL: url('geniai_app', 'bench'),
    GENIAI_WAREHOUSE_OWNER_URL: url('geniai_owner', 'bench'),
    GENIAI_SOURCE_URL: url('geniai_reader', 'chatwoot'),
    GENIAI_LOG_LEVEL: 'error',
};

function psql(user, database, sql) {
    return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', url(user, database), '-c', sql],
        { encoding: 'utf8', env: settings }).trim();
}

function run(...args) {
    return execFileSync(geniai, args, { env: settings, encoding: 'utf8' });
}

function seconds(work) {
    const start = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - start) / 1e9;
}

async function startDemo() {
    const demo = spawn(geniai, ['demo', '--json', '--port', '0', '--data-dir', join(dataDir, 'demo'),
        '--conversations', String(conversations)],
        { env: { ...process.env, GENIAI_LOG_LEVEL: 'error' }, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve, reject) => {
        demo.stdout.once('data', resolve);
        demo.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
    });
    demo.removeAllListeners('exit');
    return demo;
}

function freshWarehouse() {
    psql('postgres', 'postgres', 'drop database if exists bench with (force)');
    psql('postgres', 'postgres', 'create database bench owner geniai_owner');
    run('migrate');
    for (const account of [1, 2, 3]) run('tenant', 'add', '--account-id', String(account));
    psql('postgres', 'bench', 'checkpoint');
}

// The source's view, read in the order of the sync, into a table with the same columns and indexes.
function plainPipe() {
    psql('postgres', 'postgres', 'drop database if exists plain with (force)');
    psql('postgres', 'postgres', 'create database plain owner geniai_owner');
    const columns = psql('geniai_reader', 'chatwoot', `
        select string_agg(a.attname, ', ' order by a.attnum) from pg_attribute a
         where a.attrelid = 'geniai.vw_conversations_analytics_final'::regclass and a.attnum > 0`);
    const types = psql('geniai_reader', 'chatwoot', `
        select string_agg(a.attname || ' ' || case when t.typname = 'json' then 'jsonb compression lz4'
                          else format_type(a.atttypid, a.atttypmod) end, ', ' order by a.attnum)
          from pg_attribute a join pg_type t on t.oid = a.atttypid
         where a.attrelid = 'geniai.vw_conversations_analytics_final'::regclass and a.attnum > 0`);
    psql('geniai_owner', 'plain', `
        create unlogged table staging (${types});
        create table target (tenant_id int not null, ${types}, primary key (tenant_id, conversation_id));
        create index on target (tenant_id, conversation_created_at);
        create index on target (tenant_id, contact_id)`);
    psql('postgres', 'plain', 'checkpoint');
    return seconds(() => {
        const out = `copy (select ${columns} from geniai.vw_conversations_analytics_final
            order by conversation_updated_at, conversation_id) to stdout`;
        const pipe = spawnSync('bash', ['-c', `set -o pipefail
            psql -Xq "${url('geniai_reader', 'chatwoot')}" -c "${out}" |
            psql -Xq "${url('geniai_owner', 'plain')}" -c "copy staging from stdin"`]);
        if (pipe.status !== 0) throw new Error(pipe.stderr.toString());
        const names = columns.split(', ').filter((name) => name !== 'conversation_id');
        psql('geniai_owner', 'plain', `insert into target (tenant_id, ${columns})
            select account_id, ${columns} from staging
            on conflict (tenant_id, conversation_id) do update set
            ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`);
    });
}

function peakMemoryMiB() {
    const time = spawnSync('bash', ['-c',
        `"${geniai}" sync --all --force-full >/dev/null & pid=$!; peak=0
         while kill -0 $pid 2>/dev/null; do
             now=$(awk '/VmHWM/ {print $2}' /proc/$pid/status 2>/dev/null); [ -n "$now" ] && peak=$now
             sleep 0.01
         done; echo $peak`], { env: settings, encoding: 'utf8' });
    return Number(time.stdout) / 1024;
}

const demo = await startDemo();
try {
    const rows = Number(psql('postgres', 'chatwoot', 'select count(*) from conversations'));
    const first = [], again = [], quiet = [], plain = [];
    for (let round = 0; round < rounds; ++round) {
        plain.push(plainPipe());
        freshWarehouse();
        first.push(seconds(() => run('sync', '--all')));
        quiet.push(seconds(() => run('sync', '--all')));
        again.push(seconds(() => run('sync', '--all', '--force-full')));
    }
    const figures = [
        { name: 'conversations', value: rows, unit: 'rows' },
        { name: 'plain pipe with psql', value: rows / median(plain), unit: 'rows/s' },
        { name: 'first sync, classified', value: rows / median(first), unit: 'rows/s' },
        { name: 'first sync / plain pipe', value: median(plain) / median(first), unit: 'ratio' },
        { name: 'full sync, nothing changed', value: rows / median(again), unit: 'rows/s' },
        { name: 'incremental sync, nothing changed', value: median(quiet), unit: 's' },
        { name: 'peak memory of sync', value: peakMemoryMiB(), unit: 'MiB' },
    ].map((figure) => ({ ...figure, value: Number(figure.value.toPrecision(4)), bar: null, holds: null }));
    for (const { name, value, unit } of figures) {
        console.log(`${name.padEnd(36)} ${String(value).padStart(10)} ${unit}`);
    }
    mkdirSync(join(top, 'build/bench'), { recursive: true });
    writeFileSync(join(top, 'build/bench/sync.json'), JSON.stringify(figures, null, 2) + '\n');
} finally {
    demo.kill('SIGTERM');
    await new Promise((resolve) => demo.once('exit', resolve));
    rmSync(dataDir, { recursive: true, force: true });
}
