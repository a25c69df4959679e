import { afterEach, expect, test, vi } from 'vitest';
import { getJson } from './client';

afterEach(() => vi.unstubAllGlobals());

test('no answer is an error that says so', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(getJson('/api/me', {})).rejects.toMatchObject({ status: 0, code: 'unreachable' });
});

test('a request that the page gave up stays what it is', async () => {
    const abort = new DOMException('gone', 'AbortError');
    vi.stubGlobal('fetch', () => Promise.reject(abort));
    await expect(getJson('/api/me', {})).rejects.toBe(abort);
});

test('a refusal keeps the words of the server, and HTML of a proxy only its status', async () => {
    const answer = (status: number, body: string) =>
        vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })));
    answer(403, '{"error":{"code":"forbidden","message":"Sem acesso."}}');
    await expect(getJson('/x', {})).rejects.toMatchObject({ status: 403, message: 'Sem acesso.' });
    answer(502, '<html></html>');
    await expect(getJson('/x', {})).rejects.toMatchObject({ status: 502, code: 'internal' });
});
