import { expect, test } from 'vitest';
import { ApiError, isTransient, isUnauthenticated } from './errors';

test('only what may pass by itself is tried again', () => {
    expect(isTransient(new ApiError(0, 'unreachable', ''))).toBe(true);
    expect(isTransient(new ApiError(503, 'unavailable', ''))).toBe(true);
    expect(isTransient(new ApiError(403, 'forbidden', ''))).toBe(false);
    expect(isTransient(new TypeError('a mistake of ours'))).toBe(false);
});

test('wrong credentials are no lost session', () => {
    expect(isUnauthenticated(new ApiError(401, 'unauthenticated', ''))).toBe(true);
    expect(isUnauthenticated(new ApiError(401, 'invalid_credentials', ''))).toBe(false);
});
