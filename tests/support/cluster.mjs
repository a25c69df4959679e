import { execFile, spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './network.mjs';
import { postgresProgram } from './paths.mjs';
import { keepSecret } from './program.mjs';
import { literal, sql } from './postgres.mjs';
import { endWithTests, later, makeDirectory } from './teardown.mjs';

const runFile = promisify(execFile);
const isRoot = process.getuid() === 0;

/**
 * Databases that somebody else made: a PostgreSQL of its own on a loopback port, where every log-in
 * needs its password.
 */
export async function startCluster() {
    const directory = makeDirectory();
    const password = keepSecret('superuser-4kq2');
    const passwordFile = path.join(directory, 'password');
    writeFileSync(passwordFile, password);
    chmodSync(passwordFile, 0o644);
    if (isRoot) await runFile('chown', ['postgres:', directory]);
    const cluster = path.join(directory, 'pgdata');
    await runFile(
        ...asServerUser(postgresProgram('initdb'), [
            `--pgdata=${cluster}`,
            '--username=somebody',
            `--pwfile=${passwordFile}`,
            '--auth=scram-sha-256',
            '--encoding=UTF8',
            '--locale=C.UTF-8',
            '--no-sync',
        ]),
        { cwd: directory },
    );
    const port = await freePort();
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'fsync=off'];
    settings.push('full_page_writes=off', 'shared_buffers=64MB', `unix_socket_directories=`);
    const args = ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])];
    const server = spawn(...asServerUser(postgresProgram('postgres'), args), {
        cwd: directory,
        stdio: 'ignore',
    });
    endWithTests(server);
    const ended = new Promise((resolve) => server.once('exit', resolve));
    later(() => {
        server.kill('SIGINT');
        return ended;
    });
    const found = new Cluster(port, password);
    await found.waitUntilReady();
    return found;
}

class Cluster {
    constructor(port, password) {
        this.port = port;
        this.superuser = { user: 'somebody', password };
    }

    /** Where psql connects to as `login`, by default as the superuser. */
    target(database, login = this.superuser) {
        return { host: '127.0.0.1', port: this.port, ...login, database };
    }

    /** The same as the URL that a person writes into a setting. */
    url(database, login = this.superuser) {
        const user = encodeURIComponent(login.user);
        const password = keepSecret(encodeURIComponent(login.password));
        const place = `127.0.0.1:${this.port}/${encodeURIComponent(database)}`;
        return keepSecret(`postgresql://${user}:${password}@${place}`);
    }

    /** A role with a password, such as { user, password }. */
    async createLogin(user, password, attributes = '') {
        keepSecret(password);
        await sql(
            this.target('postgres'),
            `create role "${user}" login password ${literal(password)} ${attributes}`,
        );
        return { user, password };
    }

    async createDatabase(name, owner) {
        await sql(this.target('postgres'), `create database "${name}" owner "${owner}"`);
    }

    async waitUntilReady() {
        const deadline = performance.now() + 30_000;
        for (;;) {
            try {
                return await sql(this.target('postgres'), 'select 1');
            } catch (error) {
                if (performance.now() > deadline) throw error;
                await pause(20);
            }
        }
    }
}

/** PostgreSQL refuses to run as root, and must not outlive a test process that was killed. */
function asServerUser(program, args) {
    const identity = isRoot ? ['--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
    return ['setpriv', [...identity, '--pdeathsig', 'INT', '--', program, ...args]];
}
