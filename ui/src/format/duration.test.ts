import { expect, test } from 'vitest';
import { formatDuration } from './duration';

test.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [412.5, '6 min 52 s'],
    [3_600, '1 h'],
    [3_660, '1 h 1 min'],
    [86_399, '23 h 59 min'],
    [90_000, '1 d 1 h'],
])('%d seconds read as "%s"', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
});

test('a negative duration, which only a wrong clock makes, reads as nothing', () => {
    expect(formatDuration(-5)).toBe('0 s');
});
