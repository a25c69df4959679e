import type { Theme } from '../state/theme';

const hex = /^#[0-9a-f]{6}$/i;
const neutral = '#8a918d';

// Signal colours as people configure them shout beside our neutrals.
const mixes: Record<Theme, { toward: number[]; share: number }> = {
    light: { toward: [120, 128, 124], share: 0.24 },
    dark: { toward: [190, 198, 194], share: 0.28 },
};

/** A configured colour, calmed for the theme; grey for what is no #rrggbb. */
export function soften(color: string, theme: Theme): string {
    if (!hex.test(color)) return neutral;
    const { toward, share } = mixes[theme];
    const channels = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    const mixed = channels.map((channel, index) =>
        Math.round(channel * (1 - share) + (toward[index] ?? 0) * share),
    );
    return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
