import type { EvidenceRule } from '../api/conversations';

export interface Segment {
    text: string;
    /** The rules that quote this piece, the most telling first; empty for plain text. */
    rules: EvidenceRule[];
}

export interface Quote {
    rule: EvidenceRule;
    quote: string;
}

interface Span {
    start: number;
    end: number;
    rule: EvidenceRule;
}

const mostTellingFirst: EvidenceRule[] = ['conversion', 'visit', 'negative', 'call', 'lead'];

/**
 * Cuts a text where the rules that quote it change. The pieces joined again are the text; a quote that is
 * not in the text is left out.
 */
export function splitByQuotes(text: string, quotes: Quote[]): Segment[] {
    const spans = quotes.flatMap((quote) => spanOf(text, quote));
    const borders = new Set([0, text.length, ...spans.flatMap((span) => [span.start, span.end])]);
    const sorted = [...borders].sort((a, b) => a - b);
    const segments: Segment[] = [];
    for (const [index, start] of sorted.slice(0, -1).entries()) {
        const end = sorted[index + 1] ?? text.length;
        const covering = spans.filter((span) => span.start <= start && span.end >= end);
        const rules = mostTellingFirst.filter((rule) =>
            covering.some((span) => span.rule === rule),
        );
        const open = segments.at(-1);
        if (open && open.rules.join() === rules.join()) open.text += text.slice(start, end);
        else segments.push({ text: text.slice(start, end), rules });
    }
    return segments;
}

function spanOf(text: string, { rule, quote }: Quote): Span[] {
    if (quote === '') return [];
    const exact = text.indexOf(quote);
    const start = exact >= 0 ? exact : text.toLocaleLowerCase().indexOf(quote.toLocaleLowerCase());
    return start < 0 ? [] : [{ start, end: start + quote.length, rule }];
}
