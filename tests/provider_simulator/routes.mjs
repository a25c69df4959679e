import { parseBody } from './chat_request.mjs';
import { send } from './delivery.mjs';
import {
    deniedByAzure,
    missingKey,
    unknownAddress,
    unknownDeployment,
    unknownModel,
    wrongKey,
    wrongMethod,
} from './refusals.mjs';

const pageUsual = 20;
const azureChat = '/openai/deployments/:deployment/chat/completions';

// The addresses of the provider, then those for tests, which need no key ("ours"). An answer that
// is returned is sent as JSON.
const routes = [
    ['POST', '/v1/chat/completions', serveChat, { isChat: true }],
    ['POST', azureChat, serveDeployment, { isChat: true, isAzure: true }],
    ['GET', '/v1/models', ({ state }) => listOf(modelsOf(state))],
    ['GET', '/v1/models/:id', findModel],
    ['POST', '/v1/files', uploadFile],
    ['GET', '/v1/files', ({ state, query }) => page(state.files.list(), query)],
    ['GET', '/v1/files/:id', ({ state, id }) => state.files.get(id)],
    ['DELETE', '/v1/files/:id', ({ state, id }) => state.files.delete(id)],
    ['GET', '/v1/files/:id/content', sendContent],
    ['POST', '/v1/batches', ({ state, body }) => state.batches.create(parseBody(body.toString()))],
    ['GET', '/v1/batches', ({ state, query }) => page(state.batches.list(), query)],
    ['GET', '/v1/batches/:id', ({ state, id }) => state.batches.get(id)],
    ['POST', '/v1/batches/:id/cancel', ({ state, id }) => state.batches.cancel(id)],
    ['GET', '/control', ({ state }) => state.control.written(), { isOurs: true }],
    ['POST', '/control', changeControl, { isOurs: true }],
    ['POST', '/reset', reset, { isOurs: true }],
    ['GET', '/stats', statistics, { isOurs: true }],
    ['GET', '/prompts', ({ state }) => state.promptLog.written(), { isOurs: true }],
].map(([method, path, answer, traits = {}]) => {
    const pattern = new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    const { isChat = false, isAzure = false, isOurs = false } = traits;
    const guarded = isOurs ? answer : withKey(answer, isAzure);
    return { method, pattern, answer: guarded, isChat, isAzure, isOurs };
});

/** What answers a request, with the parts of its address in `found`; also for an unknown one. */
export function findRoute({ method, url }) {
    const { pathname, searchParams: query } = new URL(url, 'http://simulator');
    const fitting = routes.filter(({ pattern }) => pattern.test(pathname));
    const route = fitting.find((one) => one.method === method);
    if (route !== undefined) {
        return { ...route, found: { query, ...route.pattern.exec(pathname).groups } };
    }
    const refusal = (fitting.length > 0 ? wrongMethod : unknownAddress)(method, pathname);
    const answer = () => {
        throw refusal;
    };
    return { answer, isChat: false, isAzure: false, isOurs: false, found: {} };
}

/** The key comes as `Authorization: Bearer …`, at Azure's addresses as `api-key`. */
function withKey(answer, isAzure) {
    return (call) => {
        const { headers } = call.request;
        const key = isAzure
            ? headers['api-key']
            : /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
        if (key === call.state.options.apiKey) return answer(call);
        if (isAzure) throw deniedByAzure();
        throw key === undefined ? missingKey() : wrongKey(key);
    };
}

function serveChat({ state, request, response, body }, model, isAzure = false) {
    const { 'x-client-request-id': id, 'idempotency-key': idempotencyKey } = request.headers;
    const text = body.toString();
    if (state.control.values.log_prompts) {
        state.promptLog.add({ path: request.url, request: id, text });
    }
    state.chat.serve({ response, text, request: id, idempotencyKey, model, isAzure });
}

function serveDeployment(call) {
    const { state, request, deployment, query } = call;
    if (!query.has('api-version')) throw unknownAddress(request.method, request.url);
    const { deployments } = state.options;
    const model = deployments[deployment] ?? deployment;
    if (!Object.hasOwn(state.control.values.prices, model)) throw unknownDeployment();
    serveChat(call, model, true);
}

function modelsOf({ control }) {
    return Object.keys(control.values.prices).map((id) => ({
        id,
        object: 'model',
        created: 1_721_172_741,
        owned_by: 'system',
    }));
}

function findModel({ state, id }) {
    const model = modelsOf(state).find((one) => one.id === id);
    if (model === undefined) throw unknownModel(id);
    return model;
}

function uploadFile({ state, request, body }) {
    return state.files.upload(request.headers['content-type'] ?? '', body);
}

function sendContent({ state, response, id }) {
    send(response, 200, state.files.content(id), { 'Content-Type': 'application/octet-stream' });
}

function changeControl({ state, body }) {
    state.control.change(parseBody(body.toString()));
    return state.control.written();
}

function reset({ state }) {
    state.reset();
    return { reset: true };
}

/** With `?requests=0` without the bill of each request, which can be long. */
function statistics({ state, query }) {
    const { limits, ledger, inFlight } = state;
    return {
        ...state.statistics.written(),
        in_flight: inFlight.now,
        in_flight_max: inFlight.max,
        window_max: limits.largest(),
        tokens: ledger.tokens(),
        billed: ledger.billed({ withRequests: query.get('requests') !== '0' }),
    };
}

/** The newest first, from behind the one with the id `after`. */
function page(all, query) {
    const size = Number(query.get('limit') ?? pageUsual);
    const begin = all.findIndex(({ id }) => id === query.get('after')) + 1;
    return listOf(all.slice(begin, begin + size), begin + size < all.length);
}

function listOf(data, hasMore = false) {
    const ids = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return { object: 'list', data, ...ids, has_more: hasMore };
}
