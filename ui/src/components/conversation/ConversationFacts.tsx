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
    const { contact_phone: phone, contact_email: email, team_name: team } = conversation;
    const feedback = conversation.csat_feedback;
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
                {phone !== null && <Fact name={texts.phone} text={formatPhone(phone)} />}
                {email !== null && <Fact name={texts.email} text={email} wide />}
                <Fact name={t.inboxFilter.label} text={conversation.inbox_name} />
                <Fact name={texts.assignee} text={conversation.assignee_name ?? texts.nobody} />
                {team !== null && <Fact name={texts.team} text={team} />}
                <Fact
                    name={texts.started}
                    text={formatDateTime(conversation.created_at, timeZone)}
                />
                <Fact
                    name={texts.firstResponse}
                    text={response === null ? texts.noResponse : formatDuration(response)}
                />
                {rating !== null && <Fact name={texts.csat} text={texts.csatValue(rating)} />}
                {feedback !== null && <Fact name={texts.csatFeedback} text={feedback} wide />}
            </dl>
            {conversation.labels.length > 0 && <LabelList labels={conversation.labels} />}
        </div>
    );
}

interface FactProps {
    name: string;
    text: string;
    /** Takes two columns, for what is long as a rule. */
    wide?: boolean;
}

function Fact({ name, text, wide = false }: FactProps) {
    return (
        <div className={`min-w-0 ${wide ? 'col-span-2' : ''}`}>
            <dt className="text-xs text-ink-faint">{name}</dt>
            <dd title={text} dir="auto" className="line-clamp-3 break-words tabular-nums">
                {text}
            </dd>
        </div>
    );
}

function LabelList({ labels }: { labels: string[] }) {
    return (
        <ul aria-label={texts.labels} className="mt-3.5 flex flex-wrap gap-1.5">
            {labels.map((label) => (
                <li
                    key={label}
                    title={label}
                    className="max-w-full truncate rounded-full border border-line-strong px-2.5 py-0.5 text-xs text-ink-soft"
                >
                    {label}
                </li>
            ))}
        </ul>
    );
}
