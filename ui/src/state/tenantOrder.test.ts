import { expect, test } from 'vitest';
import type { TenantSummary } from '../api/tenants';
import { arrangeTenants } from './tenantOrder';

function tenant(name: string, conversations: number, leads: number, lastSync: string | null) {
    return { name, conversations, leads, last_sync_at: lastSync } as TenantSummary;
}

const tenants = [
    tenant('Escola Ágata', 100, 50, '2026-03-01T00:00:00Z'),
    tenant('Academia Vigor', 500, 90, '2026-03-02T00:00:00Z'),
    tenant('Clínica Nova', 0, 0, null),
];
const names = (sorted: TenantSummary[]) => sorted.map(({ name }) => name);

test('each order puts its own tenant first', () => {
    expect(names(arrangeTenants(tenants, undefined, 'leads'))[0]).toBe('Academia Vigor');
    expect(names(arrangeTenants(tenants, undefined, 'rate'))[0]).toBe('Escola Ágata');
    expect(names(arrangeTenants(tenants, undefined, 'sync'))[0]).toBe('Clínica Nova');
    expect(names(arrangeTenants(tenants, undefined, 'name'))[0]).toBe('Academia Vigor');
});

test('the search ignores case and accents', () => {
    expect(names(arrangeTenants(tenants, 'agata', 'leads'))).toEqual(['Escola Ágata']);
    expect(names(arrangeTenants(tenants, 'CLINICA', 'leads'))).toEqual(['Clínica Nova']);
    expect(arrangeTenants(tenants, 'xyz', 'leads')).toEqual([]);
});
