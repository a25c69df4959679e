import type { ReactNode } from 'react';

export type Tone = 'accent' | 'good' | 'warn' | 'bad' | 'neutral';

const tones: Record<Tone, string> = {
    accent: 'bg-accent-soft text-accent-strong',
    good: 'bg-good-soft text-good',
    warn: 'bg-warn-soft text-warn',
    bad: 'bg-bad-soft text-bad',
    neutral: 'bg-sunken text-ink-soft',
};

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
    return (
        <span
            className={`inline-flex h-5.5 items-center gap-1 rounded-md px-1.5 text-xs font-medium whitespace-nowrap ${tones[tone]}`}
        >
            {children}
        </span>
    );
}
