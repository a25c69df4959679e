import { evidenceRules } from '../../api/conversations';
import type { Evidence, EvidenceRule, Message } from '../../api/conversations';
import { splitByQuotes, type Quote } from '../../format/evidence';
import { dayOf, formatTime } from '../../format/instant';

export interface TimelineEntry {
    message: Message;
    /** The first of several in a row by the same author, which alone shows the name. */
    startsRun: boolean;
    endsRun: boolean;
    /** Said once for messages that follow each other within a minute. */
    showsTime: boolean;
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
        const open = days.at(-1)?.day === day ? days.at(-1) : undefined;
        const before = open?.entries.at(-1);
        const startsRun = !sameVoice(before?.message, message);
        if (before && !startsRun) {
            before.endsRun = false;
            before.showsTime =
                formatTime(before.message.sent_at, timeZone) !==
                formatTime(message.sent_at, timeZone);
        }
        const entry = { message, startsRun, endsRun: true, showsTime: true };
        if (open) open.entries.push(entry);
        else days.push({ day, entries: [entry] });
    }
    return days;
}

/** The quotes to mark; a rule that has no colour, of this version or a later one, has no mark. */
export function quotesByMessage(evidence: Evidence[]): Map<number, Quote[]> {
    const quotes = new Map<number, Quote[]>();
    for (const { message_id, rule, quote } of evidence) {
        const shown = evidenceRules.find((known) => known === rule);
        if (shown === undefined) continue;
        quotes.set(message_id, [...(quotes.get(message_id) ?? []), { rule: shown, quote }]);
    }
    return quotes;
}

/** How many marked pieces each rule has on screen. */
export function countMarks(
    messages: Message[],
    quotes: Map<number, Quote[]>,
): Map<EvidenceRule, number> {
    const counts = new Map<EvidenceRule, number>();
    for (const { id, text } of messages) {
        for (const { rules } of splitByQuotes(text ?? '', quotes.get(id) ?? [])) {
            for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
        }
    }
    return counts;
}

// What Chatwoot leaves in the place of a message, in the language of its installation.
const deletedTexts = ['Esta mensagem foi excluída', 'This message was deleted'];

export function isDeleted({ text, attachments }: Message): boolean {
    return text !== null && attachments.length === 0 && deletedTexts.includes(text.trim());
}

function sameVoice(before: Message | undefined, message: Message): boolean {
    return before?.author === message.author && before.author_name === message.author_name;
}
