import { Link } from '@tanstack/react-router';
import type { InboxCounts } from '../api/overview';
import { formatDuration } from '../format/duration';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { followRowLink } from '../components/followRowLink';
import { t } from '../i18n';
import type { OverviewSearch } from '../state/search';
import { ChartCard } from './ChartCard';
import { Legend } from './Legend';

interface Props {
    tenantId: number;
    search: OverviewSearch;
    inboxes: InboxCounts[];
}

const texts = t.charts.byInbox;
const legend = [
    { name: t.charts.conversations, mark: 'size-2.5 rounded-[3px] bg-track' },
    { name: t.charts.leads, mark: 'size-2.5 rounded-[3px] bg-accent' },
];
const numberCell = 'py-2.5 pl-4 text-right tabular-nums';

/** One bar a row, drawn with HTML: the rows are links and carry the exact numbers. */
export function ByInboxCard({ tenantId, search, inboxes }: Props) {
    const longest = Math.max(1, ...inboxes.map((inbox) => inbox.conversations));
    return (
        <ChartCard title={texts.title} aside={<Legend entries={legend} />}>
            <div data-testid="chart-by-inbox" className="@container -mx-2">
                {inboxes.length === 0 ? (
                    <p className="px-2 text-ui text-ink-faint">{texts.empty}</p>
                ) : (
                    <table className="w-full text-ui">
                        <InboxHead />
                        <tbody className="divide-y divide-line">
                            {inboxes.map((inbox) => (
                                <InboxRow
                                    key={inbox.inbox_id}
                                    tenantId={tenantId}
                                    search={search}
                                    inbox={inbox}
                                    longest={longest}
                                />
                            ))}
                        </tbody>
                    </table>
                )}
            </div>
        </ChartCard>
    );
}

function InboxHead() {
    const head = 'pb-2 pl-4 text-right text-xs font-medium whitespace-nowrap text-ink-faint';
    return (
        <thead>
            <tr>
                <th scope="col" className="pb-2 pl-2 text-left text-xs font-medium text-ink-faint">
                    {texts.inbox}
                </th>
                <th scope="col" className={`${head} hidden @2xl:table-cell`}>
                    {t.charts.conversations}
                </th>
                <th scope="col" className={head}>
                    {t.charts.leads}
                </th>
                <th scope="col" className={`${head} pr-2 @2xl:pr-0`}>
                    {texts.rate}
                </th>
                <th scope="col" className={`${head} hidden @2xl:table-cell`}>
                    {texts.visits}
                </th>
                <th scope="col" className={`${head} hidden pr-2 @2xl:table-cell @3xl:pr-0`}>
                    {texts.conversions}
                </th>
                <th scope="col" className={`${head} hidden @3xl:table-cell`}>
                    {texts.withoutAnswer}
                </th>
                <th scope="col" className={`${head} hidden pr-2 @3xl:table-cell`}>
                    {texts.firstResponse}
                </th>
            </tr>
        </thead>
    );
}

interface RowProps {
    tenantId: number;
    search: OverviewSearch;
    inbox: InboxCounts;
    longest: number;
}

function InboxRow({ tenantId, search, inbox, longest }: RowProps) {
    const rate = ratioOf(inbox.leads, inbox.conversations);
    const seconds = inbox.first_response_mean_seconds;
    return (
        <tr
            data-inbox-id={inbox.inbox_id}
            onClick={followRowLink}
            className="cursor-pointer -outline-offset-2 outline-accent transition-colors hover:bg-canvas has-[a:focus-visible]:outline-2"
        >
            <th scope="row" className="w-full max-w-0 py-2.5 pl-2 text-left font-normal">
                <Link
                    to="/t/$tenantId/leads"
                    params={{ tenantId }}
                    search={{ ...search, inbox: inbox.inbox_id }}
                    title={inbox.name}
                    className="block truncate font-medium outline-none"
                >
                    {inbox.name}
                </Link>
                <InboxBar inbox={inbox} longest={longest} />
            </th>
            <td className={`${numberCell} hidden @2xl:table-cell`}>
                {formatCount(inbox.conversations)}
            </td>
            <td className={`${numberCell} font-semibold`}>{formatCount(inbox.leads)}</td>
            <td className={`${numberCell} pr-2 @2xl:pr-0`}>
                {rate === null ? t.notAvailable : formatPercent(rate)}
            </td>
            <td className={`${numberCell} hidden @2xl:table-cell`}>{formatCount(inbox.visits)}</td>
            <td className={`${numberCell} hidden pr-2 @2xl:table-cell @3xl:pr-0`}>
                {formatCount(inbox.conversions)}
            </td>
            <td className={`${numberCell} hidden @3xl:table-cell`}>
                {formatCount(inbox.without_answer)}
            </td>
            <td className={`${numberCell} hidden pr-2 whitespace-nowrap @3xl:table-cell`}>
                {seconds === null ? t.notAvailable : formatDuration(seconds)}
            </td>
        </tr>
    );
}

function InboxBar({ inbox, longest }: { inbox: InboxCounts; longest: number }) {
    const width = (count: number) => ({ width: `${(100 * count) / longest}%` });
    return (
        <span aria-hidden="true" className="relative mt-1.5 block h-2">
            <span
                className="absolute inset-y-0 left-0 rounded-[3px] bg-track"
                style={width(inbox.conversations)}
            />
            <span
                className="absolute inset-y-0 left-0 rounded-[3px] bg-accent"
                style={width(inbox.leads)}
            />
        </span>
    );
}
