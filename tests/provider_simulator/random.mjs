import { createHash, randomUUID } from 'node:crypto';

/** A repeatable sequence of numbers in [0, 1), the same for the same 32-bit seed. */
export function makeRandom(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** A 32-bit seed from texts or numbers. */
export function seedOf(...parts) {
    return createHash('sha1').update(JSON.stringify(parts)).digest().readUInt32LE(0);
}

/** An integer from `least` to `most`, both included. */
export function between(random, least, most) {
    return least + Math.floor(random() * (most - least + 1));
}

export function pick(random, items) {
    return items[Math.floor(random() * items.length)];
}

/** The items in another order. */
export function shuffled(random, items) {
    const mixed = [...items];
    for (let last = mixed.length - 1; last > 0; last -= 1) {
        const other = between(random, 0, last);
        [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
    }
    return mixed;
}

/** An id such as `file-0f3a…`: never the same twice, whatever the seed. */
export function newId(prefix) {
    return prefix + randomUUID().replaceAll('-', '');
}
