import type { ReactNode } from 'react';
import type { Conversation } from '../../api/conversations';
import { formatDuration } from '../../format/duration';
import { formatDateTime } from '../../format/instant';
import { formatPhone } from '../../format/phone';
import { t } from '../../i18n';
import { Badge } from '../Badge';
import { LeadMarks } from '../LeadMarks';
import { ScoreBadge } from '../ScoreBadge';

interface Props {
    conversation: Conversation;
    timeZone: string;
}

const texts = t.conversation;

/** Who it is, how warm the lead is, and who takes care. */
export function ConversationFacts({ conversation, timeZone }: Props) {
    const { first_response_seconds: response, csat_rating: rating } = conversation;
    const phone = conversation.contact_phone;
    return (
        <div className="border-b border-line px-5 py-4">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
                {conversation.is_lead ? (
                    <ScoreBadge score={conversation.score} label={conversation.label} />
                ) : (
                    <Badge tone="neutral">{texts.notLead}</Badge>
                )}
                <LeadMarks
                    visit={conversation.visit_scheduled}
                    conversion={conversation.crm_converted}
                />
                <Badge tone="neutral">{conversation.category_label}</Badge>
                <Badge tone="neutral">{conversation.status_label}</Badge>
            </div>
            <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 text-ui sm:grid-cols-3">
                {phone !== null && <Fact name={texts.phone}>{formatPhone(phone)}</Fact>}
                <Fact name={t.inboxFilter.label}>{conversation.inbox_name}</Fact>
                {conversation.contact_email !== null && (
                    <Fact name={texts.email} wide>
                        {conversation.contact_email}
                    </Fact>
                )}
                <Fact name={texts.assignee}>{conversation.assignee_name ?? texts.nobody}</Fact>
                {conversation.team_name !== null && (
                    <Fact name={texts.team}>{conversation.team_name}</Fact>
                )}
                <Fact name={texts.started}>
                    {formatDateTime(conversation.created_at, timeZone)}
                </Fact>
                <Fact name={texts.firstResponse}>
                    {response === null ? texts.noResponse : formatDuration(response)}
                </Fact>
                {rating !== null && (
                    <Fact name={texts.csat}>
                        {texts.csatValue(rating)}
                        {conversation.csat_feedback !== null && (
                            <q className="block text-ink-soft">{conversation.csat_feedback}</q>
                        )}
                    </Fact>
                )}
            </dl>
            {conversation.labels.length > 0 && <LabelList labels={conversation.labels} />}
        </div>
    );
}

interface FactProps {
    name: string;
    /** Takes a whole line on a phone. */
    wide?: boolean;
    children: ReactNode;
}

function Fact({ name, wide = false, children }: FactProps) {
    return (
        <div className={`min-w-0 ${wide ? 'col-span-2 sm:col-span-1' : ''}`}>
            <dt className="text-xs text-ink-faint">{name}</dt>
            <dd className="break-words tabular-nums">{children}</dd>
        </div>
    );
}

function LabelList({ labels }: { labels: string[] }) {
    return (
        <ul aria-label={texts.labels} className="mt-3.5 flex flex-wrap gap-1.5">
            {labels.map((label) => (
                <li
                    key={label}
                    className="rounded-full border border-line-strong px-2.5 py-0.5 text-xs text-ink-soft"
                >
                    {label}
                </li>
            ))}
        </ul>
    );
}
