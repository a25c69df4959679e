import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { screenshotDirectory } from './paths.mjs';
import { later } from './teardown.mjs';

const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];
const asRoot = process.getuid() === 0 ? ['--no-sandbox'] : [];
// Chromium reports each answer that is no success; the tests ask for refusals on purpose.
const refusedRequest = /^Failed to load resource: .* status of (401|403|404) /;

const noPagesKeptAlive = '--disable-back-forward-cache';
const browsers = new Map();

/**
 * A page of a fresh browser profile, in pt-BR and somewhere else than the tenants' time zone.
 * `page.problems` collects what must never happen: errors of the page and refusals by its policy.
 */
export async function openPage(
    demo,
    { width = 1440, theme = 'light', keepsPagesAlive = false } = {},
) {
    const browser = await launch(keepsPagesAlive ? [noPagesKeptAlive] : []);
    const context = await browser.newContext({
        baseURL: demo.address,
        viewport: { width, height: width < 600 ? 844 : 900 },
        colorScheme: theme,
        reducedMotion: 'reduce',
        locale: 'pt-BR',
        timezoneId: 'Asia/Tokyo',
    });
    await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
            console.error(`policy ${event.effectiveDirective} refused ${event.blockedURI}`);
        });
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(String(error)));
    page.on('console', (message) => {
        const text = message.text();
        const matters = ['error', 'warning'].includes(message.type());
        if (matters && !refusedRequest.test(text)) page.problems.push(text);
    });
    return page;
}

/** Fails when the page has had a problem, and closes it. */
export async function closePage(page) {
    await page.context().close();
    assert.deepEqual(page.problems, []);
}

/** Runs `visit` on a page of its own. */
export async function onPage(demo, options, visit) {
    const page = await openPage(demo, options);
    await visit(page);
    await closePage(page);
}

/** Logs in through the form, and waits for the first page behind it. */
export async function logInOn(page, { email, password }) {
    await page.goto('/login');
    await fillLogIn(page, email, password);
    await page.waitForURL((url) => url.pathname !== '/login');
    await page.getByTestId('user-menu').waitFor();
}

export async function fillLogIn(page, email, password) {
    await page.getByTestId('login-email').fill(email);
    await page.getByTestId('login-password').fill(password);
    await page.getByTestId('login-submit').click();
}

/** The raw value behind a number on screen; null where the page shows none. */
export async function valueOf(page, testId) {
    const text = await page.getByTestId(testId).getAttribute('data-value');
    return text === '' ? null : Number(text);
}

/** Waits until nothing on the page is older than what was asked for last. */
export async function settle(page) {
    await page.waitForLoadState('networkidle');
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}

export async function takeScreenshot(page, name, { fullPage = true } = {}) {
    mkdirSync(screenshotDirectory, { recursive: true });
    await page.screenshot({ path: path.join(screenshotDirectory, `${name}.png`), fullPage });
}

/** The browser of this process that runs without Playwright's `omitted` defaults. */
async function launch(omitted) {
    const name = omitted.join();
    if (!browsers.has(name)) {
        const browser = await chromium.launch({
            executablePath: '/usr/bin/chromium',
            args: [...quiet, ...asRoot],
            ignoreDefaultArgs: omitted,
        });
        later(() => browser.close());
        browsers.set(name, browser);
    }
    return browsers.get(name);
}
