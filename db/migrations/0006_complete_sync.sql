-- A sync that misses nothing: what is known of the source and how far it has been read, rows that could
-- not be loaded, proofs of completeness, alerts and the audit log.

-- Several tenants may share a Chatwoot account; an inbox still belongs to one.
alter table tenants drop constraint tenants_account_id_key;
create index tenants_by_account on tenants (account_id);
comment on column tenants.account_id is
    'The Chatwoot account whose inboxes this tenant has. Tenants may share one: the inboxes divide it.';

alter table inbox_tenant_mapping
    add column loaded_at timestamptz,
    add column closed_at timestamptz,
    add constraint closed_inboxes_are_off check (closed_at is null or not is_active);
comment on column inbox_tenant_mapping.loaded_at is
    'Since when all conversations of the inbox are here; NULL: the next sync reads them from the start.';
comment on column inbox_tenant_mapping.closed_at is
    'When a sync found that Chatwoot has the inbox no more.';

-- Hashes come from the source now, 64 bits each: reconcile compares them there and here. 0 is no hash
-- of a row, so what is here already is read and written once more.
alter table contacts drop column row_hash, add column row_hash bigint not null default 0;
alter table conversations drop column row_hash, add column row_hash bigint not null default 0;
alter table conversation_transcripts drop column text_hash,
    add column text_hash bigint not null default 0;
alter table contacts alter column row_hash drop default;
alter table conversations alter column row_hash drop default;
alter table conversation_transcripts alter column text_hash drop default;
comment on column conversations.row_hash is
    'Over the whole source row, texts included, made by the source''s own server. Equal: nothing to write.';

-- How far a tenant's source has been read. `since` holds for conversations beyond `position`, `until`
-- for those up to it; between passes only `since` counts.
drop table sync_state;
create table sync_state (
    tenant_id         integer primary key references tenants,
    source_identity   text        not null,
    since_row_version bigint,
    since_at          timestamptz,
    since_message_id  bigint,
    until_row_version bigint,
    until_at          timestamptz,
    until_message_id  bigint,
    position          bigint,
    loading_inboxes   bigint[]    not null default '{}',
    updated_at        timestamptz not null default now(),
    constraint an_open_pass_has_its_bound
        check ((position is null) = (until_row_version is null))
);
comment on column sync_state.source_identity is
    'Server, time line and database that the bounds are of; in another they mean nothing.';
comment on column sync_state.position is
    'Up to which conversation the open pass has come; NULL when none is open.';

-- Moments at which the source was looked at. A transaction that is open in a later snapshot began to
-- write after any of these whose xmax is not above its id.
create table source_snapshots (
    tenant_id       integer     not null references tenants,
    taken_at        timestamptz not null,
    snapshot_xmin   bigint      not null,
    snapshot_xmax   bigint      not null,
    last_message_id bigint      not null,
    primary key (tenant_id, taken_at)
);

call protect_tenant_table('sync_state');
call protect_tenant_table('source_snapshots');
grant select on sync_state to authenticated_users, admin_users;
grant select on source_snapshots to admin_users;
grant select, insert, update, delete on sync_state, source_snapshots to etl_service;

alter table etl_control drop constraint etl_control_load_type_check;
alter table etl_control
    add constraint etl_control_load_type_check
        check (load_type in ('full', 'incremental', 'reconcile', 'replay')),
    add column records_deleted bigint not null default 0,
    add column retries integer not null default 0;
comment on column etl_control.records_failed is 'Rows that went to etl_rejects.';
create index etl_control_running on etl_control (tenant_id) where status = 'running';

-- Rows of the source that could not be loaded. Everything else of their batch was.
create table etl_rejects (
    tenant_id     integer     not null references tenants,
    stream        text        not null check (stream in ('conversations', 'contacts')),
    source_id     bigint      not null,
    reason        text        not null,
    payload       text,
    attempts      integer     not null default 1,
    first_seen_at timestamptz not null default now(),
    last_seen_at  timestamptz not null default now(),
    resolved_at   timestamptz,
    primary key (tenant_id, stream, source_id)
);
comment on column etl_rejects.payload is 'The row as the source sent it, cut at 64 kB.';
create index etl_rejects_open on etl_rejects (tenant_id) where resolved_at is null;
call protect_tenant_table('etl_rejects');
grant select on etl_rejects to admin_users;
grant select, insert, update, delete on etl_rejects to etl_service;

