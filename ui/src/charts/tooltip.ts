import type { Palette } from './palette';

export interface TooltipRow {
    name: string;
    value: string;
    color?: string;
}

/**
 * The look all tooltips share. Confined, because the arrow otherwise comes with inline styles
 * (CSP).
 */
export function tooltipLook(palette: Palette) {
    return {
        confine: true,
        backgroundColor: palette.raised,
        borderColor: palette.line,
        borderWidth: 1,
        padding: [8, 12],
        textStyle: { color: palette.ink, fontSize: 13, fontFamily: 'inherit' },
        transitionDuration: 0,
    };
}

/**
 * A tooltip's content as an element: markup given as text would need inline styles, and escaping.
 */
export function tooltipContent(title: string, rows: TooltipRow[]): HTMLElement {
    const content = document.createElement('div');
    const heading = document.createElement('p');
    heading.className = 'mb-1 text-xs text-ink-faint';
    heading.textContent = title;
    content.append(heading, ...rows.map(rowElement));
    return content;
}

function rowElement({ name, value, color }: TooltipRow): HTMLElement {
    const row = document.createElement('p');
    row.className = 'flex items-center gap-2 text-ui';
    const dot = document.createElement('span');
    dot.className = 'size-2 rounded-full';
    if (color !== undefined) dot.style.backgroundColor = color;
    const label = document.createElement('span');
    label.textContent = name;
    const number = document.createElement('span');
    number.className = 'ml-auto pl-4 font-semibold tabular-nums';
    number.textContent = value;
    row.append(dot, label, number);
    return row;
}
