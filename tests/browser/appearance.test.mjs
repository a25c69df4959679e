import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logInOn, onPage, settle, takeScreenshot } from '../support/browser.mjs';
import { operatorRole } from '../support/demo.mjs';
import { rowsOfTenant } from '../support/postgres.mjs';
import { useSuiteDemo } from '../support/suite_demo.mjs';
import { tearDown } from '../support/teardown.mjs';

// Every page in both themes on a desk and on a phone; the pictures are in build/screenshots.

let demo;
let conversation;

before(async () => {
    demo = await useSuiteDemo();
    [{ conversation_id: conversation }] = await rowsOfTenant(
        demo.warehouse,
        1,
        `select conversation_id from conversations_analytics
          where visit_scheduled order by t_messages desc limit 1`,
    );
});

after(tearDown);

for (const theme of ['light', 'dark']) {
    for (const width of [1440, 390]) {
        test(`all pages fit and are legible: ${theme}, ${width} px`, async () => {
            await onPage(demo, { theme, width }, async (page) => {
                const picture = async (name, options) => {
                    await settle(page);
                    await assertFits(page, name);
                    await takeScreenshot(page, `${name}-${theme}-${width}`, options);
                };
                await page.goto('/login');
                await page.getByTestId('login-email').waitFor();
                assert.equal(await brightnessOf(page), theme);
                await picture('login');
                await logInOn(page, demo.loginOf(operatorRole));
                await page.getByTestId('tenant-card').first().waitFor();
                await picture('tenants');
                await page.goto('/t/1?period=90d');
                await page.getByTestId('chart-leads-per-day').locator('canvas, svg').waitFor();
                await picture('overview');
                await page.goto('/t/1/leads?period=12m');
                await page.getByTestId('lead-row').first().waitFor();
                await picture('leads');
                await page.goto(`/t/1/leads/${conversation}?period=12m`);
                await page.getByTestId('message').first().waitFor();
                await picture('conversation', { fullPage: false });
                await page.goto('/nothing/here');
                await page.getByTestId('status-page').waitFor();
                await picture('not-found');
            });
        });
    }
}

test('the theme switch changes the theme and keeps it', async () => {
    await onPage(demo, { theme: 'light' }, async (page) => {
        await logInOn(page, demo.loginOf('client', 1));
        assert.equal(await brightnessOf(page), 'light');
        await page.getByTestId('theme-switch').click();
        assert.equal(await brightnessOf(page), 'dark');
        await page.reload();
        await page.getByTestId('user-menu').waitFor();
        assert.equal(await brightnessOf(page), 'dark');
    });
});

async function assertFits(page, name) {
    const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
    );
    assert.ok(excess <= 0, `${name} is ${excess} px wider than the window`);
}

/** Which theme the ground of the page is of, whatever notation its colour has. */
async function brightnessOf(page) {
    return page.evaluate(() => {
        const canvas = document.createElement('canvas').getContext('2d');
        canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
        const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
        return red + green + blue > 384 ? 'light' : 'dark';
    });
}
