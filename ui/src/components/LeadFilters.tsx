import { leadCategories, leadFlags, leadLabels, leadStatuses } from '../api/leads';
import type { InboxChoice } from '../api/overview';
import { t } from '../i18n';
import { parseLeadSearch, type LeadSearch } from '../state/search';
import { Button } from './Button';
import { InboxFilter } from './InboxFilter';
import { SearchField } from './SearchField';
import { Select, type Option } from './Select';

interface Props {
    search: LeadSearch;
    inboxes: InboxChoice[];
    onChange: (search: LeadSearch) => void;
}

const labelOptions: Option[] = [
    { value: '', text: t.leads.allLabels },
    ...leadLabels.map((label) => ({ value: label, text: t.leads.labels[label] })),
];
const flagOptions: Option[] = [
    { value: '', text: t.leads.allFlags },
    ...leadFlags.map((flag) => ({ value: flag, text: t.leads.flags[flag] })),
];
const statusOptions: Option[] = [
    { value: '', text: t.leads.allStatuses },
    ...leadStatuses.map((status) => ({
        value: String(status),
        text: t.leads.statuses[status] ?? String(status),
    })),
];
const categoryOptions: Option[] = [
    { value: '', text: t.leads.allCategories },
    ...leadCategories.map((category) => ({
        value: category,
        text: t.leads.categories[category],
    })),
];

/** Everything that narrows the list besides the period. Any change leads back to the first page. */
export function LeadFilters({ search, inboxes, onChange }: Props) {
    const { label, flag, status, category, inbox, q } = search;
    const change = (part: Record<string, unknown>) =>
        onChange(parseLeadSearch({ ...search, page: undefined, ...part }));
    const anyFilter = [label, flag, status, category, inbox, q].some(
        (value) => value !== undefined,
    );
    const clear = () =>
        change({
            label: undefined,
            flag: undefined,
            status: undefined,
            category: undefined,
            inbox: undefined,
            q: undefined,
        });

    return (
        <search
            aria-label={t.leads.filters}
            className="grid grid-cols-2 items-center gap-2 sm:flex sm:flex-wrap"
        >
            <SearchField
                label={t.leads.search}
                placeholder={t.leads.searchPlaceholder}
                testId="lead-search"
                value={q ?? ''}
                onChange={(text) => change({ q: text })}
                className="col-span-2 w-full sm:w-80"
            />
            <Select
                label={t.leads.label}
                testId="label-filter"
                value={label ?? ''}
                options={labelOptions}
                active={label !== undefined}
                onChange={(value) => change({ label: value })}
            />
            <Select
                label={t.leads.flag}
                testId="flag-filter"
                value={flag ?? ''}
                options={flagOptions}
                active={flag !== undefined}
                onChange={(value) => change({ flag: value })}
            />
            <Select
                label={t.leads.category}
                testId="category-filter"
                value={category ?? ''}
                options={categoryOptions}
                active={category !== undefined}
                onChange={(value) => change({ category: value })}
            />
            <Select
                label={t.leads.status}
                testId="status-filter"
                value={status === undefined ? '' : String(status)}
                options={statusOptions}
                active={status !== undefined}
                onChange={(value) => change({ status: value })}
            />
            <InboxFilter
                inboxes={inboxes}
                value={inbox}
                onChange={(value) => change({ inbox: value })}
            />
            {anyFilter && (
                <Button
                    data-testid="clear-filters"
                    onClick={clear}
                    className="border-transparent bg-transparent px-3"
                >
                    {t.leads.clear}
                </Button>
            )}
        </search>
    );
}
