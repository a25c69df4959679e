import { readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

const testsDirectory = fileURLToPath(new URL('..', import.meta.url));
const filesAtOnce = 2; // the tests wait more than they compute, but measure times too
const fileLimitMs = 300_000;

/** Runs the test files of a folder: a line for a file that passes, everything of a failure. */
export async function runNodeTests(folder) {
    const directory = path.join(testsDirectory, folder);
    const names = readdirSync(directory).filter((name) => name.endsWith('.test.mjs'));
    const files = names.sort().map((name) => path.join(directory, name));
    const tally = new Tally(files);
    const stream = run({ files, concurrency: filesAtOnce, timeout: fileLimitMs });
    stream.on('test:pass', (event) => tally.pass(event));
    stream.on('test:fail', (event) => tally.fail(event));
    stream.on('test:stdout', ({ message }) => process.stdout.write(message));
    stream.on('test:stderr', ({ message }) => process.stdout.write(message));
    await new Promise((resolve, reject) => {
        stream.once('error', reject);
        stream.once('end', resolve);
        stream.resume();
    });
    return tally.finish();
}

class Tally {
    constructor(files) {
        this.files = new Map(
            files.map((file) => [file, { passed: 0, failed: 0, skipped: 0, ms: 0 }]),
        );
    }

    pass({ name, file, skip, todo, details, nesting }) {
        if (isFile(name, file) || details.type === 'suite') return;
        const counts = this.files.get(file);
        const left = skip !== undefined || todo !== undefined;
        counts[left ? 'skipped' : 'passed'] += 1;
        if (nesting === 0) counts.ms += details.duration_ms;
    }

    fail({ name, file, details, nesting }) {
        // A suite fails with its tests, which are counted themselves.
        const reason = details.error?.failureType;
        if (details.type === 'suite' && reason === 'subtestsFailed') return;
        const counts = this.files.get(file);
        if (isFile(name, file) && counts.failed > 0) return;
        counts.failed += 1;
        if (nesting === 0) counts.ms += details.duration_ms;
        console.log(`  FAILED ${path.relative(testsDirectory, file)}: ${name}`);
        console.log(indented(inspect(details.error?.cause ?? details.error, { depth: 4 })));
    }

    finish() {
        const total = { passed: 0, failed: 0, skipped: 0 };
        for (const [file, counts] of this.files) {
            const name = path.basename(file, '.test.mjs');
            const size = counts.passed + counts.failed + counts.skipped;
            if (size === 0) {
                console.log(`  FAILED ${name}: no test ran`);
                counts.failed = 1;
            }
            const seconds = (counts.ms / 1000).toFixed(1);
            if (counts.failed === 0) console.log(`  ok ${name} (${size}, ${seconds} s)`);
            for (const key of Object.keys(total)) total[key] += counts[key];
        }
        return total;
    }
}

/** The runner reports a file as a test of its own, named by its path, when it breaks as a whole. */
function isFile(name, file) {
    return name === file;
}

function indented(text) {
    return text.replace(/^/gm, '    ');
}
