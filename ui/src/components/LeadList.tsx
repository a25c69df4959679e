import type { UseQueryResult } from '@tanstack/react-query';
import { RefreshCw, SearchX } from 'lucide-react';
import type { LeadPage } from '../api/leads';
import type { Tenant } from '../api/session';
import { formatCount } from '../format/number';
import { t } from '../i18n';
import type { LeadSearch } from '../state/search';
import { useListKeys } from '../state/useListKeys';
import { LeadsSkeleton } from './LeadsSkeleton';
import { LeadTable } from './LeadTable';
import { Notice } from './Notice';
import { Pagination } from './Pagination';
import { QueryError } from './QueryError';

interface Props {
    tenant: Tenant;
    search: LeadSearch;
    leads: UseQueryResult<LeadPage>;
    /** The conversation in the panel beside the list. */
    openId: number | undefined;
}

export function LeadList({ tenant, search, leads, openId }: Props) {
    const { data, error } = leads;
    useListKeys(openId === undefined ? focusNeighbour : ignore);
    if (error && !data) return <QueryError error={error} onRetry={() => void leads.refetch()} />;
    return (
        <section
            aria-label={t.leads.title}
            aria-busy={leads.isFetching}
            className={`surface-card overflow-clip transition-opacity ${leads.isPlaceholderData ? 'opacity-60' : ''}`}
        >
            <div className="flex h-12 items-center justify-between gap-4 border-b border-line px-5">
                <p
                    data-testid="leads-total"
                    data-value={data?.total ?? ''}
                    aria-live="polite"
                    className="font-semibold tabular-nums"
                >
                    {data ? countText(data.total) : t.loading}
                </p>
                <p className="hidden text-xs text-ink-faint lg:block">{t.leads.keyboard}</p>
            </div>
            {leads.isPending && <LeadsSkeleton />}
            {data && data.total === 0 && (
                <EmptyLeads search={search} synchronised={data.complete_up_to !== null} />
            )}
            {data && data.total > 0 && (
                <>
                    <LeadTable
                        tenantId={tenant.id}
                        timeZone={tenant.timezone}
                        leads={data.leads}
                        openId={openId}
                    />
                    <Pagination page={data.page} pageSize={data.page_size} total={data.total} />
                </>
            )}
        </section>
    );
}

function EmptyLeads({ search, synchronised }: { search: LeadSearch; synchronised: boolean }) {
    if (!synchronised) return <Notice icon={RefreshCw} {...t.leads.neverSynchronised} />;
    const { label, flag, status, category, q } = search;
    const filtered = [label, flag, status, category, q].some((value) => value !== undefined);
    const texts = filtered ? t.leads.empty : t.leads.emptyPeriod;
    return <Notice icon={SearchX} title={texts.title} detail={texts.detail} />;
}

function countText(total: number): string {
    return total === 1 ? t.leads.countOne : t.leads.count(formatCount(total));
}

/** Moves the focus between the rows, from the first one if it is elsewhere. */
function focusNeighbour(step: 1 | -1): void {
    const links = [...document.querySelectorAll<HTMLElement>('[data-lead-link]')];
    const index = links.indexOf(document.activeElement as HTMLElement);
    links[index < 0 ? 0 : index + step]?.focus();
}

/** An open conversation takes the keys for itself. */
function ignore(): void {}
