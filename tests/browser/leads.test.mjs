import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closePage, logInOn, openPage, settle, valueOf } from '../support/browser.mjs';
import { rowsOfTenant } from '../support/postgres.mjs';
import { useSuiteDemo } from '../support/suite_demo.mjs';
import { tearDown } from '../support/teardown.mjs';

const tenant = 1;
const pageSize = 50;

let demo;
let page;
let year; // the condition of the period that all tests look at

before(async () => {
    demo = await useSuiteDemo();
    page = await openPage(demo);
    await logInOn(page, demo.loginOf('client', tenant));
    await page.goto('/t/1/leads?period=12m');
    await settle(page);
    const filter = page.getByTestId('period-filter');
    const [from, to] = [
        await filter.getAttribute('data-from'),
        await filter.getAttribute('data-to'),
    ];
    year = `conversation_date between '${from}' and '${to}'`;
});

after(tearDown);

test('the list counts the leads that SQL counts', async () => {
    const total = await valueOf(page, 'leads-total');
    assert.equal(total, await countLeads());
    assert.ok(total > pageSize);
    assert.equal(await page.getByTestId('lead-row').count(), pageSize);
});

test('the pages hold every lead once', async () => {
    const total = await valueOf(page, 'leads-total');
    const seen = new Set(await shownIds());
    for (let number = 2; number <= Math.ceil(total / pageSize); ++number) {
        await page.getByTestId('pagination').getByText(String(number), { exact: true }).click();
        await page.waitForURL(`**page=${number}*`);
        await settle(page);
        for (const id of await shownIds()) seen.add(id);
    }
    const leads = await listLeads('true');
    assert.deepEqual([...seen].sort(), leads.map((lead) => lead.conversation_id).sort());
});

test('each filter shows what SQL keeps, from the first page on', async () => {
    for (const [testId, value, condition] of [
        ['label-filter', 'Alto', "ai_probability_label = 'Alto'"],
        ['label-filter', 'Médio', "ai_probability_label = 'Médio'"],
        ['flag-filter', 'visit', 'visit_scheduled'],
        ['flag-filter', 'conversion', 'crm_converted'],
        ['flag-filter', 'without_answer', 'user_messages_count = 0 and bot_messages_count = 0'],
        ['status-filter', '0', 'status = 0'],
        ['status-filter', '1', 'status = 1'],
    ]) {
        const filter = page.getByTestId(testId);
        await filter.selectOption(value);
        await settle(page);
        assert.equal(await valueOf(page, 'leads-total'), await countLeads(condition), condition);
        assert.doesNotMatch(page.url(), /page=/);
        await filter.selectOption('');
        await settle(page);
    }
    const inbox = page.getByTestId('inbox-filter');
    const choice = await inbox.locator('option').nth(1).getAttribute('value');
    await inbox.selectOption(choice);
    await settle(page);
    assert.equal(await valueOf(page, 'leads-total'), await countLeads(`inbox_id = ${choice}`));
    await page.getByTestId('clear-filters').click();
    await settle(page);
    assert.equal(await valueOf(page, 'leads-total'), await countLeads());
});

test('the search finds a lead by name without its accents, and by phone', async () => {
    const hasAccent = "contact_name ~ '[áéíóúãõç]' and contact_phone is not null";
    const leads = await listLeads(hasAccent);
    const [{ conversation_id: id, contact_name: name, contact_phone: phone }] = leads;
    const typedName = name
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
        .toUpperCase();
    for (const typed of [typedName, phone.slice(-9)]) {
        await search(typed);
        assert.ok((await shownIds()).includes(id), typed);
        assert.ok((await valueOf(page, 'leads-total')) < (await countLeads()));
    }
    await search('%');
    const expected = await countLeads("concat(contact_name, contact_email) like '%\\%%'");
    assert.equal(await valueOf(page, 'leads-total'), expected);
    await search('');
});

test('a lead opens beside the list with every message that is stored', async () => {
    const row = page.getByTestId('lead-row').first();
    const id = Number(await row.getAttribute('data-conversation-id'));
    await row.getByRole('link').click();
    await page.waitForURL(`**/t/1/leads/${id}?*`);
    await assertShowsConversation(id);
    assert.ok(await row.isVisible(), 'the list stays');
});

test('the keyboard goes through the list and closes the conversation', async () => {
    const [first, second] = await shownIds();
    await page.keyboard.press('j');
    await page.waitForURL(`**/t/1/leads/${second}?*`);
    await assertShowsConversation(second);
    await page.keyboard.press('k');
    await page.waitForURL(`**/t/1/leads/${first}?*`);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.pathname === '/t/1/leads');
    assert.equal(await page.getByTestId('conversation-panel').count(), 0);
});

test('the address of a conversation opens it, and of none says so', async () => {
    const [{ conversation_id: id }] = await listLeads('visit_scheduled');
    await page.goto(`/t/1/leads/${id}?period=12m`);
    await assertShowsConversation(id);
    await page.goto('/t/1/leads/987654?period=12m');
    const panel = page.getByTestId('conversation-panel');
    await panel
        .getByText(/não encontrad/i)
        .first()
        .waitFor();
    assert.equal(await panel.getByTestId('message').count(), 0);
});

test('the page had no error and kept its policy', async () => {
    await closePage(page);
});

async function assertShowsConversation(id) {
    const panel = page.locator(`[data-testid="conversation-panel"][data-conversation-id="${id}"]`);
    await panel.getByTestId('message').first().waitFor();
    const [stored] = await rowsOfTenant(
        demo.warehouse,
        tenant,
        `select t_messages, contact_messages_count as contact, user_messages_count as human,
                bot_messages_count as bot, private_notes_count as note
           from conversations_analytics where conversation_id = ${id}`,
    );
    const { t_messages: all, ...byAuthor } = stored;
    assert.equal(await panel.getByTestId('message').count(), all);
    for (const [author, count] of Object.entries(byAuthor)) {
        const messages = panel.locator(`[data-testid="message"][data-author="${author}"]`);
        assert.equal(await messages.count(), count, `messages of ${author}`);
    }
}

async function search(text) {
    await page.getByTestId('lead-search').fill(text);
    await page.waitForURL((url) => (url.searchParams.get('q') ?? '') === text);
    await settle(page);
}

async function shownIds() {
    return page
        .getByTestId('lead-row')
        .evaluateAll((found) => found.map((row) => Number(row.dataset.conversationId)));
}

async function countLeads(condition = 'true') {
    return (await listLeads(condition)).length;
}

async function listLeads(condition) {
    return rowsOfTenant(
        demo.warehouse,
        tenant,
        `select conversation_id, contact_name, contact_phone from conversations_analytics
          where is_lead and ${year} and ${condition} order by last_activity_at desc`,
    );
}
