import { splitByQuotes, type Quote } from '../../format/evidence';
import { t } from '../../i18n';
import { markLooks } from './markLooks';

/** A message's words with the pieces marked that a rule took as evidence. */
export function QuotedText({ text, quotes }: { text: string; quotes: Quote[] }) {
    return splitByQuotes(text, quotes).map((segment, index) => {
        const [first] = segment.rules;
        if (first === undefined) return segment.text;
        return (
            <mark
                key={index}
                data-evidence={segment.rules.join(' ')}
                title={segment.rules.map((rule) => t.conversation.rules[rule]).join(', ')}
                className={`scroll-my-24 rounded-[3px] box-decoration-clone px-0.5 text-ink ${markLooks[first]}`}
            >
                {segment.text}
            </mark>
        );
    });
}
