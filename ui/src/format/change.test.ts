import { expect, test } from 'vitest';
import { changeOf } from './change';

test('more leads are better, fewer are worse', () => {
    expect(changeOf(120, 100, 'up')).toEqual({ meaning: 'better', text: '+20%', rises: true });
    expect(changeOf(95, 100, 'up')).toEqual({ meaning: 'worse', text: '−5%', rises: false });
});

test('a faster response and fewer unanswered leads are better', () => {
    expect(changeOf(300, 400, 'down')).toEqual({ meaning: 'better', text: '−25%', rises: false });
    expect(changeOf(13, 12, 'down').meaning).toBe('worse');
});

test('small changes show a decimal with a comma', () => {
    expect(changeOf(1034, 1000, 'up').text).toBe('+3,4%');
});

test('nothing compares with a missing value or with zero', () => {
    expect(changeOf(null, 5, 'up').meaning).toBe('unknown');
    expect(changeOf(5, null, 'up').meaning).toBe('unknown');
    expect(changeOf(5, 0, 'up').meaning).toBe('unknown');
});

test('zero after zero is the same', () => {
    expect(changeOf(0, 0, 'down').meaning).toBe('same');
});
