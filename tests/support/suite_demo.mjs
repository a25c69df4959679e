import { openDemo, startDemo } from './demo.mjs';

const conversations = 600;
const variable = 'GENIAI_TEST_DEMO';

/** The demo that the runner started for all browser tests, or one for this file alone. */
export async function useSuiteDemo() {
    const description = process.env[variable];
    return description === undefined
        ? startDemo({ conversations })
        : openDemo(JSON.parse(description));
}

/** Starts the demo that every test process started from now on uses. */
export async function shareSuiteDemo() {
    const { address, data_dir, tenants, logins } = await startDemo({ conversations });
    process.env[variable] = JSON.stringify({ address, data_dir, tenants, logins });
}
