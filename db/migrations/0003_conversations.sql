-- The facts from Chatwoot: one row a contact, one a conversation, the texts apart.
--
-- Their pages keep some room: a row that changes then stays in its page, and no index has to learn of
-- it, which is most of what a small sync would write.

create table contacts (
    tenant_id          integer not null references tenants,
    contact_id         bigint  not null,
    name               text,
    email              text,
    phone_number       text,
    identifier         text,
    contact_created_at timestamptz,
    blocked            boolean,
    search_text        text not null default '',
    row_hash           bytea not null,
    synced_at          timestamptz not null default now(),
    deleted_at         timestamptz,
    primary key (tenant_id, contact_id)
) with (fillfactor = 90);
comment on column contacts.search_text is
    'Name, phone and e-mail in lower-case ASCII: what the search box looks in.';

create table conversations (
    tenant_id                integer not null references tenants,
    conversation_id          bigint  not null,
    display_id               bigint  not null,
    conversation_uuid        uuid,
    account_id               bigint  not null,
    inbox_id                 bigint  not null,
    contact_id               bigint,
    assignee_id              bigint,
    team_id                  bigint,
    campaign_id              bigint,
    status                   smallint not null,
    priority                 smallint,
    conversation_created_at  timestamptz not null,
    conversation_updated_at  timestamptz not null,
    last_activity_at         timestamptz,
    first_reply_created_at   timestamptz,
    waiting_since            timestamptz,
    snoozed_until            timestamptz,
    assignee_name            text,
    team_name                text,
    labels                   text[] not null default '{}',
    t_messages               integer not null default 0,
    contact_messages_count   integer not null default 0,
    user_messages_count      integer not null default 0,
    bot_messages_count       integer not null default 0,
    private_notes_count      integer not null default 0,
    mc_first_message_at      timestamptz,
    mc_last_message_at       timestamptz,
    first_public_message_at  timestamptz,
    last_public_message_at   timestamptz,
    first_contact_message_at timestamptz,
    last_contact_message_at  timestamptz,
    first_human_reply_at     timestamptz,
    csat_rating              smallint,
    csat_feedback            text,
    row_hash                 bytea not null,
    synced_at                timestamptz not null default now(),
    deleted_at               timestamptz,
    primary key (tenant_id, conversation_id)
) with (fillfactor = 90);
comment on column conversations.contact_id is
    'No foreign key: Chatwoot leaves references to contacts that are gone.';
comment on column conversations.status is '0 open, 1 resolved, 2 pending, 3 snoozed';
comment on column conversations.priority is 'NULL none, 0 low, 1 medium, 2 high, 3 urgent';
comment on column conversations.last_public_message_at is
    'The last message of the contact, a person or a bot; notes and system lines do not count.';
comment on column conversations.row_hash is
    'Over the whole source row, texts included: an equal hash means that nothing has to be written.';
create index conversations_by_creation on conversations (tenant_id, conversation_created_at);
create index conversations_by_contact on conversations (tenant_id, contact_id);

-- Apart from the facts, so that no report reads a transcript by accident.
create table conversation_transcripts (
    tenant_id        integer not null,
    conversation_id  bigint  not null,
    message_compiled jsonb   compression lz4 not null,
    text_hash        bytea   not null,
    primary key (tenant_id, conversation_id),
    foreign key (tenant_id, conversation_id) references conversations on delete cascade
) with (fillfactor = 80);

create table classifications (
    tenant_id       integer not null,
    conversation_id bigint  not null,
    is_lead         boolean not null,
    visit_scheduled boolean not null,
    crm_converted   boolean not null,
    opted_out       boolean not null default false,
    awaits_call     boolean not null default false,
    score           smallint not null check (score between 0 and 100),
    label           text not null generated always as (
                        case when score >= 70 then 'Alto'
                             when score >= 40 then 'Médio'
                             when score > 0 then 'Baixo'
                             else 'N/A' end) stored,
    category        text not null,
    evidence        jsonb not null default '[]',
    rules_version   text not null,
    verdict_hash    bytea not null,
    classified_at   timestamptz not null default now(),
    primary key (tenant_id, conversation_id),
    foreign key (tenant_id, conversation_id) references conversations on delete cascade,
    constraint only_leads_visit_and_convert
        check (is_lead or not (visit_scheduled or crm_converted)),
    constraint only_leads_have_a_score check (is_lead or score = 0)
) with (fillfactor = 90);

call protect_tenant_table('contacts');
call protect_tenant_table('conversations');
call protect_tenant_table('conversation_transcripts');
call protect_tenant_table('classifications');
grant select on contacts, conversations, conversation_transcripts, classifications
    to authenticated_users, admin_users;
grant select, insert, update, delete
    on contacts, conversations, conversation_transcripts, classifications to etl_service;
