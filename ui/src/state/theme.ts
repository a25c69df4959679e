import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const storageKey = 'geniai.theme';
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

/** Storage is blocked in some private windows; then a choice holds for this page only. */
function readChoice(): Theme | undefined {
    try {
        const stored = window.localStorage.getItem(storageKey);
        return stored === 'light' || stored === 'dark' ? stored : undefined;
    } catch {
        return undefined;
    }
}

function storeChoice(theme: Theme): void {
    try {
        window.localStorage.setItem(storageKey, theme);
    } catch {
        // See readChoice.
    }
}

function currentTheme(): Theme {
    const chosen = document.documentElement.dataset.theme;
    if (chosen === 'light' || chosen === 'dark') return chosen;
    return systemDark.matches ? 'dark' : 'light';
}

function publish(): void {
    for (const listener of listeners) listener();
}

/**
 * Applies the stored choice and follows the system without one. Runs once, before the first render.
 */
export function startTheme(): void {
    systemDark.addEventListener('change', publish);
    const chosen = readChoice();
    if (chosen) document.documentElement.dataset.theme = chosen;
}

export function chooseTheme(theme: Theme): void {
    document.documentElement.dataset.theme = theme;
    storeChoice(theme);
    publish();
}

function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

export function useTheme(): Theme {
    return useSyncExternalStore(subscribe, currentTheme);
}
