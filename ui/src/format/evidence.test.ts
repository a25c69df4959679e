import { expect, test } from 'vitest';
import { splitByQuotes, type Quote } from './evidence';

const quote = (rule: Quote['rule'], text: string): Quote => ({ rule, quote: text });
const joined = (text: string, quotes: Quote[]) =>
    splitByQuotes(text, quotes)
        .map((segment) => segment.text)
        .join('');

test('a quote is cut out of its text', () => {
    expect(splitByQuotes('Oi, quero agendar hoje', [quote('visit', 'quero agendar')])).toEqual([
        { text: 'Oi, ', rules: [] },
        { text: 'quero agendar', rules: ['visit'] },
        { text: ' hoje', rules: [] },
    ]);
});

test('overlapping quotes share the piece that both cover', () => {
    const segments = splitByQuotes('abcdef', [quote('lead', 'abcd'), quote('visit', 'cdef')]);
    expect(segments.map((segment) => segment.rules)).toEqual([
        ['lead'],
        ['visit', 'lead'],
        ['visit'],
    ]);
});

test('quotes of one rule that overlap or touch make one piece', () => {
    const quotes = [
        quote('lead', 'vcs tem aula'),
        quote('lead', 'tem'),
        quote('lead', 'aula grátis'),
    ];
    expect(splitByQuotes('vcs tem aula grátis?', quotes)).toEqual([
        { text: 'vcs tem aula grátis', rules: ['lead'] },
        { text: '?', rules: [] },
    ]);
});

test('case does not hide a quote', () => {
    expect(splitByQuotes('QUERO SIM', [quote('lead', 'quero')])[0]?.rules).toEqual(['lead']);
});

test('an empty quote, or one that is not in the text, marks nothing', () => {
    const quotes = [quote('lead', ''), quote('visit', 'outra coisa')];
    expect(splitByQuotes('bom dia', quotes)).toEqual([{ text: 'bom dia', rules: [] }]);
});

test('no word is lost, whatever the quotes', () => {
    const quotes = [quote('lead', 'é'), quote('visit', 'até amanhã'), quote('negative', '💚')];
    expect(joined('é, até amanhã 💚!', quotes)).toBe('é, até amanhã 💚!');
    expect(joined('', quotes)).toBe('');
});
