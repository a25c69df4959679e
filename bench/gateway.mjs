// Measures the gateway: how many calls a second it admits and settles, how close it comes to what the
// provider's latency allows, and how much of a limit it uses. docs/performance.md explains the figures.
//   usage: node bench/gateway.mjs [--build DIRECTORY] [--minutes N] [--only admission,latency,limit]
// Prints a table and writes build/bench/gateway.json.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSimulator } from '../tests/provider_simulator/simulator.mjs';
import { Cluster } from './cluster.mjs';
import { figure, json, table } from './figures.mjs';
import { measure } from './measure.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
    options: {
        build: { type: 'string', default: join(top, 'build/release') },
        minutes: { type: 'string', default: '3' },
        only: { type: 'string', default: 'admission,latency,limit' },
    },
});
const build = resolve(options.build);
const clients = 16;
const admissionSeconds = 8;
const rounds = 3;
const latencyMs = 1500;
const inFlight = 500;

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const cluster = await Cluster.make(join(build, 'geniai'), 50);
await makeWarehouse();
const parts = { admission, latency: latencyBound, limit: limitBound };
const figures = [];
for (const part of options.only.split(',')) figures.push(...(await parts[part]()));
await cluster.stop();
console.log(table(figures));
mkdirSync(join(top, 'build/bench'), { recursive: true });
writeFileSync(join(top, 'build/bench/gateway.json'), json(figures));

async function makeWarehouse() {
    cluster.sql('postgres', 'create database bench owner geniai_owner');
    await measure(join(build, 'geniai'), ['migrate'], {
        GENIAI_WAREHOUSE_URL: cluster.url('bench', 'geniai_app'),
        GENIAI_WAREHOUSE_OWNER_URL: cluster.url('bench', 'geniai_owner'),
        GENIAI_LOG_LEVEL: 'error',
    });
    cluster.sql('bench', `insert into tenants (id, name, slug, uses_model) values (1, 'One', 'one', true)`);
}

/** Without any limit but the largest numbers, so that every check is made and none refuses. */
function liftLimits(limits) {
    cluster.sql(
        'bench',
        `truncate llm_calls, llm_refunds, llm_reservations, llm_buckets, llm_meters, llm_limits;
         insert into llm_meters (tenant_id) values (0);
         insert into llm_limits (tenant_id, requests_per_minute, tokens_per_minute,
                                 requests_per_day, brl_per_day, brl_per_month)
         values (0, ${limits.rpm}, ${limits.tpm}, 1000000000, 1000000000000000, 1000000000000000),
                (1, 1000000000, 1000000000000, 1000000000, 1000000000000000, 1000000000000000)`,
    );
}

/**
 * Pairs of reserve and settle. The clients share connections, as those of a gateway do; each with one
 * of its own is what so many processes would have. How many the machine makes of the barest pairs that
 * lock and write as many rows says what its minute was worth.
 */
async function admission() {
    const bare = [];
    for (let round = 0; round < rounds; ++round) bare.push(barePairsPerSecond());
    const figures = [figure(`bare pairs, ${clients} connections`, 'pairs/s', bare)];
    for (const connections of [2, 4, clients]) {
        const perSecond = [];
        for (let round = 0; round < rounds; ++round) {
            say(`admission over ${connections} connections, round ${round + 1} of ${rounds}`);
            liftLimits({ rpm: 1_000_000_000, tpm: 1_000_000_000_000 });
            cluster.sql('bench', 'vacuum analyze');
            const run = await measure(
                join(build, 'admission_load'),
                [cluster.url('bench', 'geniai_app'), clients, connections, admissionSeconds].map(String),
                {},
            );
            const { pairs, seconds } = JSON.parse(run.output);
            perSecond.push(pairs / seconds);
        }
        const name = `reserve + settle, ${clients} clients over ${connections} connections`;
        figures.push(figure(name, 'pairs/s', perSecond, { atLeast: 2000 }));
    }
    return figures;
}

