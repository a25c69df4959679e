import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

export const programPath =
    process.env.GENIAI_BINARY ?? path.join(projectRoot, 'build/release/geniai');

export const screenshotDirectory = path.join(projectRoot, 'build/screenshots');

/** A program of the newest PostgreSQL here. Not the one on the path: Debian's is a slow wrapper. */
export function postgresProgram(name) {
    const versions = readdirSync('/usr/lib/postgresql').filter((version) =>
        existsSync(`/usr/lib/postgresql/${version}/bin/initdb`),
    );
    const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
    if (newest === undefined) throw new Error('PostgreSQL is not installed');
    return `/usr/lib/postgresql/${newest}/bin/${name}`;
}
