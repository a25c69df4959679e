import { Link, useSearch } from '@tanstack/react-router';
import { t } from '../i18n';
import { parseOverviewSearch } from '../state/search';

const linkClass =
    'flex h-8 items-center rounded-lg px-3 text-ui font-medium text-ink-soft transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-strong';

/** Period and inbox stay when the page changes. */
export function MainNavigation({ tenantId }: { tenantId: number }) {
    const search = parseOverviewSearch(useSearch({ strict: false }));
    const params = { tenantId };
    return (
        <nav aria-label={t.navigation.label} className="flex items-center gap-1">
            <Link
                to="/t/$tenantId"
                params={params}
                search={search}
                activeOptions={{ exact: true, includeSearch: false }}
                className={linkClass}
            >
                {t.navigation.overview}
            </Link>
            <Link
                to="/t/$tenantId/leads"
                params={params}
                search={search}
                activeOptions={{ includeSearch: false }}
                className={linkClass}
            >
                {t.navigation.leads}
            </Link>
        </nav>
    );
}
