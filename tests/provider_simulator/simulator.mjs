import http from 'node:http';
import { Batches } from './batches.mjs';
import { Ledger } from './billing.mjs';
import { Chat } from './chat.mjs';
import { Control } from './control.mjs';
import { sendJson, sendProxyPage } from './delivery.mjs';
import { FileStore } from './files.mjs';
import { Limits } from './limits.mjs';
import { PromptLog } from './prompt_log.mjs';
import { newId } from './random.mjs';
import { outage, Refusal, tooLarge } from './refusals.mjs';
import { findRoute } from './routes.mjs';
import { InFlight, Statistics } from './statistics.mjs';
import { PromptCache } from './tokens.mjs';

const host = '127.0.0.1';
const backlog = 4_096; // connections that a burst may open at once
const keepAliveMs = 75_000;
const bodyBytesMax = 210 * 2 ** 20; // a batch file and the form around it

/**
 * Starts a provider on a loopback port: { url, stop() }. Options: port (0: any), seed, apiKey,
 * deployments ({ name: model } for the addresses of Azure), rpm, tpm, rpd, latencyMs, control (as
 * POST /control takes it), now (a monotonic clock in milliseconds, for tests of the windows).
 */
export async function startSimulator(options = {}) {
    const simulator = new Simulator(options);
    await simulator.listen(options.port ?? 0);
    return { url: simulator.url, stop: () => simulator.stop() };
}

class Simulator {
    #options;
    #state;
    #inFlight = new InFlight();
    #server = http.createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
        this.#serve(request, response);
    });

    constructor(options) {
        this.#options = { seed: 1, apiKey: 'simulator-key', deployments: {}, ...options };
        this.#state = this.#makeState();
    }

    get url() {
        return `http://${host}:${this.#server.address().port}`;
    }

    listen(port) {
        return new Promise((resolve, reject) => {
            this.#server.once('error', reject);
            this.#server.listen({ host, port, backlog }, resolve);
        });
    }

    stop() {
        this.#state.batches.stop();
        return new Promise((resolve) => {
            this.#server.close(resolve);
            this.#server.closeAllConnections();
        });
    }

    /** Everything as it was at the start; calls in flight go on. */
    reset() {
        this.#state.batches.stop();
        this.#inFlight.forgetMax();
        this.#state = this.#makeState();
    }

    /** Everything that a reset replaces. */
    #makeState() {
        const { seed, now = () => performance.now() } = this.#options;
        const state = {
            options: this.#options,
            inFlight: this.#inFlight,
            control: new Control(seed, controlOf(this.#options)),
            limits: new Limits(now),
            statistics: new Statistics(),
            ledger: new Ledger(),
            cache: new PromptCache(),
            promptLog: new PromptLog(),
            files: new FileStore(),
            reset: () => this.reset(),
        };
        state.chat = new Chat(state, seed);
        const serve = (customId, body) => {
            if (state.control.values.log_prompts) {
                state.promptLog.add({ request: customId, text: JSON.stringify(body) });
            }
            return state.chat.serveInBatch(customId, body);
        };
        state.batches = new Batches(state.files, state.control, serve);
        return state;
    }

    async #serve(request, response) {
        const state = this.#state;
        const route = findRoute(request);
        response.setHeader('X-Request-Id', newId('req_'));
        try {
            const body = await readBody(request);
            if (!route.isOurs && state.control.values.outage) throw outage();
            const answer = route.answer({ state, request, response, body, ...route.found });
            if (answer !== undefined) sendJson(response, 200, answer);
        } catch (error) {
            if (request.destroyed && !request.complete) return; // the client left while sending
            refuse(response, error, route, state);
        }
    }
}

/** The options of the command line as fields of POST /control, which may add to them. */
function controlOf({ rpm, tpm, rpd, latencyMs, control = {} }) {
    const limits = Object.entries({ rpm, tpm, rpd }).filter(([, limit]) => limit !== undefined);
    return {
        ...(latencyMs !== undefined && { latency_ms: latencyMs }),
        ...control,
        limits: { ...Object.fromEntries(limits), ...control.limits },
    };
}

async function readBody(request) {
    const parts = [];
    let size = 0;
    for await (const part of request) {
        size += part.length;
        if (size <= bodyBytesMax) parts.push(part);
    }
    if (size > bodyBytesMax) throw tooLarge();
    return Buffer.concat(parts);
}

function refuse(response, error, route, { statistics, limits, control }) {
    if (!(error instanceof Refusal)) {
        console.error(error);
        sendJson(response, 500, { error: { message: `the simulator broke: ${error.message}` } });
        return;
    }
    if (!route.isOurs) statistics.refuse(error.kind);
    const told = route.isChat ? limits.headers(control.values.limits) : {};
    const headers = { ...told, ...error.headers };
    if (error.kind === 'http_502') sendProxyPage(response, error.status, headers);
    else sendJson(response, error.status, error.body(route.isAzure), headers);
}
