import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runVisibly } from './google_tests.mjs';
import { projectRoot } from './paths.mjs';

/** Runs the tests of the web application's sources. */
export async function runVitest() {
    const report = path.join(projectRoot, 'build/ui_tests.json');
    mkdirSync(path.dirname(report), { recursive: true });
    rmSync(report, { force: true });
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const end = await runVisibly('npm', ['--silent', 'test', '--', ...reporters], {
        cwd: path.join(projectRoot, 'ui'),
    });
    if (!existsSync(report)) throw new Error(`vitest ended with ${end} and no report`);
    const found = JSON.parse(readFileSync(report, 'utf8'));
    const counts = {
        passed: found.numPassedTests,
        failed: found.numFailedTests,
        skipped: found.numPendingTests + found.numTodoTests,
    };
    // A file that cannot be loaded has no tests that could fail.
    if (end !== 0 && counts.failed === 0) counts.failed = Math.max(1, found.numFailedTestSuites);
    return counts;
}
