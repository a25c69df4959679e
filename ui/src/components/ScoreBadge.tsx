import type { LeadLabel } from '../api/leads';
import { t } from '../i18n';
import { Badge, type Tone } from './Badge';

const tones: Record<LeadLabel, Tone> = {
    Alto: 'good',
    Médio: 'warn',
    Baixo: 'neutral',
    'N/A': 'neutral',
};

export function ScoreBadge({ score, label }: { score: number; label: LeadLabel }) {
    return (
        <span
            className="inline-flex items-center gap-2"
            aria-label={t.leads.score(score, label)}
            role="img"
        >
            <span className="min-w-6 font-semibold tabular-nums">{score}</span>
            <Badge tone={tones[label]}>{t.leads.labels[label]}</Badge>
        </span>
    );
}
