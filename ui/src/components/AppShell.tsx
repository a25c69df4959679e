import { Outlet, useMatch } from '@tanstack/react-router';
import { t } from '../i18n';
import { AppHeader } from './AppHeader';
import { ViewingTenantBar } from './ViewingTenantBar';

/** Header, the operator's reminder whose data is on screen, and the page. */
export function AppShell() {
    const user = useMatch({ from: '/signedIn' }).context.user;
    const tenantMatch = useMatch({ from: '/signedIn/t/$tenantId', shouldThrow: false });
    // The context is filled once the guard has run; a refused tenant never gets there.
    const tenant = tenantMatch?.status === 'success' ? tenantMatch.context.tenant : undefined;

    return (
        <div className="flex min-h-dvh flex-col">
            <a
                href="#content"
                className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
            >
                {t.skipToContent}
            </a>
            <AppHeader user={user} tenant={tenant} />
            {tenant && user.role === 'super_admin' && <ViewingTenantBar tenant={tenant} />}
            <main id="content" tabIndex={-1} className="flex-1 outline-none">
                <Outlet />
            </main>
        </div>
    );
}
