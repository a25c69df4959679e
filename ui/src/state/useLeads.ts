import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { leadsQuery } from '../api/leads';
import { usePeriod, useTenant } from './useTenant';

/**
 * The page of leads that the address asks for; shared by the list and the conversation beside it.
 */
export function useLeads() {
    const tenant = useTenant();
    const search = useSearch({ from: '/signedIn/t/$tenantId/leads' });
    const { period, today } = usePeriod(search);
    const { inbox, label, flag, status, category, q, page = 1 } = search;
    const { from, to } = period;
    const filter = { from, to, inbox, label, flag, status, category, q, page };
    return { tenant, search, period, today, leads: useQuery(leadsQuery(tenant.id, filter)) };
}
