import { useRef, type MouseEvent } from 'react';
import { evidenceRules, type EvidenceRule } from '../../api/conversations';
import { formatCount } from '../../format/number';
import { t } from '../../i18n';
import { markLooks } from './markLooks';

/** Names the colours of the marks; a click leads to the next mark of that colour. */
export function EvidenceLegend({ marks }: { marks: Map<EvidenceRule, number> }) {
    const visited = useRef(new Map<EvidenceRule, number>());
    const jump = (event: MouseEvent<HTMLElement>, rule: EvidenceRule) => {
        const panel = event.currentTarget.closest('[role=region]');
        const found = [...(panel?.querySelectorAll(`mark[data-evidence~="${rule}"]`) ?? [])];
        if (found.length === 0) return;
        const next = (visited.current.get(rule) ?? -1) + 1;
        visited.current.set(rule, next);
        found[next % found.length]?.scrollIntoView({ block: 'center', behavior: 'smooth' });
    };
    return (
        <aside
            aria-label={t.conversation.evidence}
            className="sticky top-0 z-10 flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line bg-surface px-5 py-2"
        >
            <span className="mr-1 text-xs text-ink-faint">{t.conversation.evidence}</span>
            {evidenceRules.map((rule) => {
                const count = marks.get(rule) ?? 0;
                if (count === 0) return null;
                return (
                    <button
                        key={rule}
                        type="button"
                        title={t.conversation.evidenceHint}
                        onClick={(event) => jump(event, rule)}
                        className="flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium hover:bg-sunken"
                    >
                        <span
                            aria-hidden="true"
                            className={`size-3 rounded-[3px] ${markLooks[rule]}`}
                        />
                        {t.conversation.rules[rule]}
                        <span className="text-ink-faint tabular-nums">{formatCount(count)}</span>
                    </button>
                );
            })}
        </aside>
    );
}
