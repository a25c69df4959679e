import { expect, test } from 'vitest';
import type { Author, Message } from '../../api/conversations';
import { countMarks, isDeleted, quotesByMessage, timelineOf } from './timeline';

function message(id: number, author: Author, sentAt: string, name: string | null = null): Message {
    return { id, author, author_name: name, text: 'oi', sent_at: sentAt, attachments: [] };
}

test('days break at midnight of the tenant', () => {
    const days = timelineOf(
        [
            message(1, 'contact', '2026-03-12T02:59:00Z'),
            message(2, 'contact', '2026-03-12T03:01:00Z'),
        ],
        'America/Sao_Paulo',
    );
    expect(days.map(({ day }) => day)).toEqual(['2026-03-11', '2026-03-12']);
});

test('only the first of a run names its author, and a colleague starts a new run', () => {
    const at = '2026-03-12T12:00:00Z';
    const messages = [
        message(1, 'human', at, 'Renata'),
        message(2, 'human', at, 'Renata'),
        message(3, 'human', at, 'Bruno'),
        message(4, 'bot', at),
    ];
    const [day] = timelineOf(messages, 'America/Sao_Paulo');
    expect(day?.entries.map(({ startsRun }) => startsRun)).toEqual([true, false, true, true]);
});

test('all quotes of a message stay together', () => {
    const quotes = quotesByMessage([
        { rule: 'lead', message_id: 5, quote: 'a' },
        { rule: 'visit', message_id: 5, quote: 'b' },
        { rule: 'lead', message_id: 6, quote: 'c' },
    ]);
    expect(quotes.get(5)?.map(({ quote }) => quote)).toEqual(['a', 'b']);
    expect(quotes.get(7)).toBeUndefined();
});

test('the time stands once for a minute, and always where a run ends', () => {
    const messages = [
        message(1, 'contact', '2026-03-12T12:00:05Z'),
        message(2, 'contact', '2026-03-12T12:00:40Z'),
        message(3, 'contact', '2026-03-12T12:03:00Z'),
        message(4, 'bot', '2026-03-12T12:03:01Z'),
    ];
    const [day] = timelineOf(messages, 'America/Sao_Paulo');
    expect(day?.entries.map(({ showsTime }) => showsTime)).toEqual([false, true, true, true]);
    expect(day?.entries.map(({ endsRun }) => endsRun)).toEqual([false, false, true, true]);
});

test('evidence for the category, or of a rule nobody knows here, makes no mark', () => {
    const quotes = quotesByMessage([
        { rule: 'category', message_id: 5, quote: 'a' },
        { rule: 'later' as 'lead', message_id: 5, quote: 'b' },
    ]);
    expect(quotes.size).toBe(0);
});

test('pieces are counted, not quotes', () => {
    const at = '2026-03-12T12:00:00Z';
    const messages = [{ ...message(5, 'contact', at), text: 'quero marcar uma aula' }];
    const quotes = quotesByMessage([
        { rule: 'lead', message_id: 5, quote: 'quero marcar' },
        { rule: 'lead', message_id: 5, quote: 'quero' },
        { rule: 'visit', message_id: 5, quote: 'aula' },
        { rule: 'conversion', message_id: 5, quote: 'paguei' },
    ]);
    expect([...countMarks(messages, quotes)]).toEqual([
        ['lead', 1],
        ['visit', 1],
    ]);
});

test('what Chatwoot leaves of a deleted message is known, and nothing that resembles it', () => {
    const left = (text: string) => ({ ...message(1, 'contact', '2026-03-12T12:00:00Z'), text });
    expect(isDeleted(left('Esta mensagem foi excluída'))).toBe(true);
    expect(isDeleted(left('Esta mensagem foi excluída?'))).toBe(false);
    expect(isDeleted({ ...left('This message was deleted'), attachments: ['image'] })).toBe(false);
});
