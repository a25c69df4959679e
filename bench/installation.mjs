import { dirname, join } from 'node:path';
import { sleep } from './cluster.mjs';
import { measure } from './measure.mjs';

const accounts = [1, 2, 3];
const factTables = [
    'contacts',
    'conversations',
    'conversation_transcripts',
    'classifications',
    'inbox_tenant_mapping',
];

/** The programs under test between the cluster's Chatwoot and a warehouse, database `bench`. */
export class Installation {
    constructor(cluster, build) {
        this.cluster = cluster;
        this.geniai = join(build, 'geniai');
        this.plainPipe = join(build, 'plain_pipe');
        this.settings = {
            GENIAI_WAREHOUSE_URL: cluster.url('bench', 'geniai_app'),
            GENIAI_WAREHOUSE_OWNER_URL: cluster.url('bench', 'geniai_owner'),
            GENIAI_SOURCE_URL: cluster.url('chatwoot', 'geniai_reader'),
            GENIAI_LOG_LEVEL: 'error',
            // As on a machine on which a sync has run before.
            GENIAI_CACHE_DIR: join(dirname(cluster.directory), 'cache'),
        };
    }

    /**
     * The plain pipe into a fresh warehouse.
     *   reading: 'stream' or 'ranges', see plain_pipe.cc
     *   batchRows: 0 for all rows in one batch
     */
    async pipe(reading, batchRows) {
        await this.freshWarehouse();
        // It computes no hashes: a constant of the same size stands in their place.
        const constant = (table, hash) => `
            alter table ${table} alter ${hash} type bigint using 0, alter ${hash} set default 0;`;
        this.cluster.sql(
            'bench',
            constant('contacts', 'row_hash') +
                constant('conversations', 'row_hash') +
                constant('conversation_transcripts', 'text_hash') +
                'checkpoint',
        );
        const source = this.cluster.url('chatwoot', 'geniai_reader');
        const target = this.cluster.url('bench');
        const run = await measure(this.plainPipe, [source, target, reading, String(batchRows)]);
        this.requireAllConversations();
        return run;
    }

    async firstLoad(...options) {
        await this.freshWarehouse();
        this.cluster.sql('bench', 'checkpoint');
        const run = await this.sync(...options);
        this.requireAllConversations();
        return run;
    }

    /** `geniai sync` of all tenants; its answer has one entry a tenant in `runs`. */
    async sync(...options) {
        const run = await measure(
            this.geniai,
            ['sync', '--all', '--json', ...options],
            this.settings,
        );
        return { ...run, runs: JSON.parse(run.output).runs };
    }

    conversations() {
        return this.cluster.number('chatwoot', 'select count(*) from conversations');
    }

    /**
     * How many rows `work` writes into each table of facts, tables without any left out. A sync
     * writes its own book-keeping besides.
     */
    async rowsWrittenBy(work) {
        const before = await this.tupleCounters();
        await work();
        const after = await this.tupleCounters();
        const written = factTables.map((table) => [table, after[table] - before[table]]);
        return Object.fromEntries(written.filter(([, rows]) => rows !== 0));
    }

    // A session's counters are complete when it has ended, and that is after its program.
    async tupleCounters() {
        const others = `select count(*) from pg_stat_activity
                         where datname = 'bench' and pid <> pg_backend_pid()
                           and backend_type = 'client backend'`;
        while (this.cluster.number('bench', others) > 0) await sleep(0.01);
        const counters = this.cluster.sql(
            'bench',
            `select json_object_agg(relname, n_tup_ins + n_tup_upd + n_tup_del)
               from pg_stat_user_tables
              where schemaname = 'public' and relname = any ('{${factTables}}')`,
        );
        return JSON.parse(counters);
    }

    /**
     * One conversation in a hundred gets a message, and changes as Chatwoot changes it then. Each
     * round takes others, spread over all ids. Returns how many.
     */
    changeOnePercent(round) {
        return this.cluster.number(
            'chatwoot',
            `with touched as (
                update conversations set updated_at = now(), last_activity_at = now()
                 where id % 100 = ${round % 100} returning id, account_id, inbox_id, contact_id),
            seen as (
                update contacts set updated_at = now(), last_activity_at = now()
                 where id in (select contact_id from touched)),
            written as (
                insert into messages (content, account_id, inbox_id, conversation_id, message_type,
                                      sender_type, sender_id, created_at, updated_at)
                select 'Bom dia! Ainda tem horário amanhã à tarde?', account_id, inbox_id, id, 0,
                       'Contact', contact_id, now(), now() from touched)
            select count(*) from touched`,
        );
    }

    forgetSourceStatements() {
        this.cluster.sql('postgres', 'select pg_stat_statements_reset()');
    }

    /** What the source did for our readers since then: text, calls, and the server's time in ms. */
    sourceStatements() {
        const rows = this.cluster.sql(
            'postgres',
            `select json_build_object('ms', total_plan_time + total_exec_time, 'calls', calls,
                                      'text', regexp_replace(query, '\\s+', ' ', 'g'))
               from pg_stat_statements s
               join pg_database d on d.oid = s.dbid and d.datname = 'chatwoot'
               join pg_roles r on r.oid = s.userid and r.rolname = 'geniai_reader'
              order by total_plan_time + total_exec_time desc`,
        );
        const statements = rows.split('\n').filter(Boolean);
        return statements.map((row) => JSON.parse(row));
    }

    async freshWarehouse() {
        this.cluster.sql('postgres', 'drop database if exists bench with (force)');
        this.cluster.sql('postgres', 'create database bench owner geniai_owner');
        await measure(this.geniai, ['migrate'], this.settings);
        for (const account of accounts) {
            const options = ['tenant', 'add', '--account-id', String(account)];
            await measure(this.geniai, options, this.settings);
        }
    }

    // A measurement of half the work is none.
    requireAllConversations() {
        const loaded = this.cluster.number(
            'bench',
            `select count(*) from conversations
               join conversation_transcripts using (tenant_id, conversation_id)`,
        );
        const expected = this.conversations();
        if (loaded !== expected) throw new Error(`${loaded} of ${expected} were loaded`);
    }
}
