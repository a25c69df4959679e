-- The part of Chatwoot 4.15's database that a reader of conversations meets: same names, types,
-- nullability, defaults, sequences, triggers and indexes. Chatwoot declares no foreign keys between
-- these tables, so neither do we: any reference can dangle. Columns and tables that have nothing to
-- do with conversations are left out, and so are the trigram indexes, which need an extension.
--
-- Whoever fills the tables with many rows runs what stands above the line `-- [rows]` first and the
-- indexes below it afterwards.

create table public.schema_migrations (
    version varchar not null primary key
);

insert into public.schema_migrations (version) values ('20260611184600');

create table public.accounts (
    id serial primary key,
    name varchar not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    locale integer default 0,
    domain varchar(100),
    support_email varchar(100),
    feature_flags bigint not null default 0,
    auto_resolve_duration integer,
    limits jsonb default '{}',
    custom_attributes jsonb default '{}',
    status integer default 0,
    internal_attributes jsonb not null default '{}',
    settings jsonb default '{}'
);

create table public.users (
    id serial primary key,
    provider varchar not null default 'email',
    uid varchar not null default '',
    encrypted_password varchar not null default '',
    name varchar not null,
    display_name varchar,
    email varchar,
    tokens json,
    created_at timestamp not null,
    updated_at timestamp not null,
    pubsub_token varchar,
    availability integer default 0,
    ui_settings jsonb default '{}',
    custom_attributes jsonb default '{}',
    type varchar,
    message_signature text
);

create table public.account_users (
    id bigserial primary key,
    account_id bigint,
    user_id bigint,
    role integer default 0,
    inviter_id bigint,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    active_at timestamp,
    availability integer not null default 0,
    auto_offline boolean not null default true,
    custom_role_id bigint,
    agent_capacity_policy_id bigint
);

create table public.inboxes (
    id serial primary key,
    channel_id integer not null,
    account_id integer not null,
    name varchar not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    channel_type varchar,
    enable_auto_assignment boolean default true,
    greeting_enabled boolean default false,
    greeting_message varchar,
    email_address varchar,
    working_hours_enabled boolean default false,
    out_of_office_message varchar,
    timezone varchar default 'UTC',
    enable_email_collect boolean default true,
    csat_survey_enabled boolean default false,
    allow_messages_after_resolved boolean default true,
    auto_assignment_config jsonb default '{}',
    lock_to_single_conversation boolean not null default false,
    portal_id bigint,
    sender_name_type integer not null default 0,
    business_name varchar,
    csat_config jsonb not null default '{}'
);

create table public.channel_twilio_sms (
    id bigserial primary key,
    phone_number varchar,
    auth_token varchar not null,
    account_sid varchar not null,
    account_id integer not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    medium integer default 0,
    messaging_service_sid varchar,
    api_key_sid varchar,
    content_templates jsonb default '{}',
    content_templates_last_updated timestamp
);

create table public.inbox_members (
    id serial primary key,
    user_id integer not null,
    inbox_id integer not null,
    created_at timestamp not null,
    updated_at timestamp not null
);

create table public.contacts (
    id serial primary key,
    name varchar default '',
    email varchar,
    phone_number varchar,
    account_id integer not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    additional_attributes jsonb default '{}',
    identifier varchar,
    custom_attributes jsonb default '{}',
    last_activity_at timestamp,
    contact_type integer default 0,
    middle_name varchar default '',
    last_name varchar default '',
    location varchar default '',
    country_code varchar default '',
    blocked boolean not null default false,
    company_id bigint
);

create table public.contact_inboxes (
    id bigserial primary key,
    contact_id bigint,
    inbox_id bigint,
    source_id text not null,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    hmac_verified boolean default false,
    pubsub_token varchar
);

