import { setImmediate as giveWay, setTimeout as pause } from 'node:timers/promises';
import { newId, shuffled } from './random.mjs';
import { badRequest, Refusal, unknownObject } from './refusals.mjs';
import { isObject } from './schemas.mjs';

const requestsMax = 50_000;
const batchesMax = 1_000;
const problemsMax = 100;
const validatingShare = 0.1; // of the time that a batch takes
const stepMs = 20;
const turnMs = 10; // after which other calls get their turn
const windowSeconds = 86_400;
const endpoint = '/v1/chat/completions';
const running = ['validating', 'in_progress', 'finalizing'];
const expiry = {
    code: 'batch_expired',
    message: 'This request could not be executed before the completion window expired.',
};

/**
 * Batches: validating → in_progress → finalizing → completed (or expired), or failed if a line is
 * no request, or cancelling → cancelled. Requests are answered and billed one by one, evenly over
 * the time that a batch takes and in no particular order; asking for the state changes nothing.
 */
export class Batches {
    #batches = new Map();
    #files;
    #control;
    #serve;
    #stopped = new AbortController();

    /** `serve(customId, body)` answers one request with { status, body }. */
    constructor(files, control, serve) {
        this.#files = files;
        this.#control = control;
        this.#serve = serve;
    }

    create({
        input_file_id: fileId,
        endpoint: target,
        completion_window: window,
        metadata = null,
    }) {
        if (target !== endpoint) throw badRequest(`'endpoint' must be '${endpoint}'.`, 'endpoint');
        if (window !== '24h') throw badRequest("'completion_window' must be '24h'.");
        if (this.#files.get(fileId).purpose !== 'batch') {
            throw badRequest("The file's purpose must be 'batch'.", 'input_file_id');
        }
        if (this.#batches.size >= batchesMax) throw badRequest('There are too many batches.');
        const batch = makeBatch(fileId, metadata);
        this.#batches.set(batch.id, batch);
        this.#run(batch).catch((error) => {
            if (error.name !== 'AbortError') throw error;
        });
        return { ...batch };
    }

    get(id) {
        const batch = this.#batches.get(id);
        if (batch === undefined) throw unknownObject('Batch', id);
        return batch;
    }

    cancel(id) {
        const batch = this.get(id);
        if (!running.includes(batch.status)) {
            throw new Refusal('bad_request', 409, {
                message: `Cannot cancel a batch with status '${batch.status}'.`,
            });
        }
        enter(batch, 'cancelling');
        return batch;
    }

    list() {
        return [...this.#batches.values()].reverse();
    }

    stop() {
        this.#stopped.abort();
    }

    async #run(batch) {
        const { batch_seconds: seconds, batch_end: end } = this.#control.values;
        const beganAt = performance.now();
        const validatedAt = beganAt + seconds * 1_000 * validatingShare;
        const endsAt = beganAt + seconds * 1_000;
        const source = this.#files.content(batch.input_file_id);
        const { lines, problems } = await this.#validate(source);
        await this.#waitUntil(batch, validatedAt);
        if (problems.length > 0 && batch.status !== 'cancelling') {
            batch.errors = { object: 'list', data: problems };
            enter(batch, 'failed');
            return;
        }
        if (batch.status === 'validating') enter(batch, 'in_progress');
        batch.request_counts.total = lines.length;

        const order = shuffled(this.#control.random, lines);
        // A batch that expires has answered half of its requests by then.
        const workable = end === 'expired' ? Math.floor(order.length / 2) : order.length;
        const written = { output: [], errors: [] };
        const span = Math.max(1, endsAt - performance.now());
        let done = 0;
        while (batch.status === 'in_progress' && done < workable) {
            const share = 1 - (endsAt - performance.now()) / span;
            const due = Math.min(workable, Math.floor(workable * share));
            done = await this.#answer(batch, source, order, done, due, written);
            if (done < workable) await this.#sleep(stepMs);
        }
        await this.#waitUntil(batch, endsAt);
        if (batch.status === 'in_progress' && end === 'expired') {
            expire(batch, order.slice(done), written);
        }
        this.#finish(batch, end, written);
    }

    /** Answers the requests from `done` to `due`; returns how far it came before a cancellation. */
    async #answer(batch, source, order, done, due, written) {
        let index = done;
        let turnBeganAt = performance.now();
        while (index < due && batch.status === 'in_progress') {
            const { customId, begin, end } = order[index];
            const { body } = JSON.parse(source.toString('utf8', begin, end));
            const { status, body: answer } = this.#serve(customId, body);
            const response = { status_code: status, request_id: newId('req_'), body: answer };
            const line = lineOf(customId, response, null);
            if (status === 200) {
                batch.request_counts.completed += 1;
                written.output.push(line);
            } else {
                batch.request_counts.failed += 1;
                written.errors.push(line);
            }
            index += 1;
            if (performance.now() - turnBeganAt < turnMs) continue;
            await giveWay(undefined, { signal: this.#stopped.signal });
            turnBeganAt = performance.now();
        }
        return index;
    }

    #finish(batch, end, { output, errors }) {
        const isCancelled = batch.status === 'cancelling';
        if (!isCancelled) enter(batch, 'finalizing');
        for (const [kind, lines] of [
            ['output', output],
            ['error', errors],
        ]) {
            if (lines.length === 0) continue;
            const name = `${batch.id}_${kind}.jsonl`;
            const file = this.#files.add(name, 'batch_output', Buffer.concat(lines));
            batch[`${kind}_file_id`] = file.id;
        }
        enter(batch, isCancelled ? 'cancelled' : end);
    }

    /** Where each request stands in the file, and what is wrong with those that are none. */
    async #validate(source) {
        const lines = [];
        const problems = [];
        const known = new Set();
        let turnBeganAt = performance.now();
        for (const { begin, end, number } of linesOf(source)) {
            const { customId, problem } = readLine(source.toString('utf8', begin, end), known);
            if (problem === undefined) lines.push({ customId, begin, end });
            else problems.push({ ...problem, line: number });
            if (problems.length >= problemsMax) break;
            if (performance.now() - turnBeganAt < turnMs) continue;
            await giveWay(undefined, { signal: this.#stopped.signal });
            turnBeganAt = performance.now();
        }
        if (lines.length === 0 && problems.length === 0) {
            problems.push(problemOf('empty_file', 'The input file is empty.'));
        }
        if (lines.length > requestsMax) {
            problems.push(problemOf('too_many_tasks', `The limit is ${requestsMax} requests.`));
        }
        return { lines, problems };
    }

    /** Waits until then, or until the batch is cancelled. */
    async #waitUntil(batch, time) {
        while (performance.now() < time && batch.status !== 'cancelling') {
            await this.#sleep(Math.min(stepMs, time - performance.now()));
        }
    }

    #sleep(ms) {
        return pause(ms, undefined, { signal: this.#stopped.signal });
    }
}

function makeBatch(fileId, metadata) {
    const now = Math.floor(Date.now() / 1_000);
    return {
        id: newId('batch_'),
        object: 'batch',
        endpoint,
        errors: null,
        input_file_id: fileId,
        completion_window: '24h',
        status: 'validating',
        output_file_id: null,
        error_file_id: null,
        created_at: now,
        in_progress_at: null,
        expires_at: now + windowSeconds,
        finalizing_at: null,
        completed_at: null,
        failed_at: null,
        expired_at: null,
        cancelling_at: null,
        cancelled_at: null,
        request_counts: { total: 0, completed: 0, failed: 0 },
        metadata,
    };
}

function enter(batch, status) {
    batch.status = status;
    batch[`${status}_at`] = Math.floor(Date.now() / 1_000);
}

function expire(batch, lines, written) {
    for (const { customId } of lines) {
        batch.request_counts.failed += 1;
        written.errors.push(lineOf(customId, null, expiry));
    }
}

function lineOf(customId, response, error) {
    const line = { id: newId('batch_req_'), custom_id: customId, response, error };
    return Buffer.from(`${JSON.stringify(line)}\n`);
}

/** The lines of a file that are not blank, as places in it. */
function* linesOf(source) {
    let number = 0;
    for (let begin = 0; begin < source.length;) {
        const found = source.indexOf('\n', begin);
        const end = found < 0 ? source.length : found;
        number += 1;
        if (source.subarray(begin, end).some((byte) => byte > 0x20)) yield { begin, end, number };
        begin = end + 1;
    }
}

function readLine(text, known) {
    let line;
    try {
        line = JSON.parse(text);
    } catch {
        return { problem: problemOf('invalid_json_line', 'This line is not parseable as JSON.') };
    }
    const customId = line?.custom_id;
    if (typeof customId !== 'string' || customId === '') {
        return { problem: problemOf('missing_required_parameter', 'custom_id', 'custom_id') };
    }
    if (known.has(customId)) {
        const message = `The custom_id '${customId}' is used twice.`;
        return { problem: problemOf('duplicate_custom_id', message, 'custom_id') };
    }
    known.add(customId);
    if (line.method !== 'POST') {
        return { problem: problemOf('invalid_method', 'The method must be POST.', 'method') };
    }
    if (line.url !== endpoint) {
        return { problem: problemOf('invalid_url', 'The URL must be that of the batch.', 'url') };
    }
    if (!isObject(line.body)) {
        return { problem: problemOf('missing_required_parameter', 'body', 'body') };
    }
    return { customId };
}

function problemOf(code, message, param = null) {
    return { code, message, param, line: null };
}
