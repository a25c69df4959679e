import { expect, test } from 'vitest';
import { soften } from './soften';

test('a signal colour becomes calmer, differently for each theme', () => {
    expect(soften('#ff0000', 'light')).toBe('#df1f1e');
    expect(soften('#ff0000', 'dark')).not.toBe(soften('#ff0000', 'light'));
});

test('what is no colour becomes grey', () => {
    expect(soften('red; position: fixed', 'light')).toBe('#8a918d');
});
