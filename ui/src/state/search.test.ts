import { expect, test } from 'vitest';
import { parseLeadSearch, parseSearchText, parseTenantSearch, searchText } from './search';

test('a lead search survives the way through the address', () => {
    const search = parseLeadSearch({
        period: '7d',
        inbox: '12',
        label: 'N/A',
        flag: 'without_answer',
        status: '0',
        category: 'PRECO_PLANOS',
        q: 'João & Cia = 44',
        page: '3',
    });
    expect(parseLeadSearch(parseSearchText(searchText({ ...search })))).toEqual(search);
    expect(search.status).toBe(0);
});

test('defaults do not show in the address', () => {
    expect(searchText({ ...parseLeadSearch({ period: '30d', page: '1', q: '  ' }) })).toBe('');
    expect(searchText({ ...parseTenantSearch({ sort: 'leads' }) })).toBe('');
});

test('digits to search for stay text', () => {
    expect(parseLeadSearch(parseSearchText('?q=044')).q).toBe('044');
});

test('unknown or broken values are left out', () => {
    const broken = {
        inbox: '-1',
        label: 'alto',
        flag: 'x',
        status: '4',
        category: 'preco',
        page: '1.5',
    };
    expect(parseLeadSearch(broken)).toEqual({});
    expect(parseLeadSearch({ status: '' })).toEqual({});
});
