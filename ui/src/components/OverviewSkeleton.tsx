import { t } from '../i18n';

export function OverviewSkeleton() {
    return (
        <div role="status" aria-label={t.loading} className="space-y-5">
            <div className="surface-card grid grid-cols-2 gap-5 p-5 lg:grid-cols-4">
                {[0, 1, 2, 3].map((cell) => (
                    <div key={cell} className="space-y-3">
                        <div className="skeleton h-4 w-24" />
                        <div className="skeleton h-8 w-20" />
                        <div className="skeleton h-3 w-28" />
                    </div>
                ))}
            </div>
            <div className="surface-card p-5">
                <div className="skeleton h-4 w-32" />
                <div className="skeleton mt-5 h-64" />
            </div>
            <div className="grid gap-5 lg:grid-cols-2">
                <div className="skeleton h-56 rounded-xl" />
                <div className="skeleton h-56 rounded-xl" />
            </div>
        </div>
    );
}
