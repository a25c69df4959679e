import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fillLogIn, logInOn, onPage } from '../support/browser.mjs';
import { useSuiteDemo } from '../support/suite_demo.mjs';
import { tearDown } from '../support/teardown.mjs';

let demo;
let staff; // of tenant 1

before(async () => {
    demo = await useSuiteDemo();
    staff = demo.loginOf('client', 1);
});

after(tearDown);

test('a wrong password is told on the form, and the right one still works', async () => {
    await onPage(demo, {}, async (page) => {
        await page.goto('/login');
        await fillLogIn(page, staff.email, 'not the password');
        const error = page.getByTestId('login-error');
        assert.match(await error.textContent(), /E-mail ou senha incorretos/);
        assert.equal(new URL(page.url()).pathname, '/login');
        await fillLogIn(page, staff.email, staff.password);
        await page.waitForURL('**/t/1');
    });
});

test('an empty form asks for what is missing and sends nothing', async () => {
    await onPage(demo, {}, async (page) => {
        const sent = [];
        page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
        await page.goto('/login');
        await page.getByTestId('login-submit').click();
        await page.getByTestId('login-error').waitFor();
        assert.deepEqual(sent, []);
    });
});

test('log-in leads to where somebody wanted to go', async () => {
    await onPage(demo, {}, async (page) => {
        await page.goto('/t/1/leads?period=90d&label=Alto');
        await page.waitForURL('**/login?next=*');
        await fillLogIn(page, staff.email, staff.password);
        await page.waitForURL('**/t/1/leads?period=90d&label=Alto');
        await page.getByTestId('leads-total').waitFor();
    });
});

for (const cache of ['without', 'with']) {
    test(`after log-out the way back shows nothing, ${cache} pages kept alive`, async () => {
        await onPage(demo, { keepsPagesAlive: cache === 'with' }, async (page) => {
            await logInOn(page, staff);
            await page.getByTestId('kpi-leads').waitFor();
            await page.goto('/t/1/leads');
            await page.getByTestId('leads-total').waitFor();
            await page.getByTestId('user-menu').click();
            await page.getByTestId('logout').click();
            await page.waitForURL('**/login');
            for (const address of ['**/login?next=*leads', '**/login?next=*']) {
                await page.evaluate(() => window.history.back());
                await page.waitForURL(address, { waitUntil: 'commit' });
                await page.getByTestId('login-email').waitFor();
                assert.equal(await page.getByTestId('leads-total').count(), 0);
                assert.equal(await page.getByTestId('kpi-leads').count(), 0);
            }
        });
    });
}

test('without a session an address of a tenant leads to log-in', async () => {
    await onPage(demo, {}, async (page) => {
        await page.goto('/t/1');
        await page.waitForURL('**/login?next=*');
    });
});

test('a session that ends elsewhere leads to log-in', async () => {
    await onPage(demo, {}, async (page) => {
        await logInOn(page, staff);
        await page.getByTestId('kpi-leads').waitFor();
        await page.context().clearCookies();
        await page.getByTestId('period-filter').click();
        await page.getByTestId('period-option-7d').click();
        await page.waitForURL('**/login?next=*');
        await page.getByTestId('login-email').waitFor();
    });
});

test("another tenant's page is not found, like a wrong number or path", async () => {
    await onPage(demo, {}, async (page) => {
        await logInOn(page, staff);
        for (const path of ['/t/2', '/t/2/leads', '/t/987654', '/t/abc', '/nothing/here']) {
            await page.goto(path);
            const status = page.getByTestId('status-page');
            await status.waitFor();
            assert.equal(await status.getAttribute('data-status'), '404', path);
            assert.equal(await page.getByTestId('kpi-leads').count(), 0);
        }
    });
});

test("the operator's page is refused to the others", async () => {
    await onPage(demo, {}, async (page) => {
        await logInOn(page, staff);
        await page.goto('/tenants');
        const status = page.getByTestId('status-page');
        await status.waitFor();
        assert.equal(await status.getAttribute('data-status'), '403');
        assert.equal(await page.getByTestId('tenant-card').count(), 0);
    });
});
