import { locale } from '../i18n';

export type Meaning = 'better' | 'worse' | 'same' | 'unknown';
export type GoodDirection = 'up' | 'down';

export interface Change {
    meaning: Meaning;
    /** "+12%", "−3,4%"; empty where the meaning is unknown. */
    text: string;
    rises: boolean;
}

const signed = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: 1,
});
const signedWhole = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: 0,
});

/**
 * What moving from `previous` to `current` means when `good` is the direction that is wished for.
 */
export function changeOf(
    current: number | null,
    previous: number | null,
    good: GoodDirection,
): Change {
    if (current === null || previous === null || (previous === 0 && current !== 0)) {
        return { meaning: 'unknown', text: '', rises: false };
    }
    if (current === previous) return { meaning: 'same', text: '0%', rises: false };
    const ratio = (current - previous) / previous;
    const rises = ratio > 0;
    const text = (Math.abs(ratio) < 0.1 ? signed : signedWhole).format(ratio).replace('-', '−');
    return { meaning: rises === (good === 'up') ? 'better' : 'worse', text, rises };
}
