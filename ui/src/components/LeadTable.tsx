import type { Lead } from '../api/leads';
import { t } from '../i18n';
import { LeadRow } from './LeadRow';

interface Props {
    tenantId: number;
    timeZone: string;
    leads: Lead[];
    openId: number | undefined;
}

const head = 'h-10 px-3 text-left text-xs font-medium whitespace-nowrap text-ink-faint';
const { columns } = t.leads;

/**
 * The width of the table itself decides which columns show, so it also fits beside an open
 * conversation.
 */
export function LeadTable({ tenantId, timeZone, leads, openId }: Props) {
    return (
        <div className="@container">
            <table className="w-full table-auto text-ui" aria-label={t.leads.title}>
                <thead className="border-b border-line">
                    <tr>
                        <th scope="col" className={`${head} pl-5`}>
                            {columns.contact}
                        </th>
                        <th scope="col" className={`${head} hidden @3xl:table-cell`}>
                            {columns.inbox}
                        </th>
                        <th scope="col" className={`${head} hidden @6xl:table-cell`}>
                            {columns.first}
                        </th>
                        <th scope="col" className={`${head} hidden @xl:table-cell`}>
                            {columns.last}
                        </th>
                        <th scope="col" className={`${head} pr-5 @xl:pr-3`}>
                            {columns.score}
                        </th>
                        <th scope="col" className={`${head} hidden @2xl:table-cell`}>
                            {columns.marks}
                        </th>
                        <th scope="col" className={`${head} hidden @5xl:table-cell`}>
                            {columns.category}
                        </th>
                        <th scope="col" className={`${head} hidden pr-5 @4xl:table-cell`}>
                            {columns.status}
                        </th>
                    </tr>
                </thead>
                <tbody className="divide-y divide-line">
                    {leads.map((lead) => (
                        <LeadRow
                            key={lead.conversation_id}
                            tenantId={tenantId}
                            timeZone={timeZone}
                            lead={lead}
                            open={lead.conversation_id === openId}
                        />
                    ))}
                </tbody>
            </table>
        </div>
    );
}
