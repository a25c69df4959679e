import { Link } from '@tanstack/react-router';
import type { Tenant, User } from '../api/session';
import { t } from '../i18n';
import { Logo } from './Logo';
import { MainNavigation } from './MainNavigation';
import { ProductName } from './ProductName';
import { ThemeSwitch } from './ThemeSwitch';
import { UserMenu } from './UserMenu';

/** Names the tenant for its own people; for the operator the bar below does. */
export function AppHeader({ user, tenant }: { user: User; tenant: Tenant | undefined }) {
    return (
        <header className="sticky top-0 z-30 border-b border-line bg-surface">
            <div className="page-width flex h-14 items-center gap-x-3 sm:gap-x-5">
                <Link
                    to="/"
                    aria-label={`${t.product}, ${t.navigation.home}`}
                    className="flex shrink-0 items-center gap-2.5 rounded-md"
                >
                    <Logo />
                    <span className="hidden md:block">
                        <ProductName />
                    </span>
                </Link>
                {tenant && user.role !== 'super_admin' && (
                    <span className="hidden max-w-56 truncate border-l border-line-strong pl-4 text-ui font-medium sm:block">
                        {tenant.name}
                    </span>
                )}
                {tenant && <MainNavigation tenantId={tenant.id} />}
                <div className="ml-auto flex items-center gap-1">
                    <ThemeSwitch />
                    <UserMenu user={user} />
                </div>
            </div>
        </header>
    );
}
