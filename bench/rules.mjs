// Measures the rules: against a straightforward Python version of the same lists, and against the rate
// at which a sync moves rows. docs/performance.md explains the figures.
//   usage: node bench/rules.mjs [--build DIRECTORY] [--conversations N] [--rounds N]
// Prints a table and writes build/bench/rules.json.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cluster } from './cluster.mjs';
import { figure, json, table } from './figures.mjs';
import { Installation } from './installation.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const { values: options } = parseArgs({
    options: {
        build: { type: 'string', default: join(top, 'build/release') },
        conversations: { type: 'string', default: '20000' },
        rounds: { type: 'string', default: '5' },
    },
});
const build = resolve(options.build);
const rules = join(top, 'src/analysis/rules_ptbr.toml');

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const cluster = await Cluster.make(join(build, 'geniai'), Number(options.conversations));
const installation = new Installation(cluster, build);
const transcripts = cluster.sql(
    'chatwoot',
    'select message_compiled::jsonb from geniai.vw_conversations_analytics_final',
);
const ours = [], sync = [], baselines = [];
for (let round = 0; round < Number(options.rounds); ++round) {
    console.error(`round ${round + 1} of ${options.rounds}`);
    const run = rate(join(build, 'classify_rate'), [rules]);
    ours.push(run.conversations_per_second);
    sync.push(run.conversations / (await installation.firstLoad('--no-classify')).seconds);
    baselines.push(
        rate('python3', [join(top, 'bench/rules_baseline.py'), rules]).conversations_per_second);
}
await cluster.stop();
const figures = [
    figure('rules, one thread', 'conversations/s', ours),
    figure('Python re, the same lists', 'conversations/s', baselines),
    figure('rules / Python', 'ratio', ours.map((rate, i) => rate / baselines[i]), { atLeast: 50 }),
    figure('sync, not classified', 'rows/s', sync),
    figure('rules / sync', 'ratio', ours.map((rate, i) => rate / sync[i]), { atLeast: 1 / 3 }),
];
console.log(table(figures));
mkdirSync(join(top, 'build/bench'), { recursive: true });
writeFileSync(join(top, 'build/bench/rules.json'), json(figures));

function rate(program, args) {
    const output = execFileSync(program, args, {
        input: transcripts,
        encoding: 'utf8',
        maxBuffer: 2 ** 20,
        stdio: ['pipe', 'pipe', 'inherit'],
    });
    return JSON.parse(output);
}
