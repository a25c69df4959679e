import { spawn } from 'node:child_process';
import { postgresProgram } from './paths.mjs';
import { endWithTests } from './teardown.mjs';

/**
 * Runs a script as psql does and returns what it prints. A `target` is
 * { host, port, user, password, database }.
 */
export function sql(target, script) {
    const psql = startPsql(target);
    let stdout = '';
    let stderr = '';
    psql.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    psql.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    psql.stdin.on('error', () => {}); // a refused log-in ends psql before it reads
    psql.stdin.end(script);
    return new Promise((resolve, reject) => {
        psql.once('error', reject);
        psql.once('close', (code) => {
            if (code === 0) resolve(stdout.trimEnd());
            else reject(new Error(`psql: ${stderr.trim()}`));
        });
    });
}

/** The rows of one query, as objects. */
export async function rows(target, query) {
    return JSON.parse(await sql(target, asJson(query)));
}

/** The rows that one tenant's people see: the way every report reads. */
export async function rowsOfTenant(target, tenant, query) {
    const script = `begin read only;
        set local role authenticated_users;
        set local app.current_tenant_id = '${Number(tenant)}';
        ${asJson(query)} commit;`;
    return JSON.parse(await sql(target, script));
}

/** A session that runs `statement` and stays in it; call the result to end it. */
export async function holdSession(target, statement) {
    const psql = startPsql(target);
    endWithTests(psql);
    psql.stdin.write(`${statement};\n\\echo held\n`);
    for await (const text of psql.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
        if (text.includes('held')) break;
    }
    return () => {
        const ended = new Promise((resolve) => psql.once('exit', resolve));
        psql.stdin.end();
        return ended;
    };
}

export function literal(text) {
    return text === null || text === undefined ? 'null' : `'${String(text).replaceAll("'", "''")}'`;
}

function startPsql({ host, port, user, password, database }) {
    const env = { PGHOST: host, PGUSER: user, PGDATABASE: database, PGCLIENTENCODING: 'UTF8' };
    if (port !== undefined) env.PGPORT = String(port);
    if (password !== undefined) env.PGPASSWORD = password;
    const args = ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1'];
    return spawn(postgresProgram('psql'), args, { env });
}

function asJson(query) {
    return `select coalesce(json_agg(query_row), '[]') from (${query}) query_row;`;
}
