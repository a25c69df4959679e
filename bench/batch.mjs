// Measures an analysis by the provider's batches: a backlog submitted and collected, in what time and
// memory, and at what price. docs/performance.md explains the figures.
//   usage: node bench/batch.mjs [--build DIRECTORY] [--leads 50000]
// Prints a table and writes build/bench/batch.json.
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
        leads: { type: 'string', default: '50000' },
    },
});
const geniai = join(resolve(options.build), 'geniai');
const leads = Number(options.leads);
const liveLeads = 50;

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const warehouse = await LeadWarehouse.make(geniai, leads + liveLeads, 20);
await warehouse.control({ batch_seconds: 1 });
const figures = await measureBatch();
await warehouse.stop();
console.log(table(figures));
mkdirSync(join(top, 'build/bench'), { recursive: true });
writeFileSync(join(top, 'build/bench/batch.json'), json(figures));

async function measureBatch() {
    await analyze(liveLeads);
    const live = cost('not is_batch') / liveLeads;
    say(`submitting ${leads}`);
    const submitted = await analyze(leads, '--within-hours', '36');
    const summary = JSON.parse(submitted.output);
    say(`${summary.asked} asked, in ${summary.batches.length} batches; collecting`);
    let seconds = 0, peakMiB = 0;
    for (;;) {
        const collected = await warehouse.run(['batch', 'collect', '--json']);
        const { batches, waiting, analysed } = JSON.parse(collected.output);
        if (batches === 0) break;
        if (analysed > 0) seconds += collected.seconds;
        peakMiB = Math.max(peakMiB, collected.peakMiB);
        if (waiting > 0) await sleep(1);
    }
    const batch = cost('is_batch');
    const { billed } = await warehouse.stats();
    const analysed = warehouse.number(`select count(distinct conversation_id) from lead_analyses`);
    return [
        figure('questions', '', summary.asked),
        figure('batches', '', summary.batches.length),
        figure('submitted', 'questions/s', summary.asked / submitted.seconds),
        figure('peak memory of the submission', 'MiB', submitted.peakMiB),
        figure('collected', 'answers/s', summary.asked / seconds),
        figure('peak memory of a collection', 'MiB', peakMiB),
        figure('not analysed', '', leads + liveLeads - analysed, { atMost: 0 }),
        figure('cost / the same live', 'ratio', batch / (live * summary.asked), { atMost: 0.55 }),
        figure('booked / billed', 'ratio',
            (batch + live * liveLeads) / ((Number(billed.pico_usd) * 5.5) / 1e6), { atLeast: 1 }),
        figure('reservations left open', '', warehouse.number('select count(*) from llm_reservations'),
            { atMost: 0 }),
    ];
}

function cost(where) {
    return warehouse.number(`select coalesce(sum(brl), 0) from llm_calls where ${where}`);
}

function analyze(limit, ...more) {
    return warehouse.run(['analyze', '--tenant-id', '1', '--limit', String(limit), ...more, '--json']);
}

function say(text) {
    console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
