import { leadCategories, leadFlags, leadLabels, leadStatuses } from '../api/leads';
import type { LeadCategory, LeadFlag, LeadLabel, LeadStatus } from '../api/leads';
import { parsePeriodSearch, type PeriodSearch } from './period';

export type RawSearch = Record<string, unknown>;

export interface OverviewSearch extends PeriodSearch {
    inbox?: number;
}

export interface LeadSearch extends OverviewSearch {
    label?: LeadLabel;
    flag?: LeadFlag;
    status?: LeadStatus;
    category?: LeadCategory;
    q?: string;
    page?: number;
}

export const tenantSorts = ['leads', 'conversations', 'rate', 'name', 'sync'] as const;
export type TenantSort = (typeof tenantSorts)[number];

export interface TenantSearch {
    q?: string;
    sort?: TenantSort;
}

/** Plain key=value pairs both ways: addresses that people can read, and "44" stays text. */
export function parseSearchText(text: string): Record<string, string> {
    return Object.fromEntries(new URLSearchParams(text));
}

export function searchText(search: RawSearch): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(search)) {
        if (value !== undefined && value !== '') parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text === '' ? '' : `?${text}`;
}

export function parseOverviewSearch(raw: RawSearch): OverviewSearch {
    return defined({ ...parsePeriodSearch(raw), inbox: positive(raw.inbox) });
}

export function parseLeadSearch(raw: RawSearch): LeadSearch {
    const page = positive(raw.page);
    return defined({
        ...parseOverviewSearch(raw),
        label: oneOf(leadLabels, raw.label),
        flag: oneOf(leadFlags, raw.flag),
        status: leadStatuses.find((status) => String(status) === String(raw.status)),
        category: oneOf(leadCategories, raw.category),
        q: phrase(raw.q),
        page: page === 1 ? undefined : page,
    });
}

export function parseTenantSearch(raw: RawSearch): TenantSearch {
    const sort = oneOf(tenantSorts, raw.sort);
    return defined({ q: phrase(raw.q), sort: sort === 'leads' ? undefined : sort });
}

/** Leaves out undefined values, so that equal searches are equal objects and short addresses. */
function defined<T extends object>(search: T): T {
    return Object.fromEntries(
        Object.entries(search).filter(([, value]) => value !== undefined),
    ) as T;
}

function positive(value: unknown): number | undefined {
    const number = Number(value);
    return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function oneOf<T extends string>(choices: readonly T[], value: unknown): T | undefined {
    return choices.find((choice) => choice === value);
}

function phrase(value: unknown): string | undefined {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    const text = String(value).trim();
    return text === '' ? undefined : text;
}
