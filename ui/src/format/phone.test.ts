import { expect, test } from 'vitest';
import { formatPhone } from './phone';

test('Brazilian numbers are grouped, however they were written', () => {
    expect(formatPhone('+5511900000001')).toBe('+55 11 90000-0001');
    expect(formatPhone('55 (11) 3000-0001')).toBe('+55 11 3000-0001');
});

test('anything else stays as it is', () => {
    expect(formatPhone('+351 900 000 001')).toBe('+351 900 000 001');
    expect(formatPhone('ramal 12')).toBe('ramal 12');
});
