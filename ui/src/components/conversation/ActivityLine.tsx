import type { MessageProps } from './MessageItem';
import { MessageTime } from './MessageTime';

export function ActivityLine({ message, timeZone }: MessageProps) {
    return (
        <p
            data-testid="message"
            data-author={message.author}
            data-message-id={message.id}
            className="mx-auto max-w-md py-2 text-center text-xs break-words text-pretty text-ink-faint"
        >
            {message.text}{' '}
            <span className="whitespace-nowrap">
                · <MessageTime instant={message.sent_at} timeZone={timeZone} />
            </span>
        </p>
    );
}
