import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addContact, addConversation } from '../support/chatwoot.mjs';
import { allTime, daysAgo } from '../support/days.mjs';
import { startDemo } from '../support/demo.mjs';
import { logIn } from '../support/http.mjs';
import { countKpis, rounded } from '../support/kpis.mjs';
import { rows, rowsOfTenant } from '../support/postgres.mjs';
import { runJson } from '../support/program.mjs';
import { tearDown } from '../support/teardown.mjs';

// The numbers and lists over HTTP against SQL on the published view.

const tenant = 1;
const strangeContacts = [
    { name: '100% Natural', phone: '+5511900009001', email: 'a_b%c@example.com' },
    { name: 'Um_Dois', phone: '+5511900009002', email: 'um.dois@example.com' },
    { name: "D'Ávila (Loja)", phone: '+5511900009003', email: 'loja@example.org' },
    { name: 'Barra\\Torta', phone: '+5511900009004', email: 'torta@example.org' },
    { name: 'Íris Ñandú', phone: '+5511900009005', email: 'iris@example.org' },
];

let demo;
let visitor;

before(async () => {
    demo = await startDemo({ conversations: 450 });
    visitor = await logIn(demo.address, demo.loginOf('admin', tenant));
    const inbox = (await visitor.read('/api/tenants/1/overview')).inboxes[0].id;
    const owner = `select account_id from inboxes where id = ${inbox}`;
    const [{ account_id: account }] = await rows(demo.source, owner);
    let id = 900_001;
    for (const contact of strangeContacts) {
        await addContact(demo.source, { id, account, ...contact });
        const messages = [['contact', 'Quero me matricular, qual o valor do plano mensal?']];
        const place = { account, inbox, contact: id, minutesAgo: 30 };
        await addConversation(demo.source, { id, ...place, messages });
        id += 1;
    }
    const { runs } = await runJson(['sync', '--all'], { env: demo.environment });
    const inserted = runs.reduce((sum, one) => sum + one.inserted, 0);
    assert.equal(inserted, strangeContacts.length);
});

after(tearDown);

test('the default period is the last 30 days of the tenant, with nothing left out', async () => {
    const { period, leads_per_day: days } = await visitor.read('/api/tenants/1/overview');
    const today = new Intl.DateTimeFormat('sv', { timeZone: 'America/Sao_Paulo' });
    assert.equal(period.to, today.format(new Date()));
    assert.equal(days.length, 30);
    assert.deepEqual([days[0].date, days[29].date], [period.from, period.to]);
});

test('each part of the overview adds up to the whole', async () => {
    for (const query of ['', allTime, `from=${daysAgo(200)}&to=${daysAgo(40)}`]) {
        const overview = await visitor.read(`/api/tenants/1/overview?${query}`);
        const { kpis } = overview;
        const sum = (list, key) => list.reduce((total, row) => total + row[key], 0);
        for (const part of ['leads_per_day', 'by_inbox', 'by_category', 'by_period']) {
            assert.equal(sum(overview[part], 'conversations'), kpis.conversations, part);
        }
        for (const part of ['leads_per_day', 'by_inbox', 'by_period']) {
            assert.equal(sum(overview[part], 'leads'), kpis.leads, part);
        }
        for (const key of ['visits', 'conversions', 'without_answer']) {
            assert.equal(sum(overview.by_inbox, key), kpis[key], key);
        }
        assert.deepEqual(
            overview.by_period.map((part) => part.period),
            ['Madrugada', 'Manhã', 'Tarde', 'Noite'],
        );
    }
});

test('every number is what SQL counts, for any period and inbox', async () => {
    const { inboxes } = await visitor.read('/api/tenants/1/overview');
    const periods = [[], [daysAgo(70), daysAgo(20)], [daysAgo(3_000), daysAgo(0)]];
    for (const [from, to] of periods) {
        for (const inbox of [undefined, inboxes[0].id]) {
            const query = new URLSearchParams({
                ...(from && { from, to }),
                ...(inbox && { inbox }),
            });
            const { kpis, period } = await visitor.read(`/api/tenants/1/overview?${query}`);
            assert.deepEqual(
                rounded(kpis),
                await countKpis(demo, tenant, period, inbox),
                `${query}`,
            );
        }
    }
});

