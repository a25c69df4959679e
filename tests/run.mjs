// Runs every test of the project and closes with one line, `N passed, N failed`.
//   usage: node tests/run.mjs [unit] [pg] [ui] [simulator] [blackbox] [browser]
// Without a name all suites run, in this order. Exits with 1 if anything failed.
import { runGoogleTests } from './support/google_tests.mjs';
import { runNodeTests } from './support/node_tests.mjs';
import { shareSuiteDemo } from './support/suite_demo.mjs';
import { tearDown } from './support/teardown.mjs';
import { runVitest } from './support/vitest.mjs';

const suites = {
    unit: () => runGoogleTests('unit_tests'),
    pg: () => runGoogleTests('pg_tests'),
    ui: runVitest,
    simulator: () => runNodeTests('provider_simulator'),
    blackbox: () => runNodeTests('blackbox'),
    browser: async () => {
        await shareSuiteDemo();
        return runNodeTests('browser');
    },
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in suites));
if (unknown !== undefined) {
    console.error(
        `run.mjs: there is no suite ${unknown}; there are ${Object.keys(suites).join(' ')}`,
    );
    process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names.length > 0 ? names : Object.keys(suites)) {
    console.log(`\n== ${name}`);
    const begin = performance.now();
    const counts = await runSuite(suites[name]);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    console.log(`${name}: ${describe(counts)} (${seconds} s)`);
    for (const key of Object.keys(total)) total[key] += counts[key];
}
console.log(`\n${describe(total)}`);
process.exit(total.failed > 0 ? 1 : 0);

/** The counts of one suite; a suite that breaks or has no tests counts as one failure. */
async function runSuite(suite) {
    try {
        const counts = await suite();
        if (counts.passed + counts.failed > 0) return counts;
        console.log('no test ran');
    } catch (error) {
        console.log(`the suite broke: ${error.stack}`);
    } finally {
        await tearDown();
    }
    return { passed: 0, failed: 1, skipped: 0 };
}

function describe({ passed, failed, skipped }) {
    const counts = `${passed} passed, ${failed} failed`;
    return skipped > 0 ? `${counts}, ${skipped} skipped` : counts;
}
