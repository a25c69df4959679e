import { ApiError } from './errors';
import { t } from '../i18n';

export type QueryValues = Record<string, string | number | undefined>;

interface ErrorBody {
    error?: { code?: string; message?: string };
}

/** GETs `path`; leaves undefined query values out. Throws ApiError on any other status than 2xx. */
export async function getJson<T>(
    path: string,
    query: QueryValues,
    signal?: AbortSignal,
): Promise<T> {
    const response = await send(path + queryString(query), { signal });
    return (await response.json()) as T;
}

/** POSTs `body` as JSON; an answer without a body yields undefined. */
export async function postJson<T>(path: string, body: object): Promise<T> {
    const response = await send(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
    });
    return (response.status === 204 ? undefined : await response.json()) as T;
}

async function send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch(lost);
    if (response.ok) return response;
    throw await errorOf(response);
}

/** No answer at all; a request that the page itself gave up stays what it is. */
function lost(error: unknown): never {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', t.errors.unreachable);
}

async function errorOf(response: Response): Promise<ApiError> {
    // A proxy in front of the server may answer with HTML: then only the status is known.
    const body = (await response.json().catch(() => ({}))) as ErrorBody;
    const code = body.error?.code ?? codeOfStatus(response.status);
    return new ApiError(response.status, code, body.error?.message ?? t.errors.generic);
}

function codeOfStatus(status: number): string {
    if (status === 401) return 'unauthenticated';
    if (status === 403) return 'forbidden';
    if (status === 404) return 'not_found';
    return 'internal';
}

function queryString(query: QueryValues): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text === '' ? '' : `?${text}`;
}
