// Measures an outage of the provider in the middle of an analysis, with the pauses that an installation
// has: how many calls are made meanwhile, how long the work takes to go on by itself, and whether
// anything is lost. docs/performance.md explains the figures.
//   usage: node bench/outage.mjs [--build DIRECTORY] [--seconds 300] [--leads 1000] [--workers 10]
// Prints a table and writes build/bench/outage.json. Mostly waits.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSimulator } from '../tests/provider_simulator/simulator.mjs';
import { Cluster, sleep } from './cluster.mjs';
import { figure, json, table } from './figures.mjs';
import { measure } from './measure.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
    options: {
        build: { type: 'string', default: join(top, 'build/release') },
        seconds: { type: 'string', default: '300' },
        leads: { type: 'string', default: '1000' },
        workers: { type: 'string', default: '10' },
    },
});
const geniai = join(resolve(options.build), 'geniai');
const outageSeconds = Number(options.seconds);
const leads = Number(options.leads);
const secondsBefore = 5;
const latencyMs = 300;
// The breaker's longest pause, and the call that ends it.
const recoveryMax = 65;
const lookEverySeconds = 0.1;

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const cluster = await Cluster.make(geniai, 50);
await makeWarehouse();
const simulator = await startSimulator({ latencyMs });
const figures = await outage();
await simulator.stop();
await cluster.stop();
console.log(table(figures));
mkdirSync(join(top, 'build/bench'), { recursive: true });
writeFileSync(join(top, 'build/bench/outage.json'), json(figures));

/** Without limits, so that nothing but the outage holds a call up. */
async function makeWarehouse() {
    cluster.sql('postgres', 'create database bench owner geniai_owner');
    await run(['migrate'], { GENIAI_WAREHOUSE_OWNER_URL: cluster.url('bench', 'geniai_owner') });
    cluster.sql(
        'bench',
        `insert into tenants (id, name, slug) values (1, 'One', 'one');
         update llm_limits set requests_per_minute = null, tokens_per_minute = null,
                requests_per_day = null, brl_per_day = null, brl_per_month = null;
         insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name) values (1, 1, 'WhatsApp');
         insert into conversations (tenant_id, conversation_id, display_id, account_id, inbox_id,
                                    status, conversation_created_at, conversation_updated_at,
                                    row_hash, user_messages_count, last_public_message_at)
         select 1, n, n, 1, 1, 0, now(), now(), 0, 1, now() - make_interval(hours => 30, secs => n)
           from generate_series(1, ${leads}) n;
         insert into conversation_transcripts (tenant_id, conversation_id, message_compiled, text_hash)
         select 1, n, jsonb_build_array(
                    jsonb_build_object('message_id', 1, 'author', 'contact',
                        'text', 'Olá, quanto custa o plano mensal da unidade ' || n || '?'),
                    jsonb_build_object('message_id', 2, 'author', 'human',
                        'text', 'Sai por R$ 129,90. Quer conhecer?')), 0
           from generate_series(1, ${leads}) n;
         insert into classifications (tenant_id, conversation_id, is_lead, visit_scheduled,
                                      crm_converted, score, category, rules_version, verdict_hash)
         select 1, n, true, false, false, 50, 'PRECO_PLANOS', 'v', '\\x00'
           from generate_series(1, ${leads}) n`,
    );
}

async function outage() {
    const running = analyze();
    await sleep(secondsBefore);
    const before = (await stats()).accepted;
    say(`${before} calls answered; the provider goes away for ${outageSeconds} s`);
    await control({ outage: true });
    await sleep(outageSeconds);
    const { accepted, refused } = await stats();
    await control({ outage: false });
    const end = performance.now();
    say(`${refused.outage} calls were made meanwhile; the provider is back`);
    while ((await stats()).accepted === accepted) await sleep(lookEverySeconds);
    const recovery = (performance.now() - end) / 1000;
    say(`the first answer after ${recovery.toFixed(1)} s`);
    const summary = await running;
    const failed = Object.values(summary.failures).reduce((sum, count) => sum + count, 0);
    say(`the run ended: ${JSON.stringify(summary)}`);
    // Those whose repeats were used up wait for a quarter of an hour: it passes here. A run also gives
    // back the leads that it had claimed ahead and that an outage made it keep for too long.
    cluster.sql('bench', `update lead_claims set not_before = '-infinity'`);
    const later = await analyze();
    const state = (where) => cluster.number('bench', `select count(*) from ${where}`);
    const analysed = cluster.number('bench', 'select count(distinct conversation_id) from lead_analyses');
    const bill = (await stats()).billed;
    const booked = cluster.number('bench', 'select coalesce(sum(brl), 0) from llm_calls');
    return [
        figure('outage', 's', outageSeconds),
        figure('leads', '', leads),
        figure('answered before it', 'calls', before),
        figure('calls during the outage', 'calls', refused.outage),
        figure('seconds to the first answer after it', 's', recovery, { atMost: recoveryMax }),
        figure('analysed by the run itself', 'leads', summary.analysed),
        figure('failed in it', 'leads', failed),
        figure('left to the next run, which analysed', 'leads', later.analysed),
        figure('lost', 'leads', leads - analysed, { atMost: 0 }),
        figure('analysed twice', 'leads', state('lead_analyses') - analysed, { atMost: 0 }),
        figure('reservations left open', '', state('llm_reservations'), { atMost: 0 }),
        figure('booked / billed', 'ratio', booked / ((Number(bill.pico_usd) * 5.5) / 1e6), {
            atLeast: 1,
        }),
    ];
}

async function analyze() {
    const args = ['--tenant-id', '1', '--limit', String(leads), '--workers', options.workers];
    const done = await run(['analyze', ...args, '--json'], {
        OPENAI_API_KEY: 'simulator-key',
        OPENAI_BASE_URL: `${simulator.url}/v1`,
    });
    return JSON.parse(done.output);
}

/** A run that could not do all of its work says so with 1 and its result. */
function run(args, environment) {
    return measure(
        geniai,
        args,
        {
            GENIAI_WAREHOUSE_URL: cluster.url('bench', 'geniai_app'),
            GENIAI_LOG_LEVEL: 'error',
            ...environment,
        },
        { mayFail: true },
    );
}

async function stats() {
    return (await fetch(`${simulator.url}/stats?requests=0`)).json();
}

async function control(change) {
    await fetch(`${simulator.url}/control`, { method: 'POST', body: JSON.stringify(change) });
}

function say(text) {
    console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
