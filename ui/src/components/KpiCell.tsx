import { Link, type LinkProps } from '@tanstack/react-router';
import type { GoodDirection } from '../format/change';
import { changeOf } from '../format/change';
import { t } from '../i18n';
import { ChangeNote } from './ChangeNote';
import { InfoTip } from './InfoTip';

export interface KpiCellProps {
    testId: string;
    label: string;
    definition: string;
    value: number | null;
    previous: number | null;
    /** False where the period before holds nothing to compare with. */
    comparable: boolean;
    format: (value: number) => string;
    good: GoodDirection;
    /** A second line, such as the share of the leads. */
    detail?: string;
    /** Where the people behind the number are listed. */
    link?: LinkProps;
    size: 'large' | 'small';
    /** Takes the whole line on a phone. */
    wide?: boolean;
}

// The small numbers share a line also where the label of one of them breaks.
const numberLooks = { large: 'mt-1 text-3xl', small: 'mt-auto pt-1 text-xl' };

export function KpiCell(props: KpiCellProps) {
    const {
        testId,
        label,
        definition,
        value,
        previous,
        comparable,
        format,
        good,
        detail,
        link,
        size,
        wide = false,
    } = props;
    const printed = (number: number | null) => (number === null ? t.notAvailable : format(number));
    return (
        <div
            className={`relative flex flex-col bg-surface px-5 py-4 ${wide ? 'max-sm:col-span-2' : ''} ${link ? 'transition-colors hover:bg-canvas' : ''}`}
        >
            <div className="flex items-center justify-between gap-2">
                <h2 className="text-ui font-medium text-ink-soft">
                    {link ? (
                        <Link
                            {...link}
                            className="after:absolute after:inset-0"
                            aria-label={t.overview.openLeads(label)}
                        >
                            {label}
                        </Link>
                    ) : (
                        label
                    )}
                </h2>
                <InfoTip label={t.overview.definition(label)} text={definition} />
            </div>
            <p
                data-testid={testId}
                data-value={value ?? ''}
                className={`font-semibold tracking-tight tabular-nums ${numberLooks[size]}`}
            >
                {printed(value)}
            </p>
            <p className="mt-1.5 flex min-h-5 flex-wrap items-center gap-x-2.5 gap-y-0.5">
                {comparable && (
                    <ChangeNote
                        change={changeOf(value, previous, good)}
                        previous={printed(previous)}
                    />
                )}
                {detail && <span className="text-xs text-ink-faint tabular-nums">{detail}</span>}
            </p>
        </div>
    );
}
