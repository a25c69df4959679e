import { makeChatwoot } from './chatwoot.mjs';
import { keepSecret, start } from './program.mjs';

/**
 * What stands before anybody has run the program: an empty database for the warehouse, and a
 * Chatwoot without our view that our log-in may only read. The run-time log-in does not exist yet;
 * `migrate` makes it.
 */
export async function prepareInstallation(cluster) {
    const owner = await cluster.createLogin('warehouse_owner', 'owner-7fh2', 'createrole');
    const chatwoot = await cluster.createLogin('chatwoot', 'chatwoot-3xd8');
    const reader = await cluster.createLogin('chatwoot_reader', 'reader-9pm4');
    const runTime = { user: 'geniai_app', password: keepSecret('run-time-6vk1') };
    await cluster.createDatabase('geniai', owner.user);
    await cluster.createDatabase('chatwoot', chatwoot.user);
    const source = cluster.target('chatwoot', chatwoot);
    await makeChatwoot(source, reader.user);
    return {
        logins: { owner, chatwoot, reader, runTime },
        source,
        warehouse: cluster.target('geniai', runTime),
        warehouseSuperuser: cluster.target('geniai'),
        environment: {
            GENIAI_WAREHOUSE_URL: cluster.url('geniai', runTime),
            GENIAI_WAREHOUSE_OWNER_URL: cluster.url('geniai', owner),
            GENIAI_SOURCE_URL: cluster.url('chatwoot', reader),
        },
    };
}

/** Starts the web application on any free port. */
export async function serve(env) {
    const running = start(['serve', '--listen', '127.0.0.1:0'], { env });
    const address = (await running.firstLine()).replace('Serving on ', '');
    return { running, address };
}
