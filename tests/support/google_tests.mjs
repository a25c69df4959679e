import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './paths.mjs';

/** Runs a GoogleTest program of build/dev, which prints what fails, and counts from its report. */
export async function runGoogleTests(name) {
    const report = path.join(projectRoot, 'build', `${name}.json`);
    mkdirSync(path.dirname(report), { recursive: true });
    rmSync(report, { force: true });
    const end = await runVisibly(path.join(projectRoot, 'build/dev', name), [
        '--gtest_brief=1',
        `--gtest_output=json:${report}`,
    ]);
    if (!existsSync(report)) throw new Error(`${name} ended with ${end} and no report`);
    const suites = JSON.parse(readFileSync(report, 'utf8')).testsuites;
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const { name: suite, testsuite: tests, time } of suites) {
        const results = tests.map(resultOf);
        for (const result of results) counts[result] += 1;
        if (!results.includes('failed')) console.log(`  ok ${suite} (${tests.length}, ${time})`);
    }
    if (end !== 0 && counts.failed === 0) {
        console.log(`${name} ended with ${end} after its tests`);
        counts.failed = 1;
    }
    return counts;
}

function resultOf({ status, result, failures }) {
    if (failures !== undefined) return 'failed';
    return status === 'NOTRUN' || result === 'SKIPPED' ? 'skipped' : 'passed';
}

/** Runs a program whose output is ours; resolves to its exit code, or the name of its signal. */
export function runVisibly(program, args, options = {}) {
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
    return new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code, signal) => resolve(code ?? signal));
    });
}
