import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allTime } from '../support/days.mjs';
import { operatorRole, startDemo } from '../support/demo.mjs';
import { logIn, send, Visitor } from '../support/http.mjs';
import { tearDown } from '../support/teardown.mjs';

// Who may do what over HTTP, and what nobody may.

const json = { 'Content-Type': 'application/json' };
const timingRounds = 4;
const timingSamples = 7;

let demo;
let manager; // of tenant 1
let staff; // of tenant 1
let operator;

before(async () => {
    demo = await startDemo();
    manager = demo.loginOf('admin', 1);
    staff = demo.loginOf('client', 1);
    operator = demo.loginOf(operatorRole);
});

after(tearDown);

test('every answer carries the headers that protect the page', async () => {
    const { cookie } = await logIn(demo.address, staff);
    const asset = (await get('/')).text.match(/\/assets\/[\w.-]+\.js/)[0];
    for (const [method, target] of [
        ['GET', '/'],
        ['HEAD', '/'],
        ['GET', '/login'],
        ['GET', '/t/1/leads'],
        ['GET', asset],
        ['GET', '/assets/gone.js'],
        ['GET', '/api/me'],
        ['GET', '/api/tenants/1/overview'],
        ['GET', '/api/tenants/2/overview'],
        ['GET', '/api/nothing'],
        ['PUT', '/api/me'],
        ['POST', '/api/login'],
        ['DELETE', '/'],
        ['GET', '/healthz'],
        ['GET', '/readyz'],
    ]) {
        const { headers } = await request(method, target, { Cookie: cookie });
        const policy = headers['content-security-policy'] ?? '';
        assert.match(policy, /default-src 'self'/, `${method} ${target}`);
        assert.match(policy, /frame-ancestors 'none'/);
        assert.doesNotMatch(policy, /unsafe/);
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['x-frame-options'], 'DENY');
        assert.ok(headers['referrer-policy']);
        assert.equal(headers.server, undefined);
        if (target.startsWith('/api/')) assert.equal(headers['cache-control'], 'no-store');
    }
});

test('an address of the page answers with the page, a missing asset does not', async () => {
    const home = await get('/');
    assert.equal(home.status, 200);
    assert.match(home.headers['content-type'], /^text\/html/);
    assert.equal((await get('/t/1/leads/5')).text, home.text);
    assert.equal((await get('/assets/gone.js')).status, 404);
    for (const target of [
        '/../../etc/passwd',
        '/assets/../../etc/passwd',
        '/..%2f..%2fetc/passwd',
    ]) {
        assert.doesNotMatch((await get(target)).text, /root:/);
    }
});

