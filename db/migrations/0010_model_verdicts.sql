-- What a model says about a conversation, beside what the rules say: for the tenants that use one.

create table model_verdicts (
    tenant_id           integer     not null,
    conversation_id     bigint      not null,
    last_message_at     timestamptz not null,
    is_lead             boolean     not null,
    visit_scheduled     boolean     not null,
    crm_converted       boolean     not null,
    score               smallint    not null check (score between 0 and 100),
    label               text        not null generated always as (
                            case when score >= 70 then 'Alto'
                                 when score >= 40 then 'Médio'
                                 when score > 0 then 'Baixo'
                                 else 'N/A' end) stored,
    resolution          text        not null
                        check (resolution in ('resolvida', 'abandonada_cliente',
                                              'abandonada_atendente', 'pendente_resposta',
                                              'em_negociacao')),
    interest            text        not null check (interest in ('alto', 'medio', 'baixo', 'nenhum')),
    needs_remarketing   boolean     not null,
    remarketing_reason  text,
    objections          text[]      not null default '{}',
    positive_signs      text[]      not null default '{}',
    summary             text        not null,
    suggested_message   text,
    customer_name       text,
    confidence          numeric(4, 3) not null check (confidence between 0 and 1),
    evidence            jsonb       not null default '[]',
    model               text        not null,
    prompt_version      text        not null,
    input_hash          bytea       not null,
    call_id             bigint,
    input_tokens        integer     not null default 0,
    cached_input_tokens integer     not null default 0,
    output_tokens       integer     not null default 0,
    brl                 bigint      not null default 0,
    seconds             numeric(10, 3) not null default 0,
    classified_at       timestamptz not null default now(),
    primary key (tenant_id, conversation_id),
    foreign key (tenant_id, conversation_id) references conversations on delete cascade,
    constraint only_leads_visit_and_convert
        check (is_lead or not (visit_scheduled or crm_converted)),
    constraint only_leads_have_a_score check (is_lead or score = 0),
    constraint who_needs_no_message_gets_none
        check (needs_remarketing or suggested_message is null)
);
comment on column model_verdicts.last_message_at is
    'The last public message that the model knows. After a later one the rules speak again.';
comment on column model_verdicts.confidence is
    'How much of the evidence that the model gave is really in the conversation.';

call protect_tenant_table('model_verdicts');
grant select on model_verdicts to authenticated_users, admin_users;
grant select, insert, update, delete on model_verdicts to etl_service;

-- As before, but where the tenant uses a model, its verdict goes before that of the rules as long as
-- there is no newer message. The category is always the rules'.
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
       coalesce(v.is_lead, k.is_lead, false) as is_lead,
       coalesce(v.visit_scheduled, k.visit_scheduled, false) as visit_scheduled,
       coalesce(v.crm_converted, k.crm_converted, false) as crm_converted,
       coalesce(v.score, k.score, 0) as score,
       coalesce(v.label, k.label, 'N/A') as label,
       coalesce(k.category, 'OUTROS') as category,
       case when v.conversation_id is not null then 'model' else 'rules' end as classified_by,
       coalesce(k.opted_out, false) as opted_out,
       coalesce(k.awaits_call, false) as awaits_call,
       coalesce(p.blocked, false) as contact_blocked
  from conversations c
  join inbox_tenant_mapping m on m.tenant_id = c.tenant_id and m.inbox_id = c.inbox_id
                             and m.is_active
  join tenants t on t.id = c.tenant_id
  left join contacts p on p.tenant_id = c.tenant_id and p.contact_id = c.contact_id
                      and p.deleted_at is null
  left join classifications k on k.tenant_id = c.tenant_id
                             and k.conversation_id = c.conversation_id
  left join model_verdicts v on v.tenant_id = c.tenant_id
                            and v.conversation_id = c.conversation_id and t.uses_model
                            and v.last_message_at >= c.last_public_message_at
 where c.deleted_at is null;

-- The conversations that wait for a model's verdict. One that still goes on is left alone for an hour:
-- each of its messages would have it asked again.
create view unclassified_conversations with (security_invoker = true) as
select c.tenant_id, c.conversation_id, c.last_public_message_at
  from conversations c
  join inbox_tenant_mapping m on m.tenant_id = c.tenant_id and m.inbox_id = c.inbox_id
                             and m.is_active
  join tenants t on t.id = c.tenant_id and t.uses_model
  left join model_verdicts v on v.tenant_id = c.tenant_id
                            and v.conversation_id = c.conversation_id
                            and v.last_message_at >= c.last_public_message_at
 where c.deleted_at is null and c.contact_messages_count > 0
   and c.last_public_message_at <= now() - interval '1 hour'
   and v.conversation_id is null
   and exists (select from conversation_transcripts x
                where x.tenant_id = c.tenant_id and x.conversation_id = c.conversation_id);
grant select on unclassified_conversations to authenticated_users, admin_users, etl_service;
