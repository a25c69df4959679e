import { expect, test } from 'vitest';
import { contactSubtitle, contactTitle } from './contact';

const contact = { display_id: 44, contact_name: 'Ana', contact_phone: '+5511900000001' };

test('a contact has a name and a phone', () => {
    expect(contactTitle(contact)).toBe('Ana');
    expect(contactSubtitle(contact)).toBe('+55 11 90000-0001');
});

test('a number that is the name is not said twice', () => {
    const numbered = { ...contact, contact_name: '+5511900000001' };
    expect(contactTitle(numbered)).toBe('+55 11 90000-0001');
    expect(contactSubtitle(numbered)).toBe('#44');
});

test('nobody stays without a line', () => {
    const nobody = { display_id: 44, contact_name: '  ', contact_phone: null };
    expect(contactTitle(nobody)).toBe('Contato sem nome');
    expect(contactSubtitle(nobody)).toBe('#44');
});
