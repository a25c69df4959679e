import { Bot, Megaphone, type LucideIcon } from 'lucide-react';
import type { Author, Message } from '../../api/conversations';
import { formatTime } from '../../format/instant';
import { t } from '../../i18n';
import { Attachments } from './Attachments';
import type { MessageProps } from './MessageItem';
import { QuotedText } from './QuotedText';

const automatic = 'rounded-br-md border border-dashed border-line-strong bg-surface';
const looks: Partial<Record<Author, string>> = {
    contact: 'rounded-bl-md bg-sunken',
    human: 'rounded-br-md bg-accent-soft',
};
const icons: Partial<Record<Author, LucideIcon>> = { bot: Bot, template: Bot, campaign: Megaphone };

/**
 * The contact speaks from the left, the company from the right: people filled, machines in outline.
 */
export function MessageBubble({ message, startsRun, quotes, timeZone }: MessageProps) {
    const { author, text, attachments, sent_at } = message;
    const fromContact = author === 'contact';
    return (
        <article
            data-testid="message"
            data-author={author}
            data-message-id={message.id}
            className={`flex max-w-[85%] flex-col ${fromContact ? 'items-start' : 'ml-auto items-end'} ${startsRun ? 'mt-4' : 'mt-1'}`}
        >
            {startsRun && <AuthorName message={message} />}
            <div className={`max-w-full rounded-2xl px-3.5 py-2 ${looks[author] ?? automatic}`}>
                {text !== null && text !== '' && (
                    <p className="break-words whitespace-pre-wrap">
                        <QuotedText text={text} quotes={quotes} />
                    </p>
                )}
                <Attachments kinds={attachments} />
                {!text && attachments.length === 0 && (
                    <p className="text-ink-faint italic">{t.conversation.noText}</p>
                )}
                <p className="mt-0.5 text-right text-[0.6875rem] leading-4 text-ink-faint tabular-nums">
                    <time dateTime={sent_at}>{formatTime(sent_at, timeZone)}</time>
                </p>
            </div>
        </article>
    );
}

function AuthorName({ message: { author, author_name } }: { message: Message }) {
    const Icon = icons[author];
    const kind = t.conversation.authors[author];
    const automaticName =
        author_name !== null && author_name !== kind ? `${kind} · ${author_name}` : kind;
    return (
        <p className="mb-1 flex items-center gap-1.5 px-1 text-xs font-medium text-ink-soft">
            {Icon && <Icon className="size-3.5 text-ink-faint" aria-hidden="true" />}
            {Icon ? automaticName : (author_name ?? kind)}
        </p>
    );
}
