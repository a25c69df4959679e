import type { Evidence, Message } from '../../api/conversations';
import { dayOf } from '../../format/instant';

export interface TimelineEntry {
    message: Message;
    /** The first of several in a row by the same author, which alone shows the name. */
    startsRun: boolean;
}

export interface TimelineDay {
    day: string;
    entries: TimelineEntry[];
}

/** Groups messages, which come in order, by the calendar day of the zone. */
export function timelineOf(messages: Message[], timeZone: string): TimelineDay[] {
    const days: TimelineDay[] = [];
    for (const message of messages) {
        const day = dayOf(message.sent_at, timeZone);
        const open = days.at(-1);
        if (open?.day === day) {
            open.entries.push({
                message,
                startsRun: !sameVoice(open.entries.at(-1)?.message, message),
            });
        } else {
            days.push({ day, entries: [{ message, startsRun: true }] });
        }
    }
    return days;
}

export function quotesByMessage(evidence: Evidence[]): Map<number, Evidence[]> {
    const quotes = new Map<number, Evidence[]>();
    for (const item of evidence) {
        quotes.set(item.message_id, [...(quotes.get(item.message_id) ?? []), item]);
    }
    return quotes;
}

function sameVoice(before: Message | undefined, message: Message): boolean {
    return before?.author === message.author && before.author_name === message.author_name;
}
