import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { Tenant } from './session';

export interface Kpis {
    conversations: number;
    leads: number;
    visits: number;
    conversions: number;
    first_response_mean_seconds: number | null;
    first_response_median_seconds: number | null;
    without_answer: number;
}

export interface DayCounts {
    date: string;
    conversations: number;
    leads: number;
}

export interface InboxCounts {
    inbox_id: number;
    name: string;
    channel_type: string;
    conversations: number;
    leads: number;
    visits: number;
    conversions: number;
    without_answer: number;
    first_response_mean_seconds: number | null;
}

export interface CategoryCounts {
    category: string;
    label: string;
    color: string;
    conversations: number;
    leads: number;
}

export interface DayPeriodCounts {
    period: string;
    conversations: number;
    leads: number;
}

export interface InboxChoice {
    id: number;
    name: string;
}

export interface Overview {
    tenant: Tenant;
    period: { from: string; to: string };
    complete_up_to: string | null;
    kpis: Kpis;
    previous: Kpis;
    leads_per_day: DayCounts[];
    by_inbox: InboxCounts[];
    by_category: CategoryCounts[];
    by_period: DayPeriodCounts[];
    inboxes: InboxChoice[];
}

export interface OverviewFilter {
    from: string;
    to: string;
    inbox?: number;
}

export function overviewQuery(tenantId: number, filter: OverviewFilter) {
    return queryOptions({
        queryKey: ['overview', tenantId, filter],
        queryFn: ({ signal }) =>
            getJson<Overview>(`/api/tenants/${tenantId}/overview`, { ...filter }, signal),
        // The last numbers stay until the new ones come, but never those of another tenant.
        placeholderData: (previous, query) =>
            query?.queryKey[1] === tenantId ? previous : undefined,
    });
}
