import { expect, test } from 'vitest';
import type { Author, Message } from '../../api/conversations';
import { quotesByMessage, timelineOf } from './timeline';

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
