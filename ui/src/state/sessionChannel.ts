const channel = new BroadcastChannel('geniai.session');

/** Tells the other tabs of this browser that somebody logged in or out. */
export function announceSessionChange(): void {
    channel.postMessage('changed');
}

/** Calls `listener` when another tab announced a change; never for an announcement of this tab. */
export function onSessionChangeElsewhere(listener: () => void): void {
    channel.addEventListener('message', listener);
}
