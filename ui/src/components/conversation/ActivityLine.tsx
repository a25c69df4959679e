import { formatTime } from '../../format/instant';
import type { MessageProps } from './MessageItem';

export function ActivityLine({ message, timeZone }: MessageProps) {
    return (
        <p
            data-testid="message"
            data-author={message.author}
            data-message-id={message.id}
            className="mx-auto max-w-md py-2 text-center text-xs text-pretty text-ink-faint"
        >
            {message.text}{' '}
            <span className="tabular-nums">· {formatTime(message.sent_at, timeZone)}</span>
        </p>
    );
}