/** One transaction that locks, counts and writes a row, and one that deletes it and writes another. */
function barePairsPerSecond() {
    cluster.sql(
        'bench',
        `drop table if exists bare_meter, bare_open, bare_ended;
         create table bare_meter (n bigint);
         insert into bare_meter values (0);
         create table bare_open (id bigint primary key);
         create table bare_ended (id bigint primary key)`,
    );
    const script = `
        \\set id (random(1, 1000000000000))
        \\startpipeline
        begin;
        set local synchronous_commit = off;
        select pg_advisory_xact_lock(1);
        update bare_meter set n = n + 1;
        insert into bare_open values (:id) on conflict do nothing;
        commit;
        \\endpipeline
        \\startpipeline
        begin;
        set local synchronous_commit = off;
        delete from bare_open where id = :id;
        insert into bare_ended values (:id) on conflict do nothing;
        commit;
        \\endpipeline`;
    const output = execFileSync(
        cluster.program('pgbench'),
        ['-n', '-M', 'prepared', '-c', clients, '-j', 2, '-T', 4, '-f', '-', cluster.url('bench')].map(String),
        { input: script.replaceAll(/^ +/gm, ''), encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] },
    );
    return Number(/tps = ([\d.]+)/.exec(output)[1]);
}

async function load(simulator, questions, promptTokens) {
    const run = await measure(
        join(build, 'gateway_load'),
        [cluster.url('bench', 'geniai_app'), simulator.url, questions, inFlight, promptTokens].map(String),
        {},
    );
    return JSON.parse(run.output);
}

async function statsOf(simulator) {
    return (await fetch(`${simulator.url}/stats?requests=0`)).json();
}

/** With wide limits: what latency and calls in flight allow. */
async function latencyBound() {
    const simulator = await startSimulator({ latencyMs });
    const ideal = inFlight / (latencyMs / 1000);
    const questions = inFlight * 40;
    const rates = [], cpu = [], peaks = [];
    for (let round = 0; round < rounds; ++round) {
        say(`${inFlight} in flight, round ${round + 1} of ${rounds}`);
        liftLimits({ rpm: 1_000_000_000, tpm: 1_000_000_000_000 });
        // As long as a conversation of ten messages.
        const run = await load(simulator, questions, 520);
        if (run.answered !== questions) throw new Error(JSON.stringify(run));
        rates.push(run.answered / run.seconds / ideal);
        cpu.push((run.cpu_seconds / run.answered) * 1000);
        peaks.push(run.peak_mib);
    }
    await simulator.stop();
    return [
        figure(`${inFlight} in flight of ${latencyMs} ms / ideal`, 'ratio', rates, { atLeast: 0.95 }),
        figure('CPU of a call', 'ms', cpu, { atMost: 1 }),
        figure('peak memory', 'MiB', Math.max(...peaks), { atMost: 150 }),
    ];
}

/**
 * At the default limits, for some minutes: how much of them is used, and whether any is passed. Of small
 * calls a whole number fits a window, and what is not used is the gateway's doing; of calls as large as an
 * analysis, a last one does not fit.
 */
async function limitBound() {
    const figures = [];
    for (const prompt of [140, 520]) figures.push(...(await limitUsed(prompt, 100)));
    return figures;
}

async function limitUsed(prompt, answer) {
    const limits = { rpm: 400, tpm: 24_000 };
    const minutes = Number(options.minutes);
    const size = prompt + answer;
    const simulator = await startSimulator({ ...limits, latencyMs: 300 });
    liftLimits(limits);
    // The tokens are what is short, and whole windows are filled.
    const fit = Math.floor(limits.tpm / size);
    const questions = fit * minutes;
    say(`${questions} calls of ${size} at ${limits.rpm} requests and ${limits.tpm} tokens a minute`);
    const run = await load(simulator, questions, prompt);
    const stats = await statsOf(simulator);
    await simulator.stop();
    // The first window is full at once; each minute after that gives another.
    const used = (run.answered * size) / (1 + run.seconds / 60);
    const whole = fit * size;
    const name = `calls of ${size}`;
    const largest = stats.window_max.tokens_per_minute / limits.tpm;
    return [
        figure(`${name}, tokens of a minute used, mean`, 'ratio', used / limits.tpm),
        figure(`${name}, the same of what whole calls fill`, 'ratio', used / whole, { atLeast: 0.97 }),
        figure(`${name}, most tokens in a minute / limit`, 'ratio', largest, { atMost: 1 }),
        figure(`${name}, refused by the provider`, 'ratio',
            (stats.refused.http_429 ?? 0) / stats.accepted, { atMost: 0.001 }),
    ];
}

function say(text) {
    console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
