const roles = {
    surface: '--color-surface',
    raised: '--color-raised',
    line: '--color-line',
    ink: '--color-ink',
    inkFaint: '--color-ink-faint',
    accent: '--color-accent',
    accentStrong: '--color-accent-strong',
    track: '--color-track',
    conversations: '--color-conversations',
} as const;

export type Palette = Record<keyof typeof roles, string>;

/**
 * The theme's colours of this moment, computed by the browser: a canvas cannot read CSS variables.
 */
export function readPalette(): Palette {
    const probe = document.createElement('span');
    probe.style.transition = 'none'; // a transition would yield the colour before
    document.body.append(probe);
    const entries = Object.entries(roles).map(([role, variable]) => {
        probe.style.color = `var(${variable})`;
        return [role, getComputedStyle(probe).color];
    });
    probe.remove();
    return Object.fromEntries(entries) as Palette;
}
