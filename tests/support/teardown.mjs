import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const steps = [];
const children = new Set();

/** Runs `step` when the file's tests are over, the last registered first. */
export function later(step) {
    steps.push(step);
}

/** Every test file hands this to `after`, so that nothing stays whatever failed. */
export async function tearDown() {
    const errors = [];
    while (steps.length > 0) {
        try {
            await steps.pop()();
        } catch (error) {
            errors.push(error);
        }
    }
    if (errors.length > 0) throw errors[0];
}

/** A fresh directory. Its path is short: a unix socket below it has to fit in 107 bytes. */
export function makeDirectory() {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'gt-'));
    // A server that was killed may still write its last files.
    const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };
    later(() => rmSync(directory, options));
    return directory;
}

/** Ends `child` with the tests, even when the test process itself is ended. */
export function endWithTests(child) {
    children.add(child);
    for (const event of ['exit', 'error']) child.once(event, () => children.delete(child));
    later(async () => {
        if (!children.has(child)) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await ended;
        clearTimeout(patience);
    });
}

process.on('exit', () => {
    for (const child of children) child.kill('SIGTERM');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
