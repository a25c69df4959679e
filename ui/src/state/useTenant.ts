import { useMatch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Tenant } from '../api/session';
import { dayOf } from '../format/instant';
import { resolvePeriod, type Period, type PeriodSearch } from './period';

/** The tenant whose page this is; only below its route. */
export function useTenant(): Tenant {
    return useMatch({ from: '/signedIn/t/$tenantId' }).context.tenant;
}

/** The days of the period in the address, and today, both in the tenant's time zone. */
export function usePeriod(search: PeriodSearch): { period: Period; today: string } {
    const { timezone } = useTenant();
    const today = dayOf(new Date(), timezone);
    const { period, from, to } = search;
    return useMemo(
        () => ({ period: resolvePeriod({ period, from, to }, today), today }),
        [period, from, to, today],
    );
}
