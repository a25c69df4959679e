import type { QueryClient } from '@tanstack/react-query';
import {
    createRootRouteWithContext,
    createRoute,
    createRouter,
    notFound,
    redirect,
} from '@tanstack/react-router';
import { ApiError, isUnauthenticated } from './api/errors';
import { sessionQuery, type Tenant, type User } from './api/session';
import { tenantsQuery } from './api/tenants';
import { AppShell } from './components/AppShell';
import { inBareLayout } from './components/BareLayout';
import { PendingPage } from './components/PendingPage';
import { RootLayout } from './components/RootLayout';
import { t } from './i18n';
import { ConversationPage } from './pages/ConversationPage';
import { ErrorPage } from './components/ErrorPage';
import { LeadsPage } from './pages/LeadsPage';
import { LoginPage } from './pages/LoginPage';
import { NotFoundPage } from './components/NotFoundPage';
import { OverviewPage } from './pages/OverviewPage';
import { TenantsPage } from './pages/TenantsPage';
import { safeReturnPath } from './state/returnPath';
import {
    parseLeadSearch,
    parseOverviewSearch,
    parseSearchText,
    parseTenantSearch,
    searchText,
} from './state/search';

interface RouterContext {
    queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
    component: RootLayout,
    notFoundComponent: inBareLayout(NotFoundPage),
    errorComponent: inBareLayout(ErrorPage),
});

const loginRoute = createRoute({
    getParentRoute: () => rootRoute,
    path: '/login',
    validateSearch: (raw: Record<string, unknown>): { next?: string } => {
        const next = safeReturnPath(raw.next);
        return next === undefined ? {} : { next };
    },
    component: LoginPage,
});

const signedInRoute = createRoute({
    getParentRoute: () => rootRoute,
    id: 'signedIn',
    beforeLoad: async ({ context, location }) => ({
        user: await requireUser(context.queryClient, location.href),
    }),
    component: AppShell,
    pendingComponent: inBareLayout(PendingPage),
    errorComponent: inBareLayout(ErrorPage),
    notFoundComponent: NotFoundPage,
});

const homeRoute = createRoute({
    getParentRoute: () => signedInRoute,
    path: '/',
    beforeLoad: ({ context }) => {
        if (context.user.role === 'super_admin') throw redirect({ to: '/tenants', replace: true });
        const params = { tenantId: context.user.tenant.id };
        throw redirect({ to: '/t/$tenantId', params, replace: true });
    },
});

const tenantsRoute = createRoute({
    getParentRoute: () => signedInRoute,
    path: '/tenants',
    validateSearch: parseTenantSearch,
    beforeLoad: ({ context }) => {
        if (context.user.role !== 'super_admin') throw forbidden();
    },
    component: TenantsPage,
});

const tenantRoute = createRoute({
    getParentRoute: () => signedInRoute,
    path: '/t/$tenantId',
    params: idParameter('tenantId'),
    beforeLoad: async ({ context, params }) => ({
        tenant: await requireTenant(context.queryClient, context.user, params.tenantId),
    }),
});

const overviewRoute = createRoute({
    getParentRoute: () => tenantRoute,
    path: '/',
    validateSearch: parseOverviewSearch,
    component: OverviewPage,
});

const leadsRoute = createRoute({
    getParentRoute: () => tenantRoute,
    path: '/leads',
    validateSearch: parseLeadSearch,
    component: LeadsPage,
});

const conversationRoute = createRoute({
    getParentRoute: () => leadsRoute,
    path: '/$conversationId',
    params: idParameter('conversationId'),
    component: ConversationPage,
});

const routeTree = rootRoute.addChildren([
    loginRoute,
    signedInRoute.addChildren([
        homeRoute,
        tenantsRoute,
        tenantRoute.addChildren([overviewRoute, leadsRoute.addChildren([conversationRoute])]),
    ]),
]);

export function createAppRouter(queryClient: QueryClient) {
    return createRouter({
        routeTree,
        context: { queryClient },
        parseSearch: parseSearchText,
        stringifySearch: searchText,
        scrollRestoration: true,
        defaultErrorComponent: ErrorPage,
        defaultNotFoundComponent: NotFoundPage,
        defaultPendingComponent: PendingPage,
        defaultPendingMs: 300,
        defaultPendingMinMs: 0,
    });
}

declare module '@tanstack/react-router' {
    interface Register {
        router: ReturnType<typeof createAppRouter>;
    }
}

/** The signed-in user; without one, goes to log-in and back to `href` afterwards. */
async function requireUser(queryClient: QueryClient, href: string): Promise<User> {
    try {
        return await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
        if (!isUnauthenticated(error)) throw error;
        const next = href === '/' ? undefined : safeReturnPath(href);
        throw redirect({ to: '/login', search: next === undefined ? {} : { next }, replace: true });
    }
}

/** Only an operator sees other tenants than the own one; the server holds the same rule. */
async function requireTenant(queryClient: QueryClient, user: User, id: number): Promise<Tenant> {
    if (user.tenant.id === id) return user.tenant;
    if (user.role !== 'super_admin') throw notFound();
    const { tenants } = await queryClient.ensureQueryData(tenantsQuery);
    const tenant = tenants.find((candidate) => candidate.id === id);
    if (tenant === undefined) throw notFound();
    return tenant;
}

function forbidden(): ApiError {
    return new ApiError(403, 'forbidden', t.errors.forbidden);
}

/**
 * A path parameter that is a database id; any other text in its place is a page that does not
 * exist.
 */
function idParameter<Name extends string>(name: Name) {
    return {
        parse: (raw: Record<Name, string>): Record<Name, number> => {
            if (!/^[1-9]\d{0,15}$/.test(raw[name])) throw notFound();
            return { [name]: Number(raw[name]) } as Record<Name, number>;
        },
        stringify: (params: Record<Name, number>): Record<Name, string> =>
            ({ [name]: String(params[name]) }) as Record<Name, string>,
    };
}
