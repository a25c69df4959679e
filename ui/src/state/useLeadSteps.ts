import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Lead } from '../api/leads';

export type Step = 1 | -1;

export interface LeadSteps {
    /** Opens the next or the previous conversation of the list, where there is one. */
    open: (step: Step) => void;
    hasNext: boolean;
    hasPrevious: boolean;
}

export function useLeadSteps(leads: Lead[], openId: number): LeadSteps {
    const navigate = useNavigate();
    const open = useCallback(
        (step: Step) => {
            const neighbour = neighbourOf(leads, openId, step);
            if (neighbour === undefined) return;
            void navigate({
                from: '/t/$tenantId/leads',
                to: '/t/$tenantId/leads/$conversationId',
                params: (params) => ({ ...params, conversationId: neighbour.conversation_id }),
                search: (search) => search,
                replace: true,
                resetScroll: false,
            });
        },
        [leads, navigate, openId],
    );
    return {
        open,
        hasNext: neighbourOf(leads, openId, 1) !== undefined,
        hasPrevious: neighbourOf(leads, openId, -1) !== undefined,
    };
}

/** A conversation that is not on this page of the list has no neighbours. */
function neighbourOf(leads: Lead[], openId: number, step: Step): Lead | undefined {
    const index = leads.findIndex((lead) => lead.conversation_id === openId);
    return index < 0 ? undefined : leads[index + step];
}
