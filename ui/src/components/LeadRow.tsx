import { Link } from '@tanstack/react-router';
import type { Lead } from '../api/leads';
import { contactSubtitle, contactTitle } from '../format/contact';
import { formatMoment } from '../format/instant';
import { t } from '../i18n';
import { followRowLink } from './followRowLink';
import { LeadMarks } from './LeadMarks';
import { ScoreBadge } from './ScoreBadge';

interface Props {
    tenantId: number;
    timeZone: string;
    lead: Lead;
    /** Its conversation is on screen. */
    open: boolean;
}

const cell = 'h-14 px-3';

/** One lead. A click anywhere follows the link of its name; j and k move between these links. */
export function LeadRow({ tenantId, timeZone, lead, open }: Props) {
    const moment = (instant: string | null) =>
        instant === null ? t.notAvailable : formatMoment(instant, timeZone, new Date());
    const last = moment(lead.last_message_at);
    return (
        <tr
            data-testid="lead-row"
            data-conversation-id={lead.conversation_id}
            onClick={followRowLink}
            className={`cursor-pointer -outline-offset-2 outline-accent transition-colors has-[a:focus-visible]:outline-2 ${open ? 'bg-accent-soft' : 'hover:bg-canvas'}`}
        >
            <th scope="row" className={`${cell} w-full max-w-0 py-2 pl-5 text-left font-normal`}>
                <Link
                    to="/t/$tenantId/leads/$conversationId"
                    params={{ tenantId, conversationId: lead.conversation_id }}
                    search={(search) => search}
                    resetScroll={false}
                    aria-current={open ? 'true' : undefined}
                    data-lead-link
                    className="block truncate text-sm font-medium outline-none"
                >
                    <bdi>{contactTitle(lead)}</bdi>
                </Link>
                <p className="truncate text-xs text-ink-faint tabular-nums">
                    {contactSubtitle(lead)}
                    <span className="@xl:hidden"> · {last}</span>
                </p>
            </th>
            <td className={`${cell} hidden max-w-48 truncate text-ink-soft @3xl:table-cell`}>
                {lead.inbox_name}
            </td>
            <td
                className={`${cell} hidden whitespace-nowrap text-ink-soft tabular-nums @6xl:table-cell`}
            >
                {moment(lead.first_message_at)}
            </td>
            <td
                className={`${cell} hidden whitespace-nowrap text-ink-soft tabular-nums @xl:table-cell`}
            >
                {last}
            </td>
            <td className={`${cell} pr-5 whitespace-nowrap @xl:pr-3`}>
                <ScoreBadge score={lead.score} label={lead.label} />
            </td>
            <td className={`${cell} hidden @2xl:table-cell`}>
                <LeadMarks visit={lead.visit_scheduled} conversion={lead.crm_converted} />
            </td>
            <td className={`${cell} hidden whitespace-nowrap text-ink-soft @5xl:table-cell`}>
                {lead.category_label}
            </td>
            <td className={`${cell} hidden pr-5 whitespace-nowrap text-ink-soft @4xl:table-cell`}>
                {lead.status_label}
            </td>
        </tr>
    );
}
