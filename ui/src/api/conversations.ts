import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client';
import type { Lead } from './leads';

export const evidenceRules = ['lead', 'visit', 'conversion', 'call', 'negative'] as const;

export type EvidenceRule = (typeof evidenceRules)[number];
export type Author = 'contact' | 'human' | 'bot' | 'template' | 'activity' | 'note' | 'campaign';

/** The rule "category" tells why the conversation has its category, which needs no mark. */
export interface Evidence {
    rule: EvidenceRule | 'category';
    message_id: number;
    quote: string;
}

export interface Message {
    id: number;
    author: Author;
    author_name: string | null;
    text: string | null;
    sent_at: string;
    attachments: string[];
}

/** A lead's keys, but `messages` holds the messages themselves instead of their number. */
export interface Conversation extends Omit<Lead, 'messages'> {
    is_lead: boolean;
    contact_email: string | null;
    team_name: string | null;
    channel_type: string;
    created_at: string;
    first_response_seconds: number | null;
    csat_rating: number | null;
    csat_feedback: string | null;
    evidence: Evidence[];
    messages: Message[];
}

interface ConversationAnswer {
    conversation: Conversation;
}

export function conversationQuery(tenantId: number, conversationId: number) {
    return queryOptions({
        queryKey: ['conversation', tenantId, conversationId],
        queryFn: async ({ signal }) => {
            const path = `/api/tenants/${tenantId}/conversations/${conversationId}`;
            return (await getJson<ConversationAnswer>(path, {}, signal)).conversation;
        },
    });
}
