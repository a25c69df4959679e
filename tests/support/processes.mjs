import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** What runs in or for `directory`, as "pid command": a server's processes work inside its data. */
export function processesOf(directory) {
    const found = [];
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        const command = readOrEmpty(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
        const place = readOrEmpty(() => readlinkSync(`/proc/${pid}/cwd`));
        if (Number(pid) === process.pid || command === '') continue; // a zombie has no command
        if (command.includes(`${directory}/`) || place.startsWith(`${directory}/`)) {
            found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
        }
    }
    return found;
}

/** Waits until nothing runs there; returns what still does after `seconds`. */
export async function remainingProcessesOf(directory, seconds) {
    const deadline = performance.now() + seconds * 1000;
    while (processesOf(directory).length > 0 && performance.now() < deadline) await pause(50);
    return processesOf(directory);
}

function readOrEmpty(read) {
    try {
        return read();
    } catch {
        return ''; // it has ended, or belongs to somebody else
    }
}
