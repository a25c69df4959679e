import { Ban, Bot, Megaphone, type LucideIcon } from 'lucide-react';
import type { Author, Message } from '../../api/conversations';
import type { Quote } from '../../format/evidence';
import { t } from '../../i18n';
import { Attachments } from './Attachments';
import type { MessageProps } from './MessageItem';
import { MessageTime } from './MessageTime';
import { QuotedText } from './QuotedText';
import { isDeleted } from './timeline';

const automatic = 'border border-dashed border-line-strong bg-surface';
const deletedLook = 'border border-line';
const looks: Partial<Record<Author, string>> = { contact: 'bg-sunken', human: 'bg-accent-soft' };
const icons: Partial<Record<Author, LucideIcon>> = { bot: Bot, template: Bot, campaign: Megaphone };

/**
 * The contact speaks from the left, the company from the right: people filled, machines in outline.
 */
export function MessageBubble(props: MessageProps) {
    const { message, startsRun, endsRun, showsTime, quotes, timeZone } = props;
    const { author } = message;
    const fromContact = author === 'contact';
    const look = isDeleted(message) ? deletedLook : (looks[author] ?? automatic);
    const tail = fromContact ? 'rounded-bl-md' : 'rounded-br-md';
    return (
        <article
            data-testid="message"
            data-author={author}
            data-message-id={message.id}
            className={`flex max-w-[85%] flex-col ${fromContact ? 'items-start' : 'ml-auto items-end'} ${startsRun ? 'mt-4' : 'mt-1'}`}
        >
            {startsRun && <AuthorName message={message} />}
            <div
                className={`flex max-w-full flex-wrap items-end justify-end gap-x-3 rounded-2xl px-3.5 py-2 ${look} ${endsRun ? tail : ''}`}
            >
                <div className="max-w-full min-w-0 grow">
                    <Content message={message} quotes={quotes} />
                </div>
                {showsTime && (
                    <MessageTime
                        instant={message.sent_at}
                        timeZone={timeZone}
                        className="text-ink-faint"
                    />
                )}
            </div>
        </article>
    );
}

function Content({ message, quotes }: { message: Message; quotes: Quote[] }) {
    const { text, attachments } = message;
    if (isDeleted(message)) {
        return (
            <p data-deleted className="flex items-center gap-1.5 text-ink-faint italic">
                <Ban className="size-3.5 shrink-0" aria-hidden="true" />
                {t.conversation.deleted}
            </p>
        );
    }
    return (
        <>
            {text !== null && text !== '' && (
                <p dir="auto" className="break-words whitespace-pre-wrap">
                    <QuotedText text={text} quotes={quotes} />
                </p>
            )}
            <Attachments kinds={attachments} />
            {!text && attachments.length === 0 && (
                <p className="text-ink-faint italic">{t.conversation.noText}</p>
            )}
        </>
    );
}

function AuthorName({ message: { author, author_name } }: { message: Message }) {
    const Icon = icons[author];
    const kind = t.conversation.authors[author];
    return (
        <p className="mb-1 flex max-w-full items-center gap-1.5 px-1 text-xs font-medium text-ink-soft">
            {Icon && <Icon className="size-3.5 shrink-0 text-ink-faint" aria-hidden="true" />}
            {Icon && author_name !== null && author_name !== kind && (
                <span className="shrink-0 text-ink-faint">{kind}</span>
            )}
            <bdi className="truncate">{author_name ?? kind}</bdi>
        </p>
    );
}
