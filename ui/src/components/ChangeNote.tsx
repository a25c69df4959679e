import { ArrowDownRight, ArrowUpRight, Minus } from 'lucide-react';
import type { Change } from '../format/change';
import { t } from '../i18n';

const looks = {
    better: 'text-good',
    worse: 'text-bad',
    same: 'text-ink-faint',
    unknown: 'text-ink-faint',
};

/**
 * The change against the previous period: the arrow tells the direction, the colour whether it is
 * good.
 */
export function ChangeNote({ change, previous }: { change: Change; previous: string }) {
    if (change.meaning === 'unknown') {
        return <span className="text-xs text-ink-faint">{t.overview.change.none}</span>;
    }
    const Icon = change.meaning === 'same' ? Minus : change.rises ? ArrowUpRight : ArrowDownRight;
    const said =
        change.meaning === 'same' ? t.overview.change.same : t.overview.change[change.meaning];
    return (
        <span
            title={t.overview.change.previous(previous)}
            data-meaning={change.meaning}
            className={`inline-flex items-center gap-0.5 text-xs font-semibold tabular-nums ${looks[change.meaning]}`}
        >
            <Icon className="size-3.5" strokeWidth={2.5} aria-hidden="true" />
            {change.text}
            <span className="sr-only">, {said}</span>
        </span>
    );
}