test('the previous period is as long and ends the day before', async () => {
    const query = `from=${daysAgo(29)}&to=${daysAgo(20)}`;
    const { previous } = await visitor.read(`/api/tenants/1/overview?${query}`);
    const expected = await countKpis(demo, tenant, { from: daysAgo(39), to: daysAgo(30) });
    assert.ok(expected.conversations > 0);
    assert.deepEqual(rounded(previous), expected);
});

test('parts of the day and days are those of the tenant, not of UTC', async () => {
    const { by_period: parts } = await visitor.read(`/api/tenants/1/overview?${allTime}`);
    const local = `(conversation_created_at at time zone 'America/Sao_Paulo')`;
    const counted = await rowsOfTenant(
        demo.warehouse,
        tenant,
        `select extract(hour from ${local})::integer / 6 as part, count(*) as conversations
           from conversations_analytics group by 1 order by 1`,
    );
    const expected = [0, 1, 2, 3].map(
        (part) => counted.find((row) => row.part === part)?.conversations ?? 0,
    );
    assert.deepEqual(
        parts.map((part) => part.conversations),
        expected,
    );
});

test('the pages of the list hold each lead once, the newest first', async () => {
    const leads = await readAllLeads();
    const expected = await rowsOfTenant(
        demo.warehouse,
        tenant,
        'select conversation_id from conversations_analytics where is_lead',
    );
    assert.ok(expected.length > 50, 'more than a page');
    assert.deepEqual(ids(leads), ids(expected));
    const moments = leads.map((lead) => Date.parse(lead.last_message_at ?? 0));
    assert.deepEqual(
        moments,
        moments.toSorted((a, b) => b - a),
    );
    const beyond = await visitor.read(`/api/tenants/1/leads?${allTime}&page=99`);
    assert.deepEqual([beyond.total, beyond.leads], [expected.length, []]);
});

test('each filter keeps what SQL keeps', async () => {
    const { inboxes } = await visitor.read('/api/tenants/1/overview');
    const withoutAnswer = 'user_messages_count = 0 and bot_messages_count = 0';
    for (const [query, condition] of [
        ...['Alto', 'Médio', 'Baixo', 'N/A'].map((label) => [
            `label=${encodeURIComponent(label)}`,
            `ai_probability_label = '${label}'`,
        ]),
        ['flag=visit', 'visit_scheduled'],
        ['flag=conversion', 'crm_converted'],
        ['flag=without_answer', withoutAnswer],
        ...[0, 1, 2, 3].map((status) => [`status=${status}`, `status = ${status}`]),
        [`inbox=${inboxes[0].id}`, `inbox_id = ${inboxes[0].id}`],
        [
            `flag=visit&status=1&inbox=${inboxes[0].id}`,
            `visit_scheduled and status = 1
            and inbox_id = ${inboxes[0].id}`,
        ],
    ]) {
        const expected = await rowsOfTenant(
            demo.warehouse,
            tenant,
            `select conversation_id from conversations_analytics where is_lead and ${condition}`,
        );
        assert.deepEqual(ids(await readAllLeads(query)), ids(expected), query);
    }
});

test('what people type is searched for as it stands', async () => {
    const searchables = await rowsOfTenant(
        demo.warehouse,
        tenant,
        `select conversation_id, concat_ws(' ', contact_name, contact_email, contact_phone) as text
           from conversations_analytics where is_lead`,
    );
    const typedTexts = ['%', '_', '(', "'", '\\', '% n', 'm_d', "d'á", '(loja)', 'a\\t', 'b%c@'];
    for (const typed of typedTexts) {
        const expected = searchables.filter(({ text }) => plain(text).includes(plain(typed)));
        assert.ok(expected.length > 0, `${typed} occurs`);
        assert.deepEqual(await search(typed), ids(expected), typed);
    }
});

