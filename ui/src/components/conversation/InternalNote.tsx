import { Lock } from 'lucide-react';
import { t } from '../../i18n';
import { Attachments } from './Attachments';
import type { MessageProps } from './MessageItem';
import { MessageTime } from './MessageTime';

/** What the team wrote for itself; the contact never saw it. */
export function InternalNote({ message, timeZone }: MessageProps) {
    return (
        <article
            data-testid="message"
            data-author={message.author}
            data-message-id={message.id}
            title={t.conversation.noteHint}
            className="my-3 ml-auto w-fit max-w-[85%] rounded-lg border border-note-line bg-note px-3.5 py-2 text-note-ink"
        >
            <p className="flex items-center gap-1.5 text-xs">
                <Lock className="size-3 shrink-0" aria-hidden="true" />
                <strong className="shrink-0 font-semibold">{t.conversation.authors.note}</strong>
                {message.author_name !== null && (
                    <bdi className="truncate">{message.author_name}</bdi>
                )}
                <MessageTime
                    instant={message.sent_at}
                    timeZone={timeZone}
                    className="ml-auto pl-3"
                />
            </p>
            {message.text !== null && (
                <p dir="auto" className="mt-0.5 break-words whitespace-pre-wrap">
                    {message.text}
                </p>
            )}
            <Attachments kinds={message.attachments} />
        </article>
    );
}
