import { expect, test } from 'vitest';
import { safeReturnPath } from './returnPath';

test('log-in leads back to a path of this site', () => {
    expect(safeReturnPath('/t/1/leads?q=ana')).toBe('/t/1/leads?q=ana');
});

test.each(['//host.example', '/\\host.example', 'https://host.example', 'javascript:0', '', 7])(
    'log-in never leads to %s',
    (next) => {
        expect(safeReturnPath(next)).toBeUndefined();
    },
);

test('log-in does not lead back to log-in', () => {
    expect(safeReturnPath('/login?next=%2F')).toBeUndefined();
});