test('the search knows no case and no accents, and finds phones as people write them', async () => {
    for (const [typed, id] of [
        ['IRIS ÑANDÚ', 900_005],
        ['iris nandu', 900_005],
        ['ÍRIS', 900_005],
        ['+5511900009005', 900_005],
        ['(11) 90000-9005', 900_005],
        ['11 90000 9005', 900_005],
        ['iris@EXAMPLE.org', 900_005],
    ]) {
        assert.deepEqual(await search(typed), [id], typed);
    }
});

test('the search finds the number of a conversation', async () => {
    const [{ display_id: display }] = await rowsOfTenant(
        demo.warehouse,
        tenant,
        'select display_id from conversations_analytics where conversation_id = 900005',
    );
    assert.ok((await search(String(display))).includes(900_005));
    assert.deepEqual(await search(`#${display}`), [900_005]);
});

test('what is in no name, phone or address finds nothing', async () => {
    for (const typed of [
        'zzzzzz',
        '日本',
        '🦖',
        '%%',
        '__',
        'natural 101',
        'a%z',
        '*',
        '\u200b日',
    ]) {
        assert.deepEqual(await search(typed), [], typed);
    }
});

test('a conversation comes with all its messages and the words that decided', async () => {
    for (const { conversation_id: id } of (await readAllLeads()).slice(0, 20)) {
        const { conversation } = await visitor.read(`/api/tenants/1/conversations/${id}`);
        const [stored] = await rowsOfTenant(
            demo.warehouse,
            tenant,
            `select message_compiled, contact_name, t_messages, ai_probability_score as score
               from conversations_analytics where conversation_id = ${id}`,
        );
        assert.equal(conversation.contact_name, stored.contact_name);
        assert.equal(conversation.score, stored.score);
        assert.equal(conversation.is_lead, true);
        assert.equal(conversation.messages.length, stored.t_messages);
        assert.deepEqual(
            conversation.messages.map(({ id: message, text, author }) => [message, text, author]),
            stored.message_compiled.map((one) => [one.message_id, one.text, one.author]),
        );
        assert.ok(conversation.evidence.some((evidence) => evidence.rule === 'lead'));
        for (const { message_id: message, quote } of conversation.evidence) {
            const source = conversation.messages.find((one) => one.id === message);
            assert.equal(source.author, 'contact');
            assert.ok(source.text.includes(quote), `${quote} stands in its message`);
        }
    }
});

test('a conversation that is no lead can be read, and is in no list of leads', async () => {
    const [{ conversation_id: id }] = await rowsOfTenant(
        demo.warehouse,
        tenant,
        'select conversation_id from conversations_analytics where not is_lead limit 1',
    );
    const { conversation } = await visitor.read(`/api/tenants/1/conversations/${id}`);
    assert.equal(conversation.is_lead, false);
    assert.equal(conversation.label, 'N/A');
    assert.ok(!ids(await readAllLeads()).includes(id));
});

async function search(text) {
    return ids(await readAllLeads(`q=${encodeURIComponent(text)}`));
}

async function readAllLeads(query = '') {
    const found = [];
    for (let page = 1; ; ++page) {
        const target = `/api/tenants/1/leads?${allTime}&${query}&page=${page}`;
        const { leads, total, page_size: size } = await visitor.read(target);
        assert.equal(size, 50);
        assert.ok(leads.length <= size);
        found.push(...leads);
        if (page * size >= total) {
            assert.equal(found.length, total);
            return found;
        }
    }
}

function ids(list) {
    return list.map((row) => row.conversation_id).sort((a, b) => a - b);
}

/** As the search sees a text: without case and accents. */
function plain(text) {
    return text
        .normalize('NFD')
        .replace(/\p{Mn}/gu, '')
        .toLowerCase();
}
