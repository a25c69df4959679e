import { Link } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount } from '../format/number';
import { t } from '../i18n';
import { pagesAround } from '../state/pages';

interface Props {
    page: number;
    pageSize: number;
    total: number;
}

export function Pagination({ page, pageSize, total }: Props) {
    const last = Math.max(1, Math.ceil(total / pageSize));
    const first = (page - 1) * pageSize + 1;
    const range = t.paging.range(
        formatCount(first),
        formatCount(Math.min(page * pageSize, total)),
        formatCount(total),
    );
    return (
        <nav
            aria-label={t.paging.label}
            data-testid="pagination"
            className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-5 py-3 text-ui"
        >
            <span className="text-ink-faint tabular-nums">{range}</span>
            {last > 1 && (
                <ul className="flex items-center gap-0.5">
                    <PageStep page={page - 1} last={last} label={t.paging.previous}>
                        <ChevronLeft className="size-4" aria-hidden="true" />
                    </PageStep>
                    {pagesAround(page, last).map((number, index) =>
                        number === null ? (
                            <li
                                key={`gap-${index}`}
                                aria-hidden="true"
                                className="px-1 text-ink-faint"
                            >
                                …
                            </li>
                        ) : (
                            <PageStep
                                key={number}
                                page={number}
                                last={last}
                                label={t.paging.page(number)}
                                current={number === page}
                            >
                                {formatCount(number)}
                            </PageStep>
                        ),
                    )}
                    <PageStep page={page + 1} last={last} label={t.paging.next}>
                        <ChevronRight className="size-4" aria-hidden="true" />
                    </PageStep>
                </ul>
            )}
        </nav>
    );
}

interface StepProps {
    page: number;
    last: number;
    label: string;
    current?: boolean;
    children: ReactNode;
}

function PageStep({ page, last, label, current = false, children }: StepProps) {
    const look = 'grid h-8 min-w-8 place-items-center rounded-lg px-2 tabular-nums';
    if (page < 1 || page > last) {
        return (
            <li>
                <span aria-hidden="true" className={`${look} opacity-35`}>
                    {children}
                </span>
            </li>
        );
    }
    return (
        <li>
            <Link
                from="/t/$tenantId/leads"
                to="/t/$tenantId/leads"
                search={(search) => ({ ...search, page: page === 1 ? undefined : page })}
                aria-label={label}
                aria-current={current ? 'page' : undefined}
                className={`${look} ${current ? 'bg-accent-soft font-semibold text-accent-strong' : 'text-ink-soft hover:bg-sunken hover:text-ink'}`}
            >
                {children}
            </Link>
        </li>
    );
}
