/**
 * A failed request, in the words of the server where it gave some. The status is 0 where there was
 * no answer.
 */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
    ) {
        super(message);
        this.name = 'ApiError';
    }
}

export function isUnauthenticated(error: unknown): boolean {
    return error instanceof ApiError && error.code === 'unauthenticated';
}

/** True when the same request may succeed a moment later. */
export function isTransient(error: unknown): boolean {
    return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
