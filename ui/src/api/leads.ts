import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { InboxChoice, OverviewFilter } from './overview';

export const leadLabels = ['Alto', 'Médio', 'Baixo', 'N/A'] as const;
export const leadFlags = ['visit', 'conversion', 'without_answer'] as const;
export const leadStatuses = [0, 1, 2, 3] as const;
export const leadCategories = [
    'AGENDAMENTO',
    'PRECO_PLANOS',
    'INFORMACOES',
    'SUPORTE',
    'CANCELAMENTO',
    'OUTROS',
] as const;

export type LeadLabel = (typeof leadLabels)[number];
export type LeadFlag = (typeof leadFlags)[number];
export type LeadStatus = (typeof leadStatuses)[number];
export type LeadCategory = (typeof leadCategories)[number];

export interface Lead {
    conversation_id: number;
    display_id: number;
    contact_name: string | null;
    contact_phone: string | null;
    inbox_id: number;
    inbox_name: string;
    status: LeadStatus;
    status_label: string;
    first_message_at: string | null;
    last_message_at: string | null;
    messages: number;
    visit_scheduled: boolean;
    crm_converted: boolean;
    score: number;
    label: LeadLabel;
    category: string;
    category_label: string;
    assignee_name: string | null;
    labels: string[];
}

export interface LeadPage {
    page: number;
    page_size: number;
    total: number;
    leads: Lead[];
    inboxes: InboxChoice[];
    complete_up_to: string | null;
}

export interface LeadFilter extends OverviewFilter {
    label?: LeadLabel;
    flag?: LeadFlag;
    status?: LeadStatus;
    category?: LeadCategory;
    q?: string;
    page: number;
}

export function leadsQuery(tenantId: number, filter: LeadFilter) {
    return queryOptions({
        queryKey: ['leads', tenantId, filter],
        queryFn: ({ signal }) =>
            getJson<LeadPage>(`/api/tenants/${tenantId}/leads`, { ...filter }, signal),
        // The last list stays until the new one comes, but never that of another tenant.
        placeholderData: (previous, query) =>
            query?.queryKey[1] === tenantId ? previous : undefined,
    });
}
