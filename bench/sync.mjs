// Measures `geniai sync` against a plain pipe between the same tables, on the same data, in one
// run. docs/performance.md explains the figures.
//   usage: node bench/sync.mjs [--sizes N,N,…] [--rounds N] [--build DIRECTORY]
// The first size gets all measurements, the others only those of memory. Prints a table and writes
// build/bench/sync.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cluster, sleep } from './cluster.mjs';
import { figure, json, median, sum, table } from './figures.mjs';
import { Installation } from './installation.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
    options: {
        sizes: { type: 'string', default: '200000,20000' },
        rounds: { type: 'string', default: '5' },
        build: { type: 'string', default: join(top, 'build/release') },
    },
});
const [mainSize, ...otherSizes] = options.sizes.split(',').map(Number);
const rounds = Number(options.rounds);
const build = resolve(options.build);

const readings = { stream: 'one reader', ranges: 'two readers' };
const batchSizes = [5_000, 10_000, 20_000];
const memoryBarMiB = 64;
// In a tenant's first minute the messages are scanned. When it has passed, and one sync after it, a
// sync is as quiet as one in a real installation.
const quietAfterSeconds = 62;

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const { figures, statements } = await measureAll();
console.log(table(figures));
console.log('\nWhat the last quiet sync asked the source (d: a detector):');
console.log(describe(statements));
mkdirSync(join(top, 'build/bench'), { recursive: true });
writeFileSync(join(top, 'build/bench/sync.json'), json(figures));

async function measureAll() {
    const figures = [];
    const installation = await install(mainSize);
    figures.push(...conditions(installation));
    const loads = await compareFirstLoads(installation);
    const increments = await compareIncrements(installation, loads.rowsPerSecond);
    figures.push(...loads.figures, ...increments.figures);
    figures.push(memoryFigure(mainSize, [loads.peakMiB, increments.peakMiB]));
    await installation.cluster.stop();
    for (const size of otherSizes) {
        console.log(table(figures)); // the next size may take long, or not fit
        const other = await install(size);
        figures.push(memoryFigure(size, await peakMemory(other)));
        await other.cluster.stop();
    }
    return { figures, statements: increments.statements };
}

async function install(conversations) {
    say(`inventing ${conversations} conversations`);
    const cluster = await Cluster.make(join(build, 'geniai'), conversations);
    return new Installation(cluster, build);
}

/** Each round: the plain pipes, the first loads, and a full sync that has nothing to do. */
async function compareFirstLoads(installation) {
    const trials = await tryPipes(installation);
    const pipes = Object.keys(readings)
        .map((reading) => ({ ...fastest(trials, reading), seconds: [] }));
    const sequential = [], plain = [], classified = [], again = [], written = [], peaks = [];
    for (let round = 0; round < rounds; ++round) {
        say(`first loads, round ${round + 1} of ${rounds}`);
        for (const { reading, batchRows, seconds } of pipes) {
            seconds.push((await installation.pipe(reading, batchRows)).seconds);
        }
        sequential.push((await installation.pipe('stream', 0)).seconds);
        for (const [seconds, options] of [[plain, ['--no-classify']], [classified, []]]) {
            const load = await installation.firstLoad(...options);
            seconds.push(load.seconds);
            peaks.push(load.peakMiB);
        }
        let full;
        const rows = await installation.rowsWrittenBy(async () => {
            full = await installation.sync('--force-full');
        });
        written.push(totalOf('full sync', rows));
        again.push(full.seconds);
        peaks.push(full.peakMiB);
    }
    const [oneReader, twoReaders] = pipes;
    const a = median(oneReader.seconds) < median(twoReaders.seconds) ? oneReader : twoReaders;
    const figures = [
        ...trials.map((trial) => figure(`trial: ${nameOf(trial)}`, 'rows/s', rates(trial.seconds))),
        ...pipes.map((pipe) =>
            figure(`${pipe === a ? 'A: ' : ''}${nameOf(pipe)}`, 'rows/s', rates(pipe.seconds))),
        figure('B: plain pipe, one after the other', 'rows/s', rates(sequential)),
        figure('first load, not classified', 'rows/s', rates(plain)),
        figure('first load, classified', 'rows/s', rates(classified)),
        figure('first load, not classified / A', 'ratio',
            ratios(a.seconds, plain), { atLeast: 0.8 }),
        figure('first load, classified / A', 'ratio',
            ratios(a.seconds, classified), { atLeast: 0.6 }),
        figure('first load, not classified / one reader', 'ratio',
            ratios(oneReader.seconds, plain)),
        figure('first load, not classified / B', 'ratio', ratios(sequential, plain)),
        figure('first load, classified / B', 'ratio', ratios(sequential, classified)),
        figure('full sync, nothing changed', 'rows/s', rates(again)),
        figure('full sync, rows written', 'rows', Math.max(...written), { atMost: 0 }),
    ];
    return { figures, rowsPerSecond: median(rates(classified)), peakMiB: Math.max(...peaks) };
}

/** Every kind of plain pipe, once. */
async function tryPipes(installation) {
    const trials = [];
    for (const reading of Object.keys(readings)) {
        for (const batchRows of batchSizes) {
            say(`trial of the plain pipe, ${reading}, ${batchRows}`);
            const run = await installation.pipe(reading, batchRows);
            trials.push({ reading, batchRows, seconds: [run.seconds] });
        }
    }
    return trials;
}

function fastest(trials, wanted) {
    return trials
        .filter(({ reading }) => reading === wanted)
        .reduce((best, trial) => (trial.seconds[0] < best.seconds[0] ? trial : best));
}

