import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closePage, logInOn, openPage, settle, valueOf } from '../support/browser.mjs';
import { operatorRole } from '../support/demo.mjs';
import { countKpis } from '../support/kpis.mjs';
import { assertDone, run } from '../support/program.mjs';
import { useSuiteDemo } from '../support/suite_demo.mjs';
import { tearDown } from '../support/teardown.mjs';

let demo;
let page;

before(async () => {
    demo = await useSuiteDemo();
    page = await openPage(demo);
    await logInOn(page, demo.loginOf(operatorRole));
});

after(tearDown);

test('the operator begins at the list of all tenants', async () => {
    assert.equal(new URL(page.url()).pathname, '/tenants');
    await page.getByTestId('tenant-card').first().waitFor();
    const shown = await page
        .getByTestId('tenant-card')
        .evaluateAll((cards) => cards.map((card) => Number(card.dataset.tenantId)));
    assert.deepEqual(shown.sort(), [1, 2, 3]);
});

test('the search keeps the tenants with that name', async () => {
    await page.getByTestId('tenant-search').fill('clinica');
    await page.waitForFunction(
        () => document.querySelectorAll('[data-testid="tenant-card"]').length === 1,
    );
    const card = page.getByTestId('tenant-card');
    assert.equal(await card.getAttribute('data-tenant-id'), '2');
    await page.getByTestId('tenant-search').fill('');
    await page.getByTestId('tenant-card').nth(2).waitFor();
});

test('a tenant opens with its own numbers, a clear mark and a way back', async () => {
    for (const { id, name } of demo.tenants) {
        await page.getByTestId('tenant-card').filter({ hasText: name }).getByRole('link').click();
        await page.waitForURL(`**/t/${id}`);
        assert.match(await page.getByTestId('viewing-tenant').textContent(), new RegExp(name));
        await settle(page);
        const filter = page.getByTestId('period-filter');
        const period = {
            from: await filter.getAttribute('data-from'),
            to: await filter.getAttribute('data-to'),
        };
        const counted = await countKpis(demo, id, period);
        assert.equal(await valueOf(page, 'kpi-conversations'), counted.conversations);
        assert.equal(await valueOf(page, 'kpi-leads'), counted.leads);
        await page.getByTestId('back-to-tenants').click();
        await page.waitForURL('**/tenants');
    }
});

test('a card says what the last comparison with Chatwoot found', async () => {
    assertDone(await run(['reconcile', '--tenant-id', '1'], { env: demo.environment }));
    await page.reload();
    const note = page.locator('[data-tenant-id="1"]').getByTestId('proof-note');
    await note.waitFor();
    assert.equal(await note.getAttribute('data-proof'), 'holds');
    assert.match(await note.textContent(), /^Conferido linha a linha até /);
});

test('a tenant that does not exist is not found', async () => {
    await page.goto('/t/987654');
    await page.getByTestId('status-page').waitFor();
    assert.equal(await page.getByTestId('status-page').getAttribute('data-status'), '404');
});

test('the page had no error and kept its policy', async () => {
    await closePage(page);
});
