import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import type { Tenant } from '../api/session';
import { t } from '../i18n';

export function ViewingTenantBar({ tenant }: { tenant: Tenant }) {
    return (
        <aside
            aria-label={t.viewingTenant.label}
            data-testid="viewing-tenant"
            data-viewing-tenant
            className="z-20 border-b border-line bg-accent-soft text-ui sm:sticky sm:top-[calc(3.5rem+1px)]"
        >
            <div className="page-width flex h-9 items-center gap-x-4">
                <Link
                    to="/tenants"
                    data-testid="back-to-tenants"
                    className="flex shrink-0 items-center gap-1.5 rounded font-medium text-accent-strong hover:underline"
                >
                    <ArrowLeft className="size-4" aria-hidden="true" />
                    <span className="hidden sm:inline">{t.viewingTenant.back}</span>
                    <span className="sm:hidden">{t.navigation.tenants}</span>
                </Link>
                <span aria-hidden="true" className="h-4 w-px shrink-0 bg-line-strong" />
                <p className="min-w-0 truncate text-ink-soft">
                    <span className="hidden sm:inline">{t.viewingTenant.prefix} </span>
                    <strong className="font-semibold text-ink">
                        <bdi>{tenant.name}</bdi>
                    </strong>
                </p>
            </div>
        </aside>
    );
}
