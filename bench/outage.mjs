// Measures an outage of the provider in the middle of an analysis, with the pauses that an installation
// has: how many calls are made meanwhile, how long the work takes to go on by itself, and whether
// anything is lost. docs/performance.md explains the figures.
//   usage: node bench/outage.mjs [--build DIRECTORY] [--seconds 300] [--leads 1000] [--workers 10]
// Prints a table and writes build/bench/outage.json. Mostly waits.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sleep } from './cluster.mjs';
import { figure, json, table } from './figures.mjs';
import { LeadWarehouse } from './lead_warehouse.mjs';

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

const warehouse = await LeadWarehouse.make(geniai, leads, latencyMs);
const figures = await outage();
await warehouse.stop();
console.log(table(figures));
mkdirSync(join(top, 'build/bench'), { recursive: true });
writeFileSync(join(top, 'build/bench/outage.json'), json(figures));

async function outage() {
    const running = analyze();
    await sleep(secondsBefore);
    const before = (await warehouse.stats()).accepted;
    say(`${before} calls answered; the provider goes away for ${outageSeconds} s`);
    await warehouse.control({ outage: true });
    await sleep(outageSeconds);
    const { accepted, refused } = await warehouse.stats();
    await warehouse.control({ outage: false });
    const end = performance.now();
    say(`${refused.outage} calls were made meanwhile; the provider is back`);
    while ((await warehouse.stats()).accepted === accepted) await sleep(lookEverySeconds);
    const recovery = (performance.now() - end) / 1000;
    say(`the first answer after ${recovery.toFixed(1)} s`);
    const summary = await running;
    const failed = Object.values(summary.failures).reduce((sum, count) => sum + count, 0);
    say(`the run ended: ${JSON.stringify(summary)}`);
    // Those whose repeats were used up wait for a quarter of an hour: it passes here. A run also gives
    // back the leads that it had claimed ahead and that an outage made it keep for too long.
    warehouse.sql(`update analysis_claims set not_before = '-infinity'`);
    const later = await analyze();
    const state = (where) => warehouse.number(`select count(*) from ${where}`);
    const analysed = warehouse.number('select count(distinct conversation_id) from lead_analyses');
    const bill = (await warehouse.stats()).billed;
    const booked = warehouse.number('select coalesce(sum(brl), 0) from llm_calls');
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
    return JSON.parse((await warehouse.run(['analyze', ...args, '--json'])).output);
}

function say(text) {
    console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