test('the session cookie is for the server alone, and for TLS where there is TLS', async () => {
    const body = JSON.stringify({ email: staff.email, password: staff.password });
    const plain = await request('POST', '/api/login', json, body);
    const [cookie] = plain.headers['set-cookie'];
    assert.match(cookie, /^geniai_session=[\w.-]{20,}; /);
    assert.match(cookie, /; HttpOnly/);
    assert.match(cookie, /; SameSite=Strict/);
    assert.match(cookie, /; Path=\//);
    assert.match(cookie, /; Max-Age=\d+/);
    assert.doesNotMatch(cookie, /Secure|Domain/);
    const behindProxy = { ...json, 'X-Forwarded-Proto': 'https' };
    const secure = await request('POST', '/api/login', behindProxy, body);
    assert.match(secure.headers['set-cookie'][0], /; Secure/);
});

test('log-in tells who somebody is', async () => {
    const answer = await new Visitor(demo.address).tryLogIn(staff.email, staff.password);
    assert.equal(answer.status, 200);
    const { user } = answer.json;
    assert.deepEqual([user.email, user.role, user.tenant.id], [staff.email, 'client', 1]);
    assert.equal(user.tenant.timezone, 'America/Sao_Paulo');
    assert.ok(!answer.text.includes('argon2'));
    const shouted = await new Visitor(demo.address).tryLogIn(
        ` ${staff.email.toUpperCase()} `,
        staff.password,
    );
    assert.equal(shouted.status, 200, 'letters and blanks of an address do not matter');
});

test('a POST without JSON or from another site is refused', async () => {
    const visitor = await logIn(demo.address, staff);
    const { host } = new URL(demo.address);
    const login = JSON.stringify({ email: staff.email, password: staff.password });
    for (const headers of [
        {},
        { 'Content-Type': 'text/plain' },
        { 'Content-Type': 'application/x-www-form-urlencoded' },
        { 'Content-Type': 'multipart/form-data; boundary=x' },
        { ...json, Origin: 'https://evil.example' },
        { ...json, Origin: 'null' },
        { ...json, Origin: `http://${host}.evil.example` },
        { ...json, Origin: 'http://127.0.0.1:1' },
    ]) {
        for (const [target, body] of [
            ['/api/login', login],
            ['/api/logout', '{}'],
        ]) {
            const cookie = { Cookie: visitor.cookie };
            const answer = await request('POST', target, { ...headers, ...cookie }, body);
            assert.equal(answer.status, 403, `${target} ${JSON.stringify(headers)}`);
            assert.equal(answer.headers['set-cookie'], undefined);
        }
    }
    assert.equal((await visitor.get('/api/me')).status, 200, 'the session lives on');
    const own = { Origin: demo.address };
    assert.equal((await visitor.post('/api/logout', {}, own)).status, 204);
});

test('a log-in that makes no sense is refused as such', async () => {
    for (const body of ['', '{', '[]', 'null', '{}', '{"email":1,"password":"x"}']) {
        assert.equal((await request('POST', '/api/login', json, body)).status, 400, body);
    }
    const missing = JSON.stringify({ email: staff.email });
    assert.equal((await request('POST', '/api/login', json, missing)).status, 400);
    const huge = JSON.stringify({ email: staff.email, password: 'x'.repeat(2 ** 21) });
    assert.equal((await request('POST', '/api/login', json, huge)).status, 413);
    for (const [email, password] of [
        [staff.email, ''],
        [staff.email, 'x'.repeat(100_000)],
        [staff.email, `${staff.password}\0`],
        [`${staff.email}\0`, 'x'],
        ["' or 1=1 --", 'x'],
        ['', ''],
    ]) {
        const answer = await new Visitor(demo.address).tryLogIn(email, password);
        assert.equal(answer.status, 401, JSON.stringify(email));
        assert.equal(answer.json.error.code, 'invalid_credentials');
    }
});

test('an unknown address and a wrong password look and last the same', async () => {
    const attempt = (email) => new Visitor(demo.address).tryLogIn(email, 'not the password');
    const known = await attempt(staff.email);
    const unknown = await attempt('nobody@vigor.example');
    assert.deepEqual([known.status, known.text], [unknown.status, unknown.text]);
    assert.equal(known.status, 401);
    let ratio;
    for (let round = 0; round < timingRounds; ++round) {
        const times = { known: [], unknown: [] };
        for (let sample = 0; sample < timingSamples; ++sample) {
            times.known.push((await attempt(staff.email)).seconds);
            times.unknown.push((await attempt('nobody@vigor.example')).seconds);
        }
        ratio = median(times.known) / median(times.unknown);
        if (ratio > 0.5 && ratio < 2) return;
    }
    assert.fail(`a known address takes ${ratio.toFixed(2)} times as long`);
});

test('many log-ins at once are answered or put off, never broken', async () => {
    const attempts = Array.from({ length: 40 }, () =>
        new Visitor(demo.address).tryLogIn(staff.email, 'not the password'),
    );
    const statuses = (await Promise.all(attempts)).map((answer) => answer.status);
    assert.ok(
        statuses.every((status) => [401, 429, 503].includes(status)),
        statuses.join(),
    );
    assert.ok(statuses.includes(401));
    await logIn(demo.address, staff);
});

test('without a session there is nothing', async () => {
    const { cookie } = await logIn(demo.address, staff);
    const token = cookie.split('=')[1];
    const [, secret] = token.split('.');
    for (const value of [
        undefined,
        'geniai_session=',
        'geniai_session=x',
        'geniai_session=1.',
        `geniai_session=2.${secret}`,
        `geniai_session=-1.${secret}`,
        `geniai_session=99999999999.${secret}`,
        `geniai_session=${token}x`,
        `geniai_session=${token.slice(0, -1)}`,
        `geniai_session='; drop table sessions; --`,
        `other=${token}`,
    ]) {
        const headers = value === undefined ? {} : { Cookie: value };
        for (const target of [
            '/api/me',
            '/api/tenants',
            '/api/tenants/1/overview',
            '/api/tenants/1/leads',
            '/api/tenants/1/conversations/1',
        ]) {
            const answer = await request('GET', target, headers);
            assert.equal(answer.status, 401, `${target} with ${value}`);
            assert.equal(JSON.parse(answer.text).error.code, 'unauthenticated');
        }
    }
});

test('a cookie that is used again after log-out is worth nothing', async () => {
    const visitor = await logIn(demo.address, staff);
    const { cookie } = visitor;
    const left = await visitor.post('/api/logout', {});
    assert.equal(left.status, 204);
    assert.match(left.headers['set-cookie'][0], /^geniai_session=; .*Max-Age=0/);
    assert.equal((await request('GET', '/api/me', { Cookie: cookie })).status, 401);
    assert.equal((await new Visitor(demo.address).post('/api/logout', {})).status, 204);
});

test('a new log-in ends the session that the browser had', async () => {
    const visitor = await logIn(demo.address, staff);
    const { cookie } = visitor;
    assert.equal((await visitor.tryLogIn(manager.email, manager.password)).status, 200);
    assert.equal((await request('GET', '/api/me', { Cookie: cookie })).status, 401);
    assert.equal((await visitor.read('/api/me')).user.role, 'admin');
});

test('another tenant is as unknown as one that does not exist', async () => {
    for (const login of [manager, staff]) {
        const visitor = await logIn(demo.address, login);
        for (const rest of ['overview', 'leads', 'conversations/1']) {
            const other = await visitor.get(`/api/tenants/2/${rest}`);
            const unknown = await visitor.get(`/api/tenants/987654/${rest}`);
            assert.equal(other.status, 404);
            assert.deepEqual([other.status, other.text], [unknown.status, unknown.text]);
        }
    }
});

test("a conversation of another tenant cannot be reached through the own tenant's", async () => {
    const theOperator = await logIn(demo.address, operator);
    const { leads } = await theOperator.read(`/api/tenants/2/leads?${allTime}`);
    const foreign = leads[0].conversation_id;
    assert.equal((await theOperator.get(`/api/tenants/2/conversations/${foreign}`)).status, 200);
    assert.equal((await theOperator.get(`/api/tenants/1/conversations/${foreign}`)).status, 404);
    const visitor = await logIn(demo.address, manager);
    assert.equal((await visitor.get(`/api/tenants/1/conversations/${foreign}`)).status, 404);
});

test('only the operator lists tenants, and sees each', async () => {
    for (const login of [manager, staff]) {
        const answer = await (await logIn(demo.address, login)).get('/api/tenants');
        assert.equal(answer.status, 403);
        assert.equal(answer.json.error.code, 'forbidden');
    }
    const visitor = await logIn(demo.address, operator);
    const { tenants, totals } = await visitor.read('/api/tenants');
    assert.deepEqual(
        tenants.map((tenant) => tenant.id),
        [1, 2, 3],
    );
    const sum = (key) => tenants.reduce((total, tenant) => total + tenant[key], 0);
    assert.deepEqual(totals, {
        tenants: 3,
        conversations: sum('conversations'),
        leads: sum('leads'),
    });
    assert.equal(totals.conversations, 60);
    for (const { id } of tenants) await visitor.read(`/api/tenants/${id}/overview`);
    assert.equal((await visitor.get('/api/tenants/987654/overview')).status, 404);
});

test('garbage in an address is refused, and never an internal error', async () => {
    const visitor = await logIn(demo.address, operator);
    const ids = [
        '0',
        '-1',
        'abc',
        '1.5',
        '1e3',
        '99999999999',
        '9'.repeat(40),
        "1'",
        '%20',
        '1%00',
    ];
    for (const id of ids) {
        for (const target of [
            `/api/tenants/${id}/overview`,
            `/api/tenants/1/conversations/${id}`,
        ]) {
            const { status } = await visitor.get(target);
            assert.ok(status === 400 || status === 404, `${target}: ${status}`);
        }
    }
    const days = ['tomorrow', '2026-02-30', '2026-13-01', '26-01-01', '2026-1-1', '01/02/2026'];
    days.push('2026-01-01T00:00', '+002026-01', '99999-01-01', '-001-01-01', "'", '0000-00-00');
    const queries = days.flatMap((day) => [`from=${encodeURIComponent(day)}`, `to=${day}`]);
    queries.push('from=2026-02-01&to=2026-01-01', 'from=1990-01-01&to=2026-01-01');
    queries.push('inbox=abc', 'inbox=-1', 'inbox=0', 'inbox=1.5', 'inbox=99999999999999999999');
    for (const query of queries) await assertRefused(visitor, `/api/tenants/1/overview?${query}`);
    const filters = ['page=0', 'page=-1', 'page=x', 'page=99999999999', 'label=alto', 'flag=x'];
    filters.push('status=4', 'status=-1', 'status=x', 'q=%ff', 'q=%zz', 'q=%00');
    for (const query of [...queries, ...filters]) {
        await assertRefused(visitor, `/api/tenants/1/leads?${query}`);
    }
});

test('what is unusual but makes sense is answered', async () => {
    const visitor = await logIn(demo.address, operator);
    for (const query of [
        '',
        'from=&to=&inbox=&page=&q=&label=&flag=&status=',
        'from=9999-12-31&to=9999-12-31',
        'from=1970-01-01&to=1970-01-01',
        'to=9999-12-31',
        'inbox=9223372036854775807',
        'page=99999',
        'unknown=1',
        `q=${'x'.repeat(3_000)}`,
        `q=${encodeURIComponent('ã'.repeat(150))}`,
        `q=${encodeURIComponent('%_\\\'"();--')}`,
        'q=99999999999999999999',
        'q=%23123',
    ]) {
        const leads = await visitor.read(`/api/tenants/1/leads?${query}`);
        assert.ok(Array.isArray(leads.leads));
        await visitor.read(`/api/tenants/1/overview?${query}`);
    }
});

test('methods and paths that do not exist are told apart', async () => {
    const visitor = await logIn(demo.address, operator);
    assert.equal((await visitor.get('/api/nothing')).status, 404);
    assert.equal((await visitor.get('/api')).status, 404);
    assert.equal((await visitor.get('/api/tenants/')).status, 404);
    assert.equal((await request('DELETE', '/api/me')).status, 405);
    assert.equal((await request('GET', '/api/login')).status, 405);
    assert.equal((await visitor.post('/api/me', {})).status, 405);
});

test('an error says a code for programs and a sentence for people', async () => {
    const visitor = await logIn(demo.address, staff);
    for (const target of ['/api/tenants', '/api/tenants/2/leads', '/api/tenants/1/leads?page=0']) {
        const { json: answer } = await visitor.get(target);
        assert.deepEqual(Object.keys(answer), ['error']);
        assert.match(answer.error.code, /^[a-z_]+$/);
        assert.match(answer.error.message, /^[A-ZÀ-Ý].*\.$/);
    }
});

async function assertRefused(visitor, target) {
    const { status, text } = await visitor.get(target);
    assert.equal(status, 400, `${target}: ${text}`);
}

function get(target) {
    return request('GET', target);
}

function request(method, target, headers = {}, body = undefined) {
    return send(demo.address, method, target, { headers, body });
}

function median(numbers) {
    const sorted = numbers.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
}
