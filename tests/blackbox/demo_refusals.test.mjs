import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { demoArguments, startDemo } from '../support/demo.mjs';
import { takePort } from '../support/network.mjs';
import { remainingProcessesOf } from '../support/processes.mjs';
import { assertDone, assertRefused, run, start } from '../support/program.mjs';
import { makeDirectory, tearDown } from '../support/teardown.mjs';

const conversations = 30;
const endSeconds = 10;
const marker = 'geniai-demo.json';
const earlyKills = 12;
const earlyMs = 40; // the program itself needs half of it to begin

after(tearDown);

test('a port in use is named, and no PostgreSQL stays', async () => {
    const directory = makeDirectory();
    const { port, free } = await takePort();
    const result = await run(demoArguments(directory, conversations, '--port', String(port)));
    await free();
    assert.doesNotMatch(result.stderr, /--listen/, 'the demo has no such option');
    assertRefused(result, 1, new RegExp(`port ${port} .*in use; choose another`));
    assert.deepEqual(await remainingProcessesOf(directory, endSeconds), []);
    assertDone(await run(demoArguments(directory, conversations, '--check')));
});

test('a directory with other files is left alone', async () => {
    const directory = makeDirectory();
    writeFileSync(path.join(directory, 'thesis.txt'), 'ten years of work');
    const result = await run(demoArguments(directory, conversations));
    assertRefused(result, 2, /is not empty and no demo of ours; choose another --data-dir/);
    assert.deepEqual(readdirSync(directory), ['thesis.txt']);
});

test('a file is no data directory', async () => {
    const file = path.join(makeDirectory(), 'file');
    writeFileSync(file, 'text');
    assertRefused(await run(demoArguments(file, conversations)), 2, /cannot use .*file/);
    assert.equal(readFileSync(file, 'utf8'), 'text');
});

test('a directory of a newer program is left alone', async () => {
    const directory = makeDirectory();
    const content = JSON.stringify({ format: 1_000, conversations });
    writeFileSync(path.join(directory, marker), content);
    const result = await run(demoArguments(directory, conversations));
    assertRefused(result, 1, /was made by a newer geniai/);
    assert.deepEqual(readdirSync(directory), [marker]);
    assert.equal(readFileSync(path.join(directory, marker), 'utf8'), content);
});

test('a first start that is killed at once leaves nothing that the next one refuses', async () => {
    for (let attempt = 0; attempt < earlyKills; ++attempt) {
        const directory = makeDirectory();
        const killed = start(demoArguments(directory, conversations, '--port', '0'));
        const moment = Math.random() * earlyMs;
        await pause(moment);
        await killed.stop('SIGKILL');
        const next = start(demoArguments(directory, conversations, '--port', '0'));
        const begins = () => existsSync(path.join(directory, 'pgdata'));
        while (!begins() && next.child.exitCode === null) await pause(5);
        const end = await next.stop('SIGKILL');
        assert.ok(begins(), `killed after ${moment.toFixed(1)} ms: ${end.stderr}`);
        await remainingProcessesOf(directory, endSeconds);
    }
});

test('another size on existing data is refused with the way out', async () => {
    const demo = await startDemo({ conversations });
    await demo.running.stop();
    const result = await run(demoArguments(demo.directory, conversations + 1));
    assertRefused(result, 1, /say --conversations 30, or choose another --data-dir/);
});

test('one directory is served by one demo', async () => {
    const demo = await startDemo({ conversations });
    const second = await run(demoArguments(demo.directory, conversations, '--port', '0'));
    assertRefused(second, 5, /another demo runs in/);
    const answer = await fetch(`${demo.address}/readyz`);
    assert.equal(answer.status, 200, 'the first one serves on');
    assert.equal((await demo.running.stop()).code, 0);
});

test('a path that is too long for a unix socket is told before anything is made', async () => {
    const parent = makeDirectory();
    const directory = path.join(parent, 'x'.repeat(100));
    assertRefused(await run(demoArguments(directory, conversations)), 2, /too long.*shorter/);
    assert.ok(!existsSync(path.join(directory, 'pgdata')));
    assert.deepEqual(readdirSync(parent), []);
});

test('numbers that make no sense are refused before anything is made', async () => {
    const directory = path.join(makeDirectory(), 'new');
    for (const [option, value] of [
        ['--conversations', '0'],
        ['--conversations', '-5'],
        ['--conversations', 'many'],
        ['--conversations', '99999999999'],
        ['--port', '65536'],
        ['--port', '-1'],
    ]) {
        const result = await run(['demo', '--data-dir', directory, option, value]);
        assertRefused(result, 2, new RegExp(option));
    }
    assert.ok(!existsSync(directory));
});

test('a directory that nobody may make is refused', async () => {
    const file = path.join(makeDirectory(), 'file');
    writeFileSync(file, '');
    const below = path.join(file, 'demo');
    assertRefused(await run(demoArguments(below, conversations)), 2, /cannot use/);
});