function nameOf({ reading, batchRows }) {
    return `plain pipe, overlapped, ${readings[reading]}, batches of ${batchRows}`;
}

/** From the last first load on. Each round: a quiet sync, a change, the sync that brings it. */
async function compareIncrements(installation, rowsPerSecond) {
    installation.cluster.sql('bench', 'vacuum analyze');
    const quiet = [], atSource = [], detecting = [], detectingChanges = [], changed = [];
    const increment = [], peaks = [];
    const written = [];
    let statements = [];
    await sleep(quietAfterSeconds);
    for (let round = 0; round < rounds; ++round) {
        say(`increments, round ${round + 1} of ${rounds}`);
        await installation.sync();
        installation.cluster.sql('bench', 'checkpoint');
        installation.forgetSourceStatements();
        const rows = await installation.rowsWrittenBy(async () => {
            quiet.push(await installation.sync());
        });
        written.push(totalOf('quiet sync', rows));
        statements = installation.sourceStatements();
        atSource.push(milliseconds(statements));
        detecting.push(milliseconds(statements.filter(isSearch)));
        changed.push(installation.changeOnePercent(round));
        installation.cluster.sql('bench', 'checkpoint');
        installation.forgetSourceStatements();
        increment.push(await installation.sync());
        detectingChanges.push(milliseconds(installation.sourceStatements().filter(isSearch)));
        requireUpdated(increment[round], changed[round]);
        peaks.push(quiet[round].peakMiB, increment[round].peakMiB);
    }
    const quietMs = quiet.map(({ seconds }) => seconds * 1000);
    const allowed = changed.map(
        (rows, round) => (2 * detectingChanges[round]) / 1000 + rows / rowsPerSecond);
    const figures = [
        figure('quiet sync', 'ms', quietMs),
        figure('quiet sync, time at the source', 'ms', atSource),
        figure('quiet sync, its detectors', 'ms', detecting),
        figure('quiet sync, source per 100,000 conversations', 'ms',
            atSource.map((ms) => (ms / mainSize) * 100_000), { atMost: 50 }),
        figure('quiet sync / its detectors', 'ratio', ratios(quietMs, detecting), { atMost: 2 }),
        figure('quiet sync, rows written', 'rows', Math.max(...written), { atMost: 0 }),
        figure('increment, conversations changed', 'rows', changed),
        figure('increment, its detectors', 'ms', detectingChanges),
        figure('increment', 's', increment.map(({ seconds }) => seconds)),
        figure('increment / (2 x detectors + first-load rate)', 'ratio',
            increment.map(({ seconds }, round) => seconds / allowed[round]), { atMost: 1 }),
    ];
    return { figures, statements, peakMiB: Math.max(...peaks) };
}

/** Finds out what changed: reads Chatwoot's data, not the catalogue and not whole rows. */
function isSearch({ text }) {
    const data = /\b(conversations|messages|contacts|csat_survey_responses|vw_conversations_\w+)\b/;
    const wholeRows = /\b(message_compiled|contact_created_at at time zone)\b/;
    const catalogue = /\b(pg_catalog|pg_class|pg_attribute|information_schema)\b/;
    return data.test(text) && !catalogue.test(text) && !wholeRows.test(text);
}

function requireUpdated({ runs }, expected) {
    const updated = sum(runs.map((run) => run.updated));
    if (updated !== expected) throw new Error(`${updated} of ${expected} changes arrived`);
}

/** Of a first load, a full sync and an increment. */
async function peakMemory(installation) {
    const runs = [await installation.firstLoad(), await installation.sync('--force-full')];
    installation.changeOnePercent(0);
    runs.push(await installation.sync());
    return runs.map(({ peakMiB }) => peakMiB);
}

function memoryFigure(conversations, peaksMiB) {
    const name = `peak memory at ${conversations} conversations`;
    return figure(name, 'MiB', Math.max(...peaksMiB), { atMost: memoryBarMiB });
}

function conditions({ cluster }) {
    const settings = ['server_version', 'shared_buffers', 'max_wal_size', 'wal_compression', 'fsync'];
    const tables = ['conversations', 'contacts', 'messages'];
    const count = (table) => cluster.number('chatwoot', `select count(*) from ${table}`);
    return [
        figure('cores', '', String(availableParallelism())),
        figure('memory', '', `${Math.round(totalmem() / 2 ** 30)} GiB`),
        ...settings.map((name) => figure(name, '', cluster.sql('postgres', `show ${name}`))),
        ...tables.map((table) => figure(table, 'rows', count(table))),
        figure('transcript, mean', 'bytes', Math.round(cluster.transcriptBytes())),
    ];
}

/** All rows that `what` wrote, where it should not; says into which tables. */
function totalOf(what, rows) {
    const tables = Object.entries(rows).map(([table, written]) => `${written} in ${table}`);
    if (tables.length > 0) say(`the ${what} wrote rows: ${tables.join(', ')}`);
    return sum(Object.values(rows));
}

function rates(seconds) {
    return seconds.map((each) => mainSize / each);
}

function ratios(values, others) {
    return values.map((value, round) => value / others[round]);
}

function milliseconds(statements) {
    return sum(statements.map(({ ms }) => ms));
}

function describe(statements) {
    return statements
        .filter(({ ms }) => ms >= 0.1)
        .map((statement) => {
            const mark = isSearch(statement) ? 'd' : ' ';
            const ms = statement.ms.toFixed(1).padStart(8);
            return `${mark} ${ms} ms  ${statement.calls} x ${statement.text.slice(0, 80)}`;
        })
        .join('\n');
}

function say(text) {
    console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