create table public.conversations (
    id serial primary key,
    account_id integer not null,
    inbox_id integer not null,
    status integer not null default 0,
    assignee_id integer,
    created_at timestamp not null,
    updated_at timestamp not null,
    contact_id bigint,
    display_id integer not null,
    contact_last_seen_at timestamp,
    agent_last_seen_at timestamp,
    additional_attributes jsonb default '{}',
    contact_inbox_id bigint,
    uuid uuid not null default gen_random_uuid(),
    identifier varchar,
    last_activity_at timestamp not null default current_timestamp,
    team_id bigint,
    campaign_id bigint,
    snoozed_until timestamp,
    custom_attributes jsonb default '{}',
    assignee_last_seen_at timestamp,
    first_reply_created_at timestamp,
    priority integer,
    sla_policy_id bigint,
    waiting_since timestamp(6),
    cached_label_list text,
    assignee_agent_bot_id bigint
);

create table public.messages (
    id serial primary key,
    content text,
    account_id integer not null,
    inbox_id integer not null,
    conversation_id integer not null,
    message_type integer not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    private boolean not null default false,
    status integer default 0,
    source_id text,
    content_type integer not null default 0,
    content_attributes json default '{}',
    sender_type varchar,
    sender_id bigint,
    external_source_ids jsonb default '{}',
    additional_attributes jsonb default '{}',
    processed_message_content text,
    sentiment jsonb default '{}'
);

create table public.attachments (
    id serial primary key,
    file_type integer default 0,
    external_url varchar,
    coordinates_lat double precision default 0,
    coordinates_long double precision default 0,
    message_id integer not null,
    account_id integer not null,
    created_at timestamp not null,
    updated_at timestamp not null,
    fallback_title varchar,
    extension varchar,
    meta jsonb default '{}'
);

create table public.agent_bots (
    id bigserial primary key,
    name varchar,
    description varchar,
    outgoing_url varchar,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    account_id bigint,
    bot_type integer default 0,
    bot_config jsonb default '{}'
);

create table public.agent_bot_inboxes (
    id bigserial primary key,
    inbox_id integer,
    agent_bot_id integer,
    status integer default 0,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    account_id integer
);

create table public.captain_assistants (
    id bigserial primary key,
    name varchar not null,
    account_id bigint not null,
    description varchar,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    config jsonb not null default '{}',
    response_guidelines jsonb default '[]',
    guardrails jsonb default '[]'
);

create table public.captain_inboxes (
    id bigserial primary key,
    captain_assistant_id bigint not null,
    inbox_id bigint not null,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null
);

create table public.campaigns (
    id bigserial primary key,
    display_id integer not null,
    title varchar not null,
    description text,
    message text not null,
    sender_id integer,
    enabled boolean default true,
    account_id bigint not null,
    inbox_id bigint not null,
    trigger_rules jsonb default '{}',
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    campaign_type integer not null default 0,
    campaign_status integer not null default 0,
    audience jsonb default '[]',
    scheduled_at timestamp,
    trigger_only_during_business_hours boolean default false,
    template_params jsonb
);

create table public.teams (
    id bigserial primary key,
    name varchar not null,
    description text,
    allow_auto_assign boolean default true,
    account_id bigint not null,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null
);

create table public.team_members (
    id bigserial primary key,
    team_id bigint not null,
    user_id bigint not null,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null
);

create table public.labels (
    id bigserial primary key,
    title varchar,
    description text,
    color varchar not null default '#1f93ff',
    show_on_sidebar boolean,
    account_id bigint,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null
);

create table public.tags (
    id serial primary key,
    name varchar,
    taggings_count integer default 0
);

create table public.taggings (
    id serial primary key,
    tag_id integer,
    taggable_type varchar,
    taggable_id integer,
    tagger_type varchar,
    tagger_id integer,
    context varchar(128),
    created_at timestamp
);

create table public.csat_survey_responses (
    id bigserial primary key,
    account_id bigint not null,
    conversation_id bigint not null,
    message_id bigint not null,
    rating integer not null,
    feedback_message text,
    contact_id bigint not null,
    assigned_agent_id bigint,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    csat_review_notes text
);

create table public.reporting_events (
    id bigserial primary key,
    name varchar,
    value double precision,
    account_id integer,
    inbox_id integer,
    user_id integer,
    conversation_id integer,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    value_in_business_hours double precision,
    event_start_time timestamp,
    event_end_time timestamp
);

-- Each account counts its conversations from 1, whatever the insert says.

