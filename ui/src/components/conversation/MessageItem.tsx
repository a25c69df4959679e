import type { Evidence, Message } from '../../api/conversations';
import { ActivityLine } from './ActivityLine';
import { InternalNote } from './InternalNote';
import { MessageBubble } from './MessageBubble';

export interface MessageProps {
    message: Message;
    startsRun: boolean;
    quotes: Evidence[];
    timeZone: string;
}

export function MessageItem(props: MessageProps) {
    switch (props.message.author) {
        case 'activity':
            return <ActivityLine {...props} />;
        case 'note':
            return <InternalNote {...props} />;
        default:
            return <MessageBubble {...props} />;
    }
}
