import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { programPath } from './paths.mjs';
import { endWithTests, makeDirectory } from './teardown.mjs';

const secrets = new Set();
const runLimitMs = 90_000;

/** From now on no run of the program may print `text`. Returns it. */
export function keepSecret(text) {
    secrets.add(text);
    return text;
}

/**
 * Starts the program with exactly these settings, in an empty directory, so that nothing of the
 * machine's environment and no geniai.toml but the test's own has a part in it.
 */
export function start(args, { env = {}, cwd = makeDirectory(), stdin = '' } = {}) {
    const { PATH, HOME, ASAN_OPTIONS } = process.env;
    const child = spawn(programPath, args, {
        cwd,
        env: { PATH, HOME, LANG: 'C.UTF-8', ...(ASAN_OPTIONS && { ASAN_OPTIONS }), ...env },
    });
    endWithTests(child);
    child.stdin.on('error', () => {}); // it may end without reading
    child.stdin.end(stdin);
    return new Running(child, args);
}

/** Runs the program to its end and checks what holds for every run of it. */
export async function run(args, options = {}) {
    const running = start(args, options);
    const limit = pause(runLimitMs, undefined, { ref: false }).then(() => {
        running.child.kill('SIGKILL');
        throw new Error(`geniai ${args.join(' ')} does not end`);
    });
    const result = await Promise.race([running.ended, limit]);
    if (!options.showsPasswords) checkSecrets(args, result);
    checkErrorLines(args, result);
    return result;
}

/** What the program says when it has done nothing: this exit code and one line about `problem`. */
export function assertRefused(result, code, problem) {
    assertEnd(result, code);
    assert.equal(result.complaints.length, 1, `one line of complaint: ${result.stderr}`);
    assert.match(result.complaints[0], problem);
}

export function assertDone(result) {
    assertEnd(result, 0);
    assert.deepEqual(result.complaints, []);
}

/** Runs the program, which must succeed, and parses what it prints. */
export async function runJson(args, options) {
    const result = await run([...args, '--json'], options);
    assertDone(result);
    return JSON.parse(result.stdout);
}

function assertEnd({ code, signal, stderr }, wanted) {
    assert.equal(signal, null, `ended by a signal; stderr: ${stderr}`);
    assert.equal(code, wanted, `exit code; stderr: ${stderr}`);
}

class Running {
    constructor(child, args) {
        this.child = child;
        this.args = args;
        this.stdout = '';
        this.stderr = '';
        const begin = performance.now();
        child.stdout.setEncoding('utf8').on('data', (text) => (this.stdout += text));
        child.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
        this.ended = new Promise((resolve, reject) => {
            child.once('error', reject);
            child.once('close', (code, signal) => {
                const { stdout, stderr } = this;
                const seconds = (performance.now() - begin) / 1000;
                resolve({ code, signal, stdout, stderr, seconds, ...splitErrorLines(stderr) });
            });
        });
    }

    /** The first line on standard output; fails when the program ends without one. */
    async firstLine() {
        const line = () => this.stdout.slice(0, this.stdout.indexOf('\n'));
        while (!this.stdout.includes('\n')) {
            const end = await Promise.race([this.ended, pause(10)]);
            if (end && !this.stdout.includes('\n')) {
                throw new Error(
                    `geniai ${this.args[0]} ended: ${end.code ?? end.signal}, ${end.stderr}`,
                );
            }
        }
        return line();
    }

    /** Sends `signal` and waits for the end. */
    async stop(signal = 'SIGTERM') {
        this.child.kill(signal);
        return this.ended;
    }
}

function splitErrorLines(stderr) {
    const lines = stderr.split('\n').filter((line) => line !== '');
    return {
        logLines: lines.filter((line) => line.startsWith('{')),
        complaints: lines.filter((line) => !line.startsWith('{')),
    };
}

function checkErrorLines(args, { logLines, complaints }) {
    for (const line of logLines) {
        const { time, level, event } = JSON.parse(line);
        assert.ok(time && level && event, `a log line says when, how bad and what: ${line}`);
    }
    for (const line of complaints) {
        assert.match(line, /^geniai: \S/, `standard error of geniai ${args.join(' ')}`);
    }
}

function checkSecrets(args, { stdout, stderr }) {
    for (const secret of secrets) {
        const leaked = stdout.includes(secret) || stderr.includes(secret);
        assert.ok(!leaked, `geniai ${args.join(' ')} prints the secret ${secret}`);
    }
}
