import type { MouseEvent } from 'react';

/**
 * Lets a click anywhere on a row do what one on its link does, with the same keys held. Dragging
 * over the row still selects its text.
 */
export function followRowLink(event: MouseEvent<HTMLTableRowElement>): void {
    const link = event.currentTarget.querySelector('a');
    if (link === null || (event.target as Element).closest('a, button') !== null) return;
    if (window.getSelection()?.isCollapsed === false) return;
    const { ctrlKey, metaKey, shiftKey } = event;
    const click = { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey };
    link.dispatchEvent(new window.MouseEvent('click', click));
}
