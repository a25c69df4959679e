import { formatMoment } from '../format/instant';
import { t } from '../i18n';

interface Props {
    upTo: string | null;
    timeZone: string;
}

const staleAfterMs = 2 * 3_600_000; // four runs of the synchronisation missed

/** Up to when the numbers on screen are proven complete; the dot warns when that is long ago. */
export function Freshness({ upTo, timeZone }: Props) {
    const now = new Date();
    const stale = upTo === null || now.getTime() - Date.parse(upTo) > staleAfterMs;
    const text =
        upTo === null
            ? t.freshness.never
            : t.freshness.completeUpTo(formatMoment(upTo, timeZone, now));
    return (
        <span
            data-testid="freshness"
            data-stale={stale}
            title={upTo === null ? undefined : t.freshness.hint}
            className="inline-flex items-center gap-2 text-ui whitespace-nowrap text-ink-soft tabular-nums"
        >
            <span
                aria-hidden="true"
                className={`size-2 rounded-full ${stale ? 'bg-warn' : 'bg-good'}`}
            />
            {text}
        </span>
    );
}
