import { t } from '../../i18n';

export function ConversationSkeleton() {
    return (
        <div role="status" aria-label={t.loading} className="space-y-6 p-5">
            <div className="skeleton h-24" />
            <div className="skeleton h-14 w-3/5 rounded-2xl" />
            <div className="skeleton ml-auto h-20 w-3/5 rounded-2xl" />
            <div className="skeleton h-10 w-2/5 rounded-2xl" />
            <div className="skeleton ml-auto h-14 w-1/2 rounded-2xl" />
        </div>
    );
}
