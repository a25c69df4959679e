import { useEffect } from 'react';

const editable = 'input, select, textarea, [contenteditable], [role=menu]';

/**
 * Calls `onStep` with 1 for j and -1 for k while nobody is typing; arrows count on a focused row
 * only.
 */
export function useListKeys(onStep: (step: 1 | -1) => void): void {
    useEffect(() => {
        const listen = (event: KeyboardEvent) => {
            const step = stepOf(event);
            if (step === undefined) return;
            event.preventDefault();
            onStep(step);
        };
        document.addEventListener('keydown', listen);
        return () => document.removeEventListener('keydown', listen);
    }, [onStep]);
}

function stepOf(event: KeyboardEvent): 1 | -1 | undefined {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest(editable))
        return undefined;
    // Elsewhere the arrows scroll the page or the conversation.
    const arrows = target.matches('[data-lead-link]');
    if (event.key === 'j' || (arrows && event.key === 'ArrowDown')) return 1;
    if (event.key === 'k' || (arrows && event.key === 'ArrowUp')) return -1;
    return undefined;
}
