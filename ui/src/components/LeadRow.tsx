import { Link } from '@tanstack/react-router';
import type { Lead } from '../api/leads';
import { formatMoment } from '../format/instant';
import { formatPhone } from '../format/phone';
import { t } from '../i18n';
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

/** One lead. The link of its name covers the row; j and k move between these links. */
export function LeadRow({ tenantId, timeZone, lead, open }: Props) {
    const moment = (instant: string | null) =>
        instant === null ? t.notAvailable : formatMoment(instant, timeZone, new Date());
    const last = moment(lead.last_message_at);
    return (
        <tr
            data-testid="lead-row"
            data-conversation-id={lead.conversation_id}
            className={`relative transition-colors focus-within:bg-canvas hover:bg-canvas ${open ? 'bg-accent-soft hover:bg-accent-soft' : ''}`}
        >
            <th scope="row" className={`${cell} w-full max-w-0 py-2 pl-5 text-left font-normal`}>
                <Link
                    to="/t/$tenantId/leads/$conversationId"
                    params={{ tenantId, conversationId: lead.conversation_id }}
                    search={(search) => search}
                    resetScroll={false}
                    aria-current={open ? 'true' : undefined}
                    data-lead-link
                    className="block truncate text-sm font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
                >
                    {lead.contact_name ?? t.leads.unnamed}
                </Link>
                <p className="truncate text-xs text-ink-faint tabular-nums">
                    {lead.contact_phone === null
                        ? `#${lead.display_id}`
                        : formatPhone(lead.contact_phone)}
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