create function public.accounts_after_insert_row_tr() returns trigger language plpgsql as $$
begin
    execute format('create sequence if not exists public.conv_dpid_seq_%s', new.id);
    execute format('create sequence if not exists public.camp_dpid_seq_%s', new.id);
    return null;
end
$$;

create trigger accounts_after_insert_row_tr after insert on public.accounts
    for each row execute function public.accounts_after_insert_row_tr();

create function public.conversations_before_insert_row_tr() returns trigger language plpgsql as $$
begin
    new.display_id := nextval('public.conv_dpid_seq_' || new.account_id);
    return new;
end
$$;

create trigger conversations_before_insert_row_tr before insert on public.conversations
    for each row execute function public.conversations_before_insert_row_tr();

create function public.campaigns_before_insert_row_tr() returns trigger language plpgsql as $$
begin
    new.display_id := nextval('public.camp_dpid_seq_' || new.account_id);
    return new;
end
$$;

create trigger campaigns_before_insert_row_tr before insert on public.campaigns
    for each row execute function public.campaigns_before_insert_row_tr();

-- [rows]

create index index_accounts_on_status on public.accounts (status);

create index index_users_on_email on public.users (email);
create unique index index_users_on_pubsub_token on public.users (pubsub_token);
create unique index index_users_on_uid_and_provider on public.users (uid, provider);

create unique index uniq_user_id_per_account_id on public.account_users (account_id, user_id);
create index index_account_users_on_account_id on public.account_users (account_id);
create index index_account_users_on_user_id on public.account_users (user_id);

create index index_inboxes_on_account_id on public.inboxes (account_id);
create index index_inboxes_on_channel_id_and_channel_type
    on public.inboxes (channel_id, channel_type);
create unique index index_inbox_members_on_inbox_id_and_user_id
    on public.inbox_members (inbox_id, user_id);
create index index_inbox_members_on_inbox_id on public.inbox_members (inbox_id);

create index index_contacts_on_account_id on public.contacts (account_id);
create index index_contacts_on_account_id_and_contact_type
    on public.contacts (account_id, contact_type);
create index index_contacts_on_account_id_and_last_activity_at
    on public.contacts (account_id, last_activity_at desc nulls last);
create index index_contacts_on_blocked on public.contacts (blocked);
create index index_contacts_on_lower_email_account_id on public.contacts (lower(email), account_id);
create index index_contacts_on_nonempty_fields
    on public.contacts (account_id, email, phone_number, identifier)
    where email <> '' or phone_number <> '' or identifier <> '';
create index index_contacts_on_phone_number_and_account_id
    on public.contacts (phone_number, account_id);
create unique index uniq_email_per_account_contact on public.contacts (email, account_id);
create unique index uniq_identifier_per_account_contact on public.contacts (identifier, account_id);

create index index_contact_inboxes_on_contact_id on public.contact_inboxes (contact_id);
create index index_contact_inboxes_on_inbox_id on public.contact_inboxes (inbox_id);
create unique index index_contact_inboxes_on_inbox_id_and_source_id
    on public.contact_inboxes (inbox_id, source_id);
create unique index index_contact_inboxes_on_pubsub_token on public.contact_inboxes (pubsub_token);
create index index_contact_inboxes_on_source_id on public.contact_inboxes (source_id);

create unique index index_conversations_on_account_id_and_display_id
    on public.conversations (account_id, display_id);
create index index_conversations_on_id_and_account_id on public.conversations (account_id, id);
create index index_conversations_on_account_id on public.conversations (account_id);
create index conv_acid_inbid_stat_asgnid_idx
    on public.conversations (account_id, inbox_id, status, assignee_id);
create index index_conversations_on_assignee_id_and_account_id
    on public.conversations (assignee_id, account_id);
create index index_conversations_on_campaign_id on public.conversations (campaign_id);
create index index_conversations_on_contact_id on public.conversations (contact_id);
create index index_conversations_on_contact_inbox_id on public.conversations (contact_inbox_id);
create index index_conversations_on_first_reply_created_at
    on public.conversations (first_reply_created_at);
create index index_conversations_on_identifier_and_account_id
    on public.conversations (identifier, account_id);
