import { Link, type LinkProps } from '@tanstack/react-router';
import { followRowLink } from '../components/followRowLink';
import { formatCount, formatPercent, ratioOf } from '../format/number';
import { t } from '../i18n';
import type { Slice } from './byCategory';

interface Props {
    slices: Slice[];
    /** Where the leads of a slice are listed; undefined where there are none. */
    linkOf: (slice: Slice) => LinkProps | undefined;
}

const head = 'pb-1.5 text-xs font-medium text-ink-faint';
const numberHead = `${head} pl-4 text-right`;
const numberCell = 'py-1.5 pl-4 text-right tabular-nums';
const texts = t.charts.byCategory;

export function CategoryTable({ slices, linkOf }: Props) {
    const total = slices.reduce((sum, slice) => sum + slice.conversations, 0);
    return (
        <table className="min-w-64 flex-1 text-ui">
            <thead>
                <tr>
                    <th scope="col" className={`${head} text-left`}>
                        {texts.category}
                    </th>
                    <th scope="col" className={numberHead}>
                        {t.charts.conversations}
                    </th>
                    <th scope="col" className={`${numberHead} hidden @sm:table-cell`}>
                        {texts.share}
                    </th>
                    <th scope="col" className={numberHead}>
                        {t.charts.leads}
                    </th>
                </tr>
            </thead>
            <tbody className="divide-y divide-line">
                {slices.map((slice) => (
                    <SliceRow
                        key={slice.category}
                        slice={slice}
                        total={total}
                        link={linkOf(slice)}
                    />
                ))}
            </tbody>
        </table>
    );
}

interface RowProps {
    slice: Slice;
    total: number;
    link: LinkProps | undefined;
}

function SliceRow({ slice, total, link }: RowProps) {
    const { category, name, color, conversations, leads } = slice;
    return (
        <tr
            data-testid="category-row"
            data-category={category}
            onClick={followRowLink}
            className={`-outline-offset-2 outline-accent has-[a:focus-visible]:outline-2 ${link ? 'cursor-pointer transition-colors hover:bg-canvas' : ''}`}
        >
            <th scope="row" className="w-full max-w-0 py-1.5 text-left font-normal">
                <span className="flex items-center gap-2.5">
                    <span
                        aria-hidden="true"
                        className="size-2.5 shrink-0 rounded-[3px]"
                        style={{ backgroundColor: color }}
                    />
                    {link ? (
                        <Link {...link} title={name} className="truncate outline-none">
                            {name}
                        </Link>
                    ) : (
                        <span title={name} className="truncate">
                            {name}
                        </span>
                    )}
                </span>
            </th>
            <td className={numberCell}>{formatCount(conversations)}</td>
            <td className={`${numberCell} hidden text-ink-faint @sm:table-cell`}>
                {formatPercent(ratioOf(conversations, total) ?? 0)}
            </td>
            <td
                className={`${numberCell} ${link ? 'font-semibold' : 'text-ink-faint'}`}
                data-value={leads}
            >
                {formatCount(leads)}
            </td>
        </tr>
    );
}
