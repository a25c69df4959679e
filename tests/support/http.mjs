import assert from 'node:assert/strict';
import http from 'node:http';

/** One request on a connection of its own, with these headers and no other decision taken. */
export function send(address, method, target, { headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
        const { hostname, port } = new URL(address);
        const begin = performance.now();
        const options = { hostname, port, method, path: target, headers, agent: false };
        const request = http.request(options, (response) => {
            const parts = [];
            response.on('data', (part) => parts.push(part));
            response.on('error', reject);
            response.on('end', () => {
                const text = Buffer.concat(parts).toString('utf8');
                const { statusCode: status, headers: answered } = response;
                const seconds = (performance.now() - begin) / 1000;
                resolve({ status, headers: answered, text, seconds });
            });
        });
        request.on('error', reject);
        request.end(body);
    });
}

/** Somebody with a browser: sends JSON and keeps the session cookie. */
export class Visitor {
    constructor(address) {
        this.address = address;
        this.cookie = '';
    }

    async get(path) {
        return this.#answer(await send(this.address, 'GET', path, { headers: this.#headers() }));
    }

    async post(path, content, headers = {}) {
        const body = JSON.stringify(content);
        const answer = await send(this.address, 'POST', path, {
            headers: { ...this.#headers(), 'Content-Type': 'application/json', ...headers },
            body,
        });
        const cookie = answer.headers['set-cookie']?.[0];
        if (cookie !== undefined) this.cookie = cookie.split(';')[0];
        return this.#answer(answer);
    }

    async tryLogIn(email, password) {
        return this.post('/api/login', { email, password });
    }

    /** The JSON of a page that must answer 200. */
    async read(path) {
        const answer = await this.get(path);
        assert.equal(answer.status, 200, `${path}: ${answer.text}`);
        return answer.json;
    }

    #headers() {
        return this.cookie === '' ? {} : { Cookie: this.cookie };
    }

    #answer(answer) {
        const isJson = answer.headers['content-type']?.startsWith('application/json');
        return { ...answer, json: isJson ? JSON.parse(answer.text) : undefined };
    }
}

/** A visitor who is logged in. */
export async function logIn(address, { email, password }) {
    const visitor = new Visitor(address);
    const answer = await visitor.tryLogIn(email, password);
    assert.equal(answer.status, 200, `log-in of ${email}: ${answer.text}`);
    return visitor;
}
