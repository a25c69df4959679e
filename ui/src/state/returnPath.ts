/** Where log-in may lead back to: a path of this site, never another one ("//host", "/\host"). */
export function safeReturnPath(next: unknown): string | undefined {
    if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return undefined;
    return next.startsWith('/login') ? undefined : next;
}
