import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, Limits } from './limits.mjs';
import { between, makeRandom } from './random.mjs';
import { SlidingWindow } from './windows.mjs';

test('what was added counts for exactly the length of the window', () => {
    const window = new SlidingWindow(1_000);
    window.add(0, 3);
    window.add(400, 4);
    assert.equal(window.sum(999), 7);
    assert.equal(window.sum(1_000), 4);
    assert.equal(window.sum(1_399), 4);
    assert.equal(window.sum(1_400), 0);
    assert.equal(window.largest, 7);
});

test('the wait is the time until enough has left the window', () => {
    const window = new SlidingWindow(1_000);
    for (const time of [0, 100, 200]) window.add(time, 10);
    assert.equal(window.waitMs(250, 10, 40), 0);
    assert.equal(window.waitMs(250, 5, 30), 750);
    assert.equal(window.waitMs(250, 11, 30), 850);
    assert.equal(window.waitMs(250, 31, 30), Infinity);
    assert.equal(window.resetMs(250), 950);
    assert.equal(window.resetMs(1_200), 0);
});

test('sums and the largest sum agree with counting by hand', () => {
    const random = makeRandom(7);
    const window = new SlidingWindow(500);
    const all = [];
    let now = 0;
    let largest = 0;
    for (let step = 0; step < 2_000; step += 1) {
        now += between(random, 0, 40);
        const amount = between(random, 1, 900);
        all.push({ now, amount });
        window.add(now, amount);
        const inside = all.filter((one) => one.now > now - 500);
        const sum = inside.reduce((total, one) => total + one.amount, 0);
        largest = Math.max(largest, sum);
        assert.equal(window.sum(now), sum);
    }
    assert.equal(window.largest, largest);
});

test('a window forgets what has left it', () => {
    const window = new SlidingWindow(1_000);
    for (let now = 0; now < 200_000; now += 1) window.add(now, 1);
    assert.equal(window.sum(199_999), 1_000);
    assert.ok(window.size < 20_000, `${window.size} entries`);
});

test('a limit that never passes is not passed at any moment of a busy hour', () => {
    let now = 0;
    const limits = new Limits(() => now);
    const allowed = { rpm: 30, tpm: 5_000, rpd: 900 };
    const random = makeRandom(3);
    while (now < 3_600_000) {
        now += between(random, 1, 900);
        const tokens = between(random, 50, 400);
        if (limits.check(allowed, tokens) === undefined) limits.count(tokens);
    }
    const largest = limits.largest();
    assert.equal(largest.requests_per_minute, 30);
    assert.ok(largest.tokens_per_minute <= 5_000);
    assert.equal(largest.requests_per_day, 900);
});

test('durations are written as the provider writes them', () => {
    for (const [ms, text] of [
        [0, '0s'],
        [11.2, '12ms'],
        [999.5, '1s'],
        [1_500, '1.5s'],
        [59_999, '59.999s'],
        [60_000, '1m0s'],
        [360_000, '6m0s'],
        [367_250, '6m7.25s'],
        [3_600_000, '1h0m0s'],
        [86_400_000, '24h0m0s'],
    ]) {
        assert.equal(formatDuration(ms), text);
    }
});
