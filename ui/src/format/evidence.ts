import type { EvidenceRule } from '../api/conversations';

export interface Segment {
    text: string;
    /** The rules that quote this piece; empty for plain text. */
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

/**
 * Cuts a text at the borders of its quotes. The pieces joined again are the text; a quote that is
 * not in the text is left out.
 */
export function splitByQuotes(text: string, quotes: Quote[]): Segment[] {
    const spans = quotes.flatMap((quote) => spanOf(text, quote));
    const borders = new Set([0, text.length, ...spans.flatMap((span) => [span.start, span.end])]);
    const sorted = [...borders].sort((a, b) => a - b);
    return sorted.slice(0, -1).map((start, index) => {
        const end = sorted[index + 1] ?? text.length;
        const covering = spans.filter((span) => span.start <= start && span.end >= end);
        return {
            text: text.slice(start, end),
            rules: [...new Set(covering.map((span) => span.rule))],
        };
    });
}

function spanOf(text: string, { rule, quote }: Quote): Span[] {
    if (quote === '') return [];
    const exact = text.indexOf(quote);
    const start = exact >= 0 ? exact : text.toLocaleLowerCase().indexOf(quote.toLocaleLowerCase());
    return start < 0 ? [] : [{ start, end: start + quote.length, rule }];
}
