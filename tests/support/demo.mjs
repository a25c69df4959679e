import { makeDirectory } from './teardown.mjs';
import { start } from './program.mjs';

export const operatorRole = 'super_admin';

export function demoArguments(directory, conversations, ...more) {
    const size = ['--conversations', String(conversations)];
    return ['demo', '--data-dir', directory, ...size, ...more];
}

/** Starts a demo on any free port and waits until it serves. */
export async function startDemo({ directory = makeDirectory(), conversations = 60 } = {}) {
    const running = start(demoArguments(directory, conversations, '--port', '0', '--json'));
    const description = JSON.parse(await running.firstLine());
    return { ...openDemo(description), running };
}

/** What the demo says of itself, with the ways into it. */
export function openDemo(description) {
    const { data_dir: directory, logins } = description;
    const host = `${directory}/socket`;
    return {
        ...description,
        directory,
        warehouse: { host, user: 'geniai_app', database: 'geniai' },
        source: { host, user: 'chatwoot', database: 'chatwoot' },
        environment: {
            GENIAI_WAREHOUSE_URL: `host='${host}' user='geniai_app' dbname='geniai'`,
            GENIAI_WAREHOUSE_OWNER_URL: `host='${host}' user='geniai_owner' dbname='geniai'`,
            GENIAI_SOURCE_URL: `host='${host}' user='geniai_reader' dbname='chatwoot'`,
        },
        loginOf: (role, tenant = 0) =>
            logins.find((login) => login.role === role && login.tenant_id === tenant),
    };
}
