import { t } from '../i18n';

export function TenantsSkeleton() {
    return (
        <div role="status" aria-label={t.loading} className="space-y-5">
            <div className="skeleton h-22 rounded-xl" />
            <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
                {[0, 1, 2, 3, 4, 5].map((card) => (
                    <div key={card} className="skeleton h-48 rounded-xl" />
                ))}
            </div>
        </div>
    );
}
