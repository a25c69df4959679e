import { setTimeout as pause } from 'node:timers/promises';
import { rows } from './postgres.mjs';

const waitSeconds = 10;

/** How many rows each table of the database has ever had inserted, updated or deleted. */
export async function countWrites(superuser) {
    await waitForTheOthersToEnd(superuser);
    const counts = await rows(
        superuser,
        `select relname, n_tup_ins + n_tup_upd + n_tup_del as writes
           from pg_stat_user_tables where schemaname = 'public'`,
    );
    return Object.fromEntries(counts.map(({ relname, writes }) => [relname, writes]));
}

/** A session reports its writes when it ends, at the latest; that may be just after its client. */
async function waitForTheOthersToEnd(superuser) {
    const deadline = performance.now() + waitSeconds * 1000;
    for (;;) {
        const [{ others }] = await rows(
            superuser,
            `select count(*) as others from pg_stat_activity
              where application_name like 'geniai%' and datname = current_database()`,
        );
        if (others === 0) return;
        if (performance.now() > deadline) throw new Error(`${others} sessions do not end`);
        await pause(20);
    }
}
