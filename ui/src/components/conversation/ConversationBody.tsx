import { useMemo } from 'react';
import type { Conversation } from '../../api/conversations';
import { t } from '../../i18n';
import { ConversationFacts } from './ConversationFacts';
import { DaySeparator } from './DaySeparator';
import { EvidenceLegend } from './EvidenceLegend';
import { MessageItem } from './MessageItem';
import { countMarks, quotesByMessage, timelineOf } from './timeline';

export function ConversationBody({
    conversation,
    timeZone,
}: {
    conversation: Conversation;
    timeZone: string;
}) {
    const { messages, evidence } = conversation;
    const days = useMemo(() => timelineOf(messages, timeZone), [messages, timeZone]);
    const quotes = useMemo(() => quotesByMessage(evidence), [evidence]);
    const marks = useMemo(() => countMarks(messages, quotes), [messages, quotes]);
    return (
        <>
            <ConversationFacts conversation={conversation} timeZone={timeZone} />
            {marks.size > 0 && <EvidenceLegend marks={marks} />}
            <section aria-label={t.conversation.messages} className="px-5 pt-1 pb-10">
                {days.length === 0 && (
                    <p className="py-10 text-center text-ink-faint">{t.conversation.empty}</p>
                )}
                {days.map(({ day, entries }) => (
                    <div key={day}>
                        <DaySeparator
                            instant={entries[0]?.message.sent_at ?? day}
                            timeZone={timeZone}
                        />
                        {entries.map((entry) => (
                            <MessageItem
                                key={entry.message.id}
                                {...entry}
                                quotes={quotes.get(entry.message.id) ?? []}
                                timeZone={timeZone}
                            />
                        ))}
                    </div>
                ))}
            </section>
        </>
    );
}
