-- What people read. Both views run with the reader's rights, so row security holds through them.

-- One row a conversation that its tenant may see: not deleted in Chatwoot, in an inbox that is mapped
-- and switched on. Every report reads this view and nothing below it. A joined table whose columns a
-- report does not use costs it nothing: the planner drops the join.
create view visible_conversations with (security_invoker = true) as
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
  left join classifications k on k.tenant_id = c.tenant_id
                             and k.conversation_id = c.conversation_id
 where c.deleted_at is null;

-- The published contract: the names that reports and BI tools were written on. Columns of parts that
-- do not exist yet are NULL. Dates and periods are in the tenant's time zone, computed when read.
create view conversations_analytics with (security_invoker = true) as
select v.tenant_id, v.conversation_id, v.display_id, v.conversation_uuid, v.account_id, v.inbox_id,
       v.inbox_name, v.inbox_channel_type, v.contact_id, v.contact_name, v.contact_phone,
       v.contact_email, v.contact_identifier, v.assignee_id, v.assignee_name, v.team_id, v.team_name,
       v.campaign_id, v.status,
       (array['Aberta', 'Resolvida', 'Pendente', 'Adiada'])[v.status + 1] as status_label_pt,
       v.priority, v.labels, x.message_compiled, v.mc_first_message_at, v.mc_last_message_at,
       v.t_messages, v.user_messages_count, v.contact_messages_count, v.bot_messages_count,
       v.private_notes_count, v.last_activity_at, v.first_reply_created_at,
       v.first_response_seconds, v.conversation_created_at, v.conversation_updated_at,
       local.created_at::date as conversation_date,
       extract(year from local.created_at)::integer as conversation_year,
       extract(month from local.created_at)::integer as conversation_month,
       extract(hour from local.created_at)::integer as conversation_hour,
       (array['Madrugada', 'Manhã', 'Tarde', 'Noite'])
           [extract(hour from local.created_at)::integer / 6 + 1] as conversation_period,
       v.csat_rating, v.csat_feedback,
       v.is_lead, v.visit_scheduled, v.crm_converted, v.label as ai_probability_label,
       v.score::numeric(5, 2) as ai_probability_score, v.category as conversation_category,
       null::text as nome_mapeado_bot,
       null::text as tipo_conversa,
       null::text as tipo_remarketing,
       null::text as analise_ia,
       null::text as sugestao_mensagem,
       null::integer as prioridade_conversa,
       null::text[] as palavras_chave,
       null::numeric(4, 3) as confianca_analise,
       null::numeric(12, 6) as custo_analise_brl,
       null::integer as tokens_usados,
       null::numeric(10, 3) as tempo_analise_segundos,
       null::jsonb as metadados_analise_ia,
       null::timestamptz as analisado_em
  from visible_conversations v
  join tenants t on t.id = v.tenant_id
  left join conversation_transcripts x on x.tenant_id = v.tenant_id
                                      and x.conversation_id = v.conversation_id
 cross join lateral (select v.conversation_created_at at time zone t.timezone as created_at) local;

grant select on visible_conversations, conversations_analytics to authenticated_users, admin_users;
grant select on visible_conversations to etl_service;