create index index_conversations_on_inbox_id on public.conversations (inbox_id);
create index index_conversations_on_priority on public.conversations (priority);
create index index_conversations_on_status_and_account_id
    on public.conversations (status, account_id);
create index index_conversations_on_status_and_priority on public.conversations (status, priority);
create index index_conversations_on_team_id on public.conversations (team_id);
create unique index index_conversations_on_uuid on public.conversations (uuid);
create index index_conversations_on_waiting_since on public.conversations (waiting_since);

create index index_messages_on_conversation_id on public.messages (conversation_id);
create index index_messages_on_conversation_account_type_created
    on public.messages (conversation_id, account_id, message_type, created_at);
create index index_messages_on_created_at on public.messages (created_at);
create index index_messages_on_account_created_type
    on public.messages (account_id, created_at, message_type);
create index idx_messages_account_content_created
    on public.messages (account_id, content_type, created_at);
create index index_messages_on_account_id on public.messages (account_id);
create index index_messages_on_account_id_and_inbox_id on public.messages (account_id, inbox_id);
create index index_messages_on_inbox_id on public.messages (inbox_id);
create index index_messages_on_sender_type_and_sender_id
    on public.messages (sender_type, sender_id);
create index index_messages_on_source_id on public.messages (source_id);
create index index_messages_on_additional_attributes_campaign_id
    on public.messages using gin ((additional_attributes -> 'campaign_id'));

create index index_attachments_on_account_id on public.attachments (account_id);
create index index_attachments_on_message_id on public.attachments (message_id);

create index index_agent_bots_on_account_id on public.agent_bots (account_id);
create index index_captain_assistants_on_account_id on public.captain_assistants (account_id);
create index index_captain_inboxes_on_captain_assistant_id
    on public.captain_inboxes (captain_assistant_id);
create index index_captain_inboxes_on_inbox_id on public.captain_inboxes (inbox_id);
create index index_campaigns_on_account_id on public.campaigns (account_id);
create index index_campaigns_on_inbox_id on public.campaigns (inbox_id);

create index index_teams_on_account_id on public.teams (account_id);
create unique index index_teams_on_name_and_account_id on public.teams (name, account_id);
create unique index index_team_members_on_team_id_and_user_id
    on public.team_members (team_id, user_id);
create index index_labels_on_account_id on public.labels (account_id);
create unique index index_labels_on_title_and_account_id on public.labels (title, account_id);

create unique index index_tags_on_name on public.tags (name);
create index index_taggings_on_tag_id on public.taggings (tag_id);
create index index_taggings_on_context on public.taggings (context);
create index index_taggings_on_taggable_id on public.taggings (taggable_id);
create index index_taggings_on_taggable_type on public.taggings (taggable_type);
create index index_taggings_on_taggable_id_and_taggable_type_and_context
    on public.taggings (taggable_id, taggable_type, context);
create unique index taggings_idx on public.taggings
    (tag_id, taggable_id, taggable_type, context, tagger_id, tagger_type);
create index taggings_idy on public.taggings (taggable_id, taggable_type, tagger_id, context);

create index index_csat_survey_responses_on_account_id on public.csat_survey_responses (account_id);
create index index_csat_survey_responses_on_assigned_agent_id
    on public.csat_survey_responses (assigned_agent_id);
create index index_csat_survey_responses_on_contact_id on public.csat_survey_responses (contact_id);
create index index_csat_survey_responses_on_conversation_id
    on public.csat_survey_responses (conversation_id);
create unique index index_csat_survey_responses_on_message_id
    on public.csat_survey_responses (message_id);

create index reporting_events__account_id__name__created_at
    on public.reporting_events (account_id, name, created_at);
create index index_reporting_events_on_account_id on public.reporting_events (account_id);
create index index_reporting_events_on_conversation_id on public.reporting_events (conversation_id);
create index index_reporting_events_on_created_at on public.reporting_events (created_at);
create index index_reporting_events_on_inbox_id on public.reporting_events (inbox_id);
create index index_reporting_events_on_name on public.reporting_events (name);
create index index_reporting_events_on_user_id on public.reporting_events (user_id);
