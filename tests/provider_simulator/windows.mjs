const compactAfter = 4_096;

/**
 * Exact sums over a sliding window. What is added at `t` counts while `now < t + lengthMs`, so the
 * window is any half-open interval of that length. Times must not go back.
 */
export class SlidingWindow {
    #lengthMs;
    #times = [];
    #amounts = [];
    #head = 0; // entries before it have left the window
    #sum = 0;
    #largest = 0;

    constructor(lengthMs) {
        this.#lengthMs = lengthMs;
    }

    add(now, amount) {
        this.#drop(now);
        this.#times.push(now);
        this.#amounts.push(amount);
        this.#sum += amount;
        // A sum only grows here, so the largest sum of any window is one of these.
        this.#largest = Math.max(this.#largest, this.#sum);
    }

    sum(now) {
        this.#drop(now);
        return this.#sum;
    }

    /** The largest sum that any window ever had. */
    get largest() {
        return this.#largest;
    }

    /** How many entries are held in memory. */
    get size() {
        return this.#times.length;
    }

    /** Milliseconds until `amount` more stays within `limit`; Infinity if it never will. */
    waitMs(now, amount, limit) {
        this.#drop(now);
        let sum = this.#sum + amount;
        if (sum <= limit) return 0;
        for (let index = this.#head; index < this.#times.length; index += 1) {
            sum -= this.#amounts[index];
            if (sum <= limit) return this.#times[index] + this.#lengthMs - now;
        }
        return Infinity;
    }

    /** Milliseconds until the window is empty if nothing more comes. */
    resetMs(now) {
        this.#drop(now);
        if (this.#head === this.#times.length) return 0;
        return this.#times[this.#times.length - 1] + this.#lengthMs - now;
    }

    #drop(now) {
        while (this.#head < this.#times.length) {
            if (this.#times[this.#head] + this.#lengthMs > now) break;
            this.#sum -= this.#amounts[this.#head];
            this.#head += 1;
        }
        if (this.#head >= compactAfter && this.#head * 2 >= this.#times.length) {
            this.#times = this.#times.slice(this.#head);
            this.#amounts = this.#amounts.slice(this.#head);
            this.#head = 0;
        }
    }
}
