import { formatLongDay } from '../../format/instant';

export function DaySeparator({ instant, timeZone }: { instant: string; timeZone: string }) {
    return (
        <h3 className="flex items-center gap-3 pt-6 pb-3 text-xs font-medium text-ink-faint">
            <span aria-hidden="true" className="h-px flex-1 bg-line" />
            {formatLongDay(instant, timeZone)}
            <span aria-hidden="true" className="h-px flex-1 bg-line" />
        </h3>
    );
}
