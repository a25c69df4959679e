import { expect, test } from 'vitest';
import { initialsOf } from './initials';

test('initials come from the first and the last word that begin with a letter', () => {
    expect(initialsOf('Ana Paula Souza')).toBe('AS');
    expect(initialsOf('  ígor ')).toBe('Í');
    expect(initialsOf('Studio 54 – Lótus')).toBe('SL');
    expect(initialsOf('')).toBe('');
});
