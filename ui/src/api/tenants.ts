import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { Tenant } from './session';

export type TenantStatus = 'active' | 'trial' | 'suspended' | 'cancelled';
export type SyncStatus = 'success' | 'failed' | 'running';

export interface TenantSummary extends Tenant {
    status: TenantStatus;
    plan: string;
    conversations: number;
    leads: number;
    inboxes: number;
    users: number;
    last_sync_at: string | null;
    last_sync_status: SyncStatus | null;
    complete_up_to: string | null;
    /** When the source was last compared row by row, if all was equal then. */
    proven_up_to: string | null;
    /** The last comparison left differences. */
    proof_failed: boolean;
    /** Rows in quarantine. */
    rejected: number;
    open_alerts: number;
}

export interface TenantList {
    tenants: TenantSummary[];
    totals: { tenants: number; conversations: number; leads: number };
}

export const tenantsQuery = queryOptions({
    queryKey: ['tenants'],
    queryFn: ({ signal }) => getJson<TenantList>('/api/tenants', {}, signal),
});
