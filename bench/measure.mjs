import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const lookEveryMs = 20;

/**
 * Runs a program to its end: how long it took, how much memory, what it printed. One that `mayFail`
 * may end with 1.
 */
export function measure(program, args, environment, { mayFail = false } = {}) {
    const start = process.hrtime.bigint();
    const child = spawn(program, args, {
        env: { PATH: process.env.PATH, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let seconds = 0;
    let peakMiB = 0;
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (errors += text));
    // The kernel keeps the high-water mark, so that only growth in the last moment can be missed.
    const watch = setInterval(() => {
        peakMiB = Math.max(peakMiB, highWaterMiB(child.pid));
    }, lookEveryMs);
    child.once('exit', () => {
        seconds = Number(process.hrtime.bigint() - start) / 1e9;
        clearInterval(watch);
    });
    return new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code) => {
            if (code === 0 || (mayFail && code === 1)) resolve({ seconds, peakMiB, output });
            else reject(new Error(`${program} ${args[0]} ended with ${code}: ${errors}`));
        });
    });
}

function highWaterMiB(pid) {
    try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    } catch {
        return 0; // it has just ended
    }
}
