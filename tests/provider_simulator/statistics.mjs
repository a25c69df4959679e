import { BoundedMap } from './bounded_map.mjs';

const idsMax = 200_000;
const examplesMax = 20;

/** What has happened since the start or the last reset. */
export class Statistics {
    accepted = 0;
    acceptedInBatches = 0;
    hungUp = 0;
    #refused = {};
    #faults = {};
    #faultsWithoutEffect = {};
    #repeatedRequests = new Repeats();
    #repeatedKeys = new Repeats();

    refuse(kind) {
        this.#refused[kind] = (this.#refused[kind] ?? 0) + 1;
    }

    /** A call that the provider works on, under the ids that its client gave. */
    accept({ request, idempotencyKey, isBatch = false }) {
        if (isBatch) this.acceptedInBatches += 1;
        else this.accepted += 1;
        this.#repeatedRequests.see(request);
        this.#repeatedKeys.see(idempotencyKey);
    }

    /** A fault that was served; without effect if the answer had no place for it. */
    serveFault(kind, hasEffect) {
        const counts = hasEffect ? this.#faults : this.#faultsWithoutEffect;
        counts[kind] = (counts[kind] ?? 0) + 1;
    }

    written() {
        return {
            accepted: this.accepted,
            accepted_in_batches: this.acceptedInBatches,
            refused: this.#refused,
            hung_up: this.hungUp,
            duplicates: {
                client_request_id: this.#repeatedRequests.count,
                idempotency_key: this.#repeatedKeys.count,
                examples: [...this.#repeatedRequests.examples, ...this.#repeatedKeys.examples],
            },
            faults: this.#faults,
            faults_without_effect: this.#faultsWithoutEffect,
        };
    }
}

/** Counts ids that are seen again. */
class Repeats {
    count = 0;
    examples = [];
    #seen = new BoundedMap(idsMax);

    see(id) {
        if (id === undefined) return;
        if (this.#seen.get(id) === undefined) {
            this.#seen.set(id, true);
            return;
        }
        this.count += 1;
        if (this.examples.length < examplesMax) this.examples.push(id);
    }
}

/** Accepted calls that have no end yet. It outlives a reset, because they do. */
export class InFlight {
    now = 0;
    max = 0;

    enter() {
        this.now += 1;
        this.max = Math.max(this.max, this.now);
    }

    leave() {
        this.now -= 1;
    }

    forgetMax() {
        this.max = this.now;
    }
}
