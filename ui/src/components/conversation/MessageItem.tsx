import type { Quote } from '../../format/evidence';
import { ActivityLine } from './ActivityLine';
import { InternalNote } from './InternalNote';
import { MessageBubble } from './MessageBubble';
import type { TimelineEntry } from './timeline';

export interface MessageProps extends TimelineEntry {
    quotes: Quote[];
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
