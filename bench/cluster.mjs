// A PostgreSQL of the bench's own with an invented Chatwoot in it, and nobody else on it.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

const view = 'geniai.vw_conversations_analytics_final';
const transcriptBytesMean = 2500;

/** As the server of a real installation has them; also reported with the results. */
const serverSettings = {
    // A quarter of the memory, as PostgreSQL's manual advises: both databases fit.
    shared_buffers: `${Math.round(totalmem() / 4 / 2 ** 20)}MB`,
    max_wal_size: '4GB',
    wal_compression: 'lz4', // as docs/operations.md advises
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.track_planning': 'on',
};

export class Cluster {
    /** Invents so many conversations (`geniai demo`), and serves them. */
    static async make(geniai, conversations) {
        const directory = mkdtempSync(join(tmpdir(), 'geniai-bench-'));
        // As root the server runs as another user, who must get to its directory.
        chmodSync(directory, 0o755);
        const cluster = new Cluster(join(directory, 'demo'));
        process.once('exit', () => {
            cluster.demo?.kill('SIGKILL');
            cluster.server?.kill('SIGQUIT');
            removeTree(directory);
        });
        await cluster.invent(geniai, conversations);
        await cluster.start();
        cluster.sql('chatwoot', 'analyze'); // the view is slow without
        cluster.lengthenTranscripts();
        cluster.sql('chatwoot', 'vacuum analyze');
        cluster.sql('postgres', 'create extension pg_stat_statements');
        return cluster;
    }

    constructor(directory) {
        this.directory = directory;
        this.socket = join(directory, 'socket');
    }

    url(database, user = 'postgres') {
        return `host='${this.socket}' user='${user}' dbname='${database}'`;
    }

    /** What a script of statements prints: fields separated by |, as text. */
    sql(database, script) {
        return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', this.url(database)], {
            input: script,
            encoding: 'utf8',
            maxBuffer: 2 ** 30,
            env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' },
            stdio: ['pipe', 'pipe', 'pipe'],
        }).trim();
    }

    number(database, query) {
        return Number(this.sql(database, query));
    }

    /** Of twenty thousand conversations at the most, spread over all. */
    transcriptBytes() {
        const mean = 'avg(octet_length(message_compiled::text))';
        const step = '(select 1 + count(*) / 20000 from conversations)';
        return this.number(
            'chatwoot',
            `select ${mean} from ${view} where conversation_id % ${step} = 0`,
        );
    }

    async stop() {
        const ended = exitOf(this.server);
        this.server.kill('SIGINT');
        await ended;
        this.server = undefined;
        removeTree(dirname(this.directory));
    }

    // The demo would go on and load its own warehouse: it is stopped when its source is complete.
    async invent(geniai, conversations) {
        const where = ['--port', '0', '--data-dir', this.directory];
        this.demo = spawnWithUs(
            'TERM',
            [geniai, 'demo', '--json', ...where, '--conversations', String(conversations)],
            {
                env: { ...process.env, GENIAI_LOG_LEVEL: 'error' },
                stdio: ['ignore', 'ignore', 'inherit'],
            },
        );
        const ended = exitOf(this.demo);
        while (this.demo.exitCode === null && !this.isSourceComplete()) await sleep(0.1);
        if (this.demo.exitCode !== null) throw new Error('geniai demo ended by itself');
        this.demo.kill('SIGTERM');
        await ended;
        this.demo = undefined;
    }

    isSourceComplete() {
        try {
            const granted = `select has_table_privilege('geniai_reader', '${view}', 'select')`;
            return this.sql('chatwoot', granted) === 't';
        } catch {
            return false; // no server, no database or no view yet
        }
    }

    get data() {
        return join(this.directory, 'pgdata');
    }

    /** Where PostgreSQL of the data's version has a program. */
    program(name) {
        const version = readFileSync(join(this.data, 'PG_VERSION'), 'utf8').trim();
        return `/usr/lib/postgresql/${version}/bin/${name}`;
    }

    async start() {
        // The demo's server has checksums, Debian's has not: with them a page that is only read may be
        // logged as a whole.
        execFileSync(this.program('pg_checksums'), ['--disable', '--no-sync', '-D', this.data], {
            stdio: ['ignore', 'ignore', 'inherit'],
        });
        const settings = { ...serverSettings, timezone: 'UTC', listen_addresses: '' };
        const serverUser = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
        this.server = spawnWithUs(
            'INT',
            [
                ...(process.getuid() === 0 ? serverUser : []),
                this.program('postgres'),
                ...['-D', this.data, '-k', this.socket],
                ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
            ],
            { stdio: 'ignore' },
        );
        for (let attempt = 0; attempt < 100; ++attempt) {
            try {
                this.sql('postgres', 'select 1');
                return;
            } catch {
                await sleep(0.1);
            }
        }
        throw new Error(`PostgreSQL does not start in ${this.data}`);
    }

    // The demo's people are brief. Every fifth message also gets words from other conversations, as
    // many as bring the transcripts to the mean that is asked for.
    lengthenTranscripts() {
        const missing = transcriptBytesMean - this.transcriptBytes();
        if (missing <= 0) return;
        this.sql(
            'chatwoot',
            `create temporary table wordy as
             with size as (
                 select max(id) as last_id,
                        (5 * ${missing} * (select count(*) from conversations) / count(*))::int
                            as added
                   from messages)
             select m.id,
                    left((select string_agg(other.content, ' ') from messages as other
                           where other.id between start.id and start.id + 15), size.added) as words
               from messages as m, size,
                    lateral (select 1 + m.id::bigint * 7919 % (size.last_id - 15) as id) as start
              where m.id % 5 = 0;
             update messages as m set content = concat_ws(' ', m.content, wordy.words)
               from wordy where wordy.id = m.id`,
        );
    }
}

export function sleep(seconds) {
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** A program that gets `signal` when this process ends, however that comes. */
function spawnWithUs(signal, command, options) {
    return spawn('setpriv', [`--pdeathsig=${signal}`, ...command], options);
}

function removeTree(directory) {
    // Whoever was killed may still write a file.
    rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
}

function exitOf(child) {
    return new Promise((resolve) => child.once('exit', resolve));
}
