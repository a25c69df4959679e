import http from 'node:http';
import { startSimulator } from './simulator.mjs';

export const key = 'simulator-key';

export const leadSchema = {
    type: 'object',
    additionalProperties: false,
    required: ['category', 'score', 'confidence', 'summary', 'deadline', 'is_hot', 'evidence'],
    properties: {
        category: { type: 'string', enum: ['PRECO', 'VISITA', 'OUTRO'] },
        score: { type: 'integer', minimum: 0, maximum: 100 },
        confidence: { type: 'number', minimum: 0, maximum: 1 },
        summary: { type: 'string', minLength: 20, maxLength: 200 },
        deadline: { type: ['string', 'null'], maxLength: 40 },
        is_hot: { type: 'boolean' },
        evidence: {
            type: 'array',
            minItems: 1,
            maxItems: 4,
            items: {
                type: 'object',
                additionalProperties: false,
                required: ['quote', 'message'],
                properties: {
                    quote: { type: 'string', minLength: 5, maxLength: 120 },
                    message: { type: 'integer', minimum: 1, maximum: 9 },
                },
            },
        },
    },
};

export const conversation = [
    'contact: Oi, quanto custa o plano anual de musculação?',
    'agent: O plano anual sai por R$ 89,90 por mês, sem taxa de adesão.',
    'contact: Posso visitar a unidade amanhã depois das 18 horas?',
].join('\n');

/** A chat request for that schema, with more or other fields. */
export function leadRequest(fields = {}) {
    const schema = { name: 'lead', strict: true, schema: leadSchema };
    return {
        model: 'gpt-4o-mini',
        max_completion_tokens: 800,
        messages: [
            { role: 'system', content: 'Answer as JSON.' },
            { role: 'user', content: conversation },
        ],
        response_format: { type: 'json_schema', json_schema: schema },
        ...fields,
    };
}

/** A simulator that ends with the test, and the ways to talk to it. */
export async function openSimulator(test, options = {}) {
    const simulator = await startSimulator(options);
    const agent = new http.Agent({ keepAlive: true });
    test.after(() => {
        agent.destroy();
        return simulator.stop();
    });
    return new Client(simulator.url, agent);
}

class Client {
    constructor(url, agent) {
        this.url = url;
        this.agent = agent;
    }

    /** A call whose answer is { status, headers, text, json }; fails with the connection. */
    call(method, path, { body, headers = {}, signal } = {}) {
        const sent = { Authorization: `Bearer ${key}`, ...headers };
        const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
        return new Promise((resolve, reject) => {
            const options = { method, headers: sent, agent: this.agent, signal };
            const request = http.request(new URL(path, this.url), options, (response) => {
                const parts = [];
                response.on('data', (part) => parts.push(part));
                response.on('error', reject);
                response.on('end', () => {
                    const { statusCode: status, headers: told } = response;
                    const bytes = Buffer.concat(parts);
                    const text = bytes.toString();
                    resolve({ status, headers: told, bytes, text, json: parsed(text) });
                });
            });
            request.on('error', reject);
            request.end(isRaw ? body : JSON.stringify(body));
        });
    }

    ask(body = leadRequest(), options = {}) {
        return this.call('POST', '/v1/chat/completions', { body, ...options });
    }

    /** Asks under an id. */
    askAs(id, body, headers = {}) {
        return this.ask(body, { headers: { 'X-Client-Request-Id': id, ...headers } });
    }

    control(change) {
        return this.call('POST', '/control', { body: change });
    }

    async stats() {
        return (await this.call('GET', '/stats')).json;
    }
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** The value in the content of a good answer. */
export function valueOf(answer) {
    return JSON.parse(answer.json.choices[0].message.content);
}
