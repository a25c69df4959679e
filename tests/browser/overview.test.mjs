import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closePage, logInOn, openPage, settle, valueOf } from '../support/browser.mjs';
import { countKpis, rounded } from '../support/kpis.mjs';
import { useSuiteDemo } from '../support/suite_demo.mjs';
import { tearDown } from '../support/teardown.mjs';

const tenant = 1;
const kpiOf = {
    conversations: 'kpi-conversations',
    leads: 'kpi-leads',
    visits: 'kpi-visits',
    conversions: 'kpi-conversions',
    first_response_mean_seconds: 'kpi-first-response-mean',
    first_response_median_seconds: 'kpi-first-response-median',
    without_answer: 'kpi-without-answer',
};

let demo;
let page;

before(async () => {
    demo = await useSuiteDemo();
    page = await openPage(demo);
    await logInOn(page, demo.loginOf('admin', tenant));
    await page.waitForURL('**/t/1');
});

after(tearDown);

test('the first page shows the last 30 days as SQL counts them', async () => {
    await settle(page);
    const { from, to } = await shownPeriod();
    assert.equal((Date.parse(to) - Date.parse(from)) / 86_400_000, 29);
    const shown = await shownKpis();
    assert.deepEqual(shown, await countKpis(demo, tenant, { from, to }));
    assert.ok(shown.conversations > 0 && shown.leads > 0);
});

test('every preset shows what SQL counts for its days', async () => {
    for (const preset of ['12m', '90d', '7d', 'last-month', 'month', 'today']) {
        await choosePeriod(preset);
        const shown = await shownKpis();
        assert.deepEqual(shown, await countKpis(demo, tenant, await shownPeriod()), preset);
    }
});

test('the filter by inbox shows what SQL counts for that inbox', async () => {
    await choosePeriod('90d');
    const filter = page.getByTestId('inbox-filter');
    const choices = await filter
        .locator('option')
        .evaluateAll((options) =>
            options.map((option) => option.value).filter((value) => value !== ''),
        );
    assert.ok(choices.length >= 3);
    for (const inbox of choices) {
        await filter.selectOption(inbox);
        await page.waitForURL(`**inbox=${inbox}*`);
        await settle(page);
        const shown = await shownKpis();
        assert.deepEqual(shown, await countKpis(demo, tenant, await shownPeriod(), inbox));
    }
    await page.reload();
    await settle(page);
    assert.equal(await filter.inputValue(), choices.at(-1), 'the address keeps the choice');
    await filter.selectOption('');
    await settle(page);
});

test('chosen days show what SQL counts for them', async () => {
    const { to } = await shownPeriod();
    const from = `${to.slice(0, 4)}-01-01`;
    await page.getByTestId('period-filter').click();
    await page.getByTestId('period-from').fill(from);
    await page.getByTestId('period-to').fill(to);
    await page.getByTestId('period-apply').click();
    await page.waitForURL('**period=custom*');
    await settle(page);
    assert.deepEqual(await shownPeriod(), { from, to });
    assert.deepEqual(await shownKpis(), await countKpis(demo, tenant, { from, to }));
});

test('each chart is drawn', async () => {
    for (const chart of ['chart-leads-per-day', 'chart-by-category', 'chart-by-period']) {
        await page.getByTestId(chart).locator('canvas, svg').first().waitFor();
    }
    assert.ok(await page.getByTestId('chart-by-inbox').isVisible());
});

test('a number leads to the list of the people behind it', async () => {
    await choosePeriod('90d');
    const visits = await valueOf(page, 'kpi-visits');
    await page.getByRole('link', { name: 'Visitas marcadas: ver na lista de leads' }).click();
    await page.waitForURL('**/t/1/leads?*flag=visit*');
    await settle(page);
    assert.equal(await valueOf(page, 'leads-total'), visits);
});

test('the page had no error and kept its policy', async () => {
    await closePage(page);
});

async function choosePeriod(preset) {
    await page.getByTestId('period-filter').click();
    await page.getByTestId(`period-option-${preset}`).click();
    await page.waitForURL(preset === '30d' ? '**/t/1*' : `**period=${preset}*`);
    await settle(page);
}

async function shownPeriod() {
    const filter = page.getByTestId('period-filter');
    return {
        from: await filter.getAttribute('data-from'),
        to: await filter.getAttribute('data-to'),
    };
}

async function shownKpis() {
    const shown = {};
    for (const [key, testId] of Object.entries(kpiOf)) shown[key] = await valueOf(page, testId);
    return rounded(shown);
}
