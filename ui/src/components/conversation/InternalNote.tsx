import { Lock } from 'lucide-react';
import { formatTime } from '../../format/instant';
import { t } from '../../i18n';
import { Attachments } from './Attachments';
import type { MessageProps } from './MessageItem';

/** What the team wrote for itself; the contact never saw it. */
export function InternalNote({ message, timeZone }: MessageProps) {
    return (
        <article
            data-testid="message"
            data-author={message.author}
            data-message-id={message.id}
            className="my-3 ml-auto max-w-[85%] rounded-lg border border-note-line bg-note px-3.5 py-2.5 text-note-ink"
        >
            <p className="flex items-center gap-1.5 text-xs font-semibold">
                <Lock className="size-3" aria-hidden="true" />
                {t.conversation.authors.note}
                {message.author_name !== null && (
                    <span className="font-normal">· {message.author_name}</span>
                )}
                <time dateTime={message.sent_at} className="ml-auto pl-3 font-normal tabular-nums">
                    {formatTime(message.sent_at, timeZone)}
                </time>
            </p>
            {message.text !== null && (
                <p className="mt-1 break-words whitespace-pre-wrap">{message.text}</p>
            )}
            <Attachments kinds={message.attachments} />
        </article>
    );
}