-- What reconcile found: the tenant's proof that nothing is missing.
create table completeness_proofs (
    tenant_id         integer     not null references tenants,
    id                bigint      generated by default as identity,
    proven_at         timestamptz not null,
    holds             boolean     not null,
    conversations     bigint      not null,
    contacts          bigint      not null,
    source_checksum   numeric(40) not null,
    checksum          numeric(40) not null,
    repaired          bigint      not null,
    marked_deleted    bigint      not null,
    rejected          bigint      not null,
    held_back_deletes bigint      not null,
    created_at        timestamptz not null default now(),
    primary key (tenant_id, id)
);
comment on column completeness_proofs.proven_at is
    'The source''s clock: what was committed there before is here, row by row.';
comment on column completeness_proofs.repaired is 'Rows that the syncs before had not brought.';
comment on column completeness_proofs.held_back_deletes is
    'Rows that the source has no more, too many to be believed: nothing was marked.';
call protect_tenant_table('completeness_proofs');
grant select on completeness_proofs to authenticated_users, admin_users;
grant select, insert on completeness_proofs to etl_service;

-- What people have to know. An open alert that happens again is counted, not repeated.
create table alerts (
    tenant_id       integer     not null references tenants,
    id              bigint      generated by default as identity,
    kind            text        not null,
    subject         text        not null default '',
    severity        text        not null check (severity in ('info', 'warning', 'critical')),
    message         text        not null,
    raised_at       timestamptz not null default now(),
    last_raised_at  timestamptz not null default now(),
    occurrences     integer     not null default 1,
    notified_at     timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    recovered_at    timestamptz,
    primary key (tenant_id, id)
);
create unique index alerts_open on alerts (tenant_id, kind, subject) where recovered_at is null;
call protect_tenant_table('alerts');
create policy operator_acknowledges on alerts for update to admin_users
    using (true) with check (true);
grant select, update on alerts to admin_users;
grant select, insert, update on alerts to etl_service;

-- What was done by whom. Only ever appended.
create table audit_logs (
    tenant_id   integer     not null references tenants,
    id          bigint      generated by default as identity,
    occurred_at timestamptz not null default now(),
    actor       text        not null,
    action      text        not null,
    subject     text        not null default '',
    details     jsonb       not null default '{}',
    primary key (tenant_id, id)
);
call protect_tenant_table('audit_logs');
create policy operator_appends on audit_logs for insert to admin_users with check (true);
grant select, insert on audit_logs to admin_users;
grant insert on audit_logs to etl_service;

-- As before, but for contacts that are gone: their names go with them.
create or replace view visible_conversations with (security_invoker = true) as
select c.tenant_id, c.conversation_id, c.display_id, c.conversation_uuid, c.account_id, c.inbox_id,
       c.contact_id, c.assignee_id, c.team_id, c.campaign_id, c.status, c.priority,
       c.conversation_created_at, c.conversation_updated_at, c.last_activity_at,
       c.first_reply_created_at, c.waiting_since, c.snoozed_until, c.assignee_name, c.team_name,
       c.labels, c.t_messages, c.contact_messages_count, c.user_messages_count,
       c.bot_messages_count, c.private_notes_count, c.mc_first_message_at, c.mc_last_message_at,
       c.first_public_message_at, c.last_public_message_at, c.first_contact_message_at,
       c.last_contact_message_at, c.first_human_reply_at, c.csat_rating, c.csat_feedback,
       extract(epoch from c.first_human_reply_at - c.first_contact_message_at)::float8
           as first_response_seconds,
       m.inbox_name, m.channel_type as inbox_channel_type,
       p.name as contact_name, p.phone_number as contact_phone, p.email as contact_email,
       p.identifier as contact_identifier, p.search_text,
       coalesce(k.is_lead, false) as is_lead,
       coalesce(k.visit_scheduled, false) as visit_scheduled,
       coalesce(k.crm_converted, false) as crm_converted,
       coalesce(k.score, 0) as score,
       coalesce(k.label, 'N/A') as label,
       coalesce(k.category, 'OUTROS') as category
  from conversations c
  join inbox_tenant_mapping m on m.tenant_id = c.tenant_id and m.inbox_id = c.inbox_id
                             and m.is_active
  left join contacts p on p.tenant_id = c.tenant_id and p.contact_id = c.contact_id
                      and p.deleted_at is null
  left join classifications k on k.tenant_id = c.tenant_id
                             and k.conversation_id = c.conversation_id
 where c.deleted_at is null;
