/** A map that forgets what was put in first when it is full. */
export class BoundedMap {
    #entries = new Map();
    #sizeMax;
    #forgotten = 0;

    constructor(sizeMax) {
        this.#sizeMax = sizeMax;
    }

    get(key) {
        return this.#entries.get(key);
    }

    set(key, value) {
        this.#entries.set(key, value);
        if (this.#entries.size <= this.#sizeMax) return;
        this.#entries.delete(this.#entries.keys().next().value);
        this.#forgotten += 1;
    }

    entries() {
        return this.#entries.entries();
    }

    get forgotten() {
        return this.#forgotten;
    }
}
