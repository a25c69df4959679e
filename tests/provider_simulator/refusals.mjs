/**
 * A call that the provider does not accept: an HTTP status with its error as JSON. `kind` is what
 * the statistics call it.
 */
export class Refusal extends Error {
    constructor(
        kind,
        status,
        { message, type = 'invalid_request_error', param = null, code = null },
    ) {
        super(message);
        this.kind = kind;
        this.status = status;
        this.error = { message, type, param, code };
        this.headers = {};
    }

    withHeaders(headers) {
        Object.assign(this.headers, headers);
        return this;
    }

    /** The body of the answer; Azure has a shape of its own, without a type. */
    body(isAzure) {
        if (!isAzure) return { error: this.error };
        const { message, code } = this.error;
        return { error: { code: azureCodes[this.kind] ?? code ?? String(this.status), message } };
    }
}

const azureCodes = {
    unknown_key: '401',
    unknown_model: 'DeploymentNotFound',
    http_429: '429',
    requests_per_minute: '429',
    tokens_per_minute: '429',
    requests_per_day: '429',
};

export function badRequest(message, param = null, code = null) {
    return new Refusal('bad_request', 400, { message, param, code });
}

export function missingKey() {
    return new Refusal('unknown_key', 401, {
        message:
            "You didn't provide an API key. You need to provide your API key in an Authorization " +
            'header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).',
    });
}

export function wrongKey(key) {
    const shown = key.length > 8 ? `${key.slice(0, 4)}****${key.slice(-4)}` : '****';
    return new Refusal('unknown_key', 401, {
        message: `Incorrect API key provided: ${shown}.`,
        code: 'invalid_api_key',
    });
}

export function deniedByAzure() {
    return new Refusal('unknown_key', 401, {
        message:
            'Access denied due to invalid subscription key or wrong API endpoint. Make sure to ' +
            'provide a valid key for an active subscription.',
    });
}

export function unknownModel(model) {
    return new Refusal('unknown_model', 404, {
        message: `The model \`${model}\` does not exist or you do not have access to it.`,
        code: 'model_not_found',
    });
}

export function unknownDeployment() {
    return new Refusal('unknown_model', 404, {
        message: 'The API deployment for this resource does not exist.',
        code: 'DeploymentNotFound',
    });
}

export function unknownAddress(method, target) {
    return new Refusal('unknown_address', 404, { message: `Invalid URL (${method} ${target})` });
}

export function wrongMethod(method, target) {
    return new Refusal('unknown_address', 405, {
        message: `Not allowed to ${method} on ${target}.`,
        code: 'method_not_supported',
    });
}

export function unknownObject(what, id) {
    return new Refusal('unknown_object', 404, {
        message: `No such ${what} object: ${id}`,
        param: 'id',
    });
}

export function tooLarge() {
    return new Refusal('bad_request', 413, { message: 'The request is too large.' });
}

export function outage() {
    return forcedRefusal('http_503', 'outage');
}

/** What the limits said, as the provider words it. */
export function overLimit(model, broken, retryAfter) {
    const { kind, unit, name, limit, used, requested, waitMs } = broken;
    const sum = `Limit ${limit}, Used ${used}, Requested ${requested}`;
    const begin = waitMs === Infinity ? 'Request too large' : 'Rate limit reached';
    const end =
        waitMs === Infinity
            ? 'The input or output tokens must be reduced in order to run successfully.'
            : `Please try again in ${Math.ceil(waitMs) / 1_000}s.`;
    return new Refusal(kind, 429, {
        message: `${begin} for ${model} in organization org-simulator on ${name}: ${sum}. ${end}`,
        type: unit,
        code: 'rate_limit_exceeded',
    }).withHeaders(retryAfterHeader(waitMs, retryAfter));
}

const waitOfTheImpossibleMs = 60_000;

/** `Retry-After` in whole seconds or as a date, never too early. */
export function retryAfterHeader(waitMs, form) {
    const finiteMs = Number.isFinite(waitMs) ? waitMs : waitOfTheImpossibleMs;
    if (form === 'seconds')
        return { 'Retry-After': String(Math.max(1, Math.ceil(finiteMs / 1_000))) };
    const second = Math.ceil((Date.now() + finiteMs) / 1_000);
    return { 'Retry-After': new Date(second * 1_000).toUTCString() };
}

const serverError = 'The server had an error while processing your request. Sorry about that!';
const forced = {
    http_400: [400, 'We could not understand your request.', 'invalid_request_error', null],
    http_401: [
        401,
        'Incorrect API key provided: ****.',
        'invalid_request_error',
        'invalid_api_key',
    ],
    http_403: [
        403,
        'Country, region, or territory not supported',
        'request_forbidden',
        'unsupported_country_region_territory',
    ],
    http_404: [404, 'The model does not exist.', 'invalid_request_error', 'model_not_found'],
    http_429: [429, 'Rate limit reached.', 'requests', 'rate_limit_exceeded'],
    http_500: [500, serverError, 'server_error', null],
    http_502: [502, 'Bad gateway.', 'server_error', null],
    http_503: [
        503,
        'The engine is currently overloaded, please try again later.',
        'server_error',
        null,
    ],
    http_529: [529, 'Overloaded', 'overloaded_error', null],
    insufficient_quota: [
        429,
        'You exceeded your current quota, please check your plan and billing details.',
        'insufficient_quota',
        'insufficient_quota',
    ],
};
export const forcedKinds = Object.keys(forced);

/** A refusal that a test asked for; the provider has done no work. */
export function forcedRefusal(fault, kind = fault) {
    const [status, message, type, code] = forced[fault];
    return new Refusal(kind, status, { message, type, code });
}
