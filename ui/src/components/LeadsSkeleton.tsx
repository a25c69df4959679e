import { t } from '../i18n';

export function LeadsSkeleton() {
    return (
        <div role="status" aria-label={t.loading} className="divide-y divide-line">
            {[...Array(10).keys()].map((row) => (
                <div key={row} className="flex h-14 items-center gap-6 px-5">
                    <div className="skeleton h-4 w-44" />
                    <div className="skeleton ml-auto h-4 w-28" />
                    <div className="skeleton h-4 w-16" />
                </div>
            ))}
        </div>
    );
}
