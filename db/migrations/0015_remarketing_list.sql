-- Whom to win back, why, and how: the list that people work through, analysed or not.

create index classifications_opted_out on classifications (tenant_id, conversation_id) where opted_out;

-- The leads that have been silent for 24 hours and have not bought, but for those who do not want to be
-- written to: blocked in Chatwoot, or asked for it, in whatever conversation, also one that is deleted since.
-- Only a conversation that the contact began later is on the list again.
create view remarketing_list with (security_invoker = true) as
select v.tenant_id, v.conversation_id, v.display_id, v.contact_id, v.contact_name, v.contact_phone,
       v.inbox_id, v.inbox_name, v.inbox_channel_type, v.score, v.category, v.visit_scheduled,
       v.last_public_message_at,
       remarketing_band(v.last_public_message_at, now()) as band,
       v.user_messages_count + v.bot_messages_count > 0 as was_answered,
       case when v.awaits_call then 'RETORNO_PENDENTE'
            when v.user_messages_count + v.bot_messages_count = 0 then 'SEM_RESPOSTA'
            else 'SILENCIO' end as reason,
       -- WhatsApp lets a business write freely for a day after the customer's last message, and templates
       -- alone after that.
       case when m.is_whatsapp
            then v.last_contact_message_at + interval '24 hours' end as whatsapp_window_ends_at,
       m.is_whatsapp as needs_template,
       a.analysis_id, a.analysed_at, a.priority, a.temperature, a.next_step, a.suggested_message
  from visible_conversations v
 cross join lateral (
       select coalesce(v.inbox_channel_type = 'Channel::Whatsapp'
                       or exists (select from inbox_tenant_mapping i
                                   where i.tenant_id = v.tenant_id and i.inbox_id = v.inbox_id
                                     and i.medium = 'whatsapp'), false) as is_whatsapp) as m
  left join lead_analyses a on a.tenant_id = v.tenant_id
                           and a.conversation_id = v.conversation_id and a.state = 'current'
                           and a.last_message_at >= v.last_public_message_at
 where v.is_lead and not v.crm_converted and not v.opted_out and not v.contact_blocked
   and remarketing_band(v.last_public_message_at, now()) is not null
   and not exists (
           select from classifications k
             join conversations o on o.tenant_id = k.tenant_id
                                 and o.conversation_id = k.conversation_id
            where k.tenant_id = v.tenant_id and k.opted_out and o.contact_id = v.contact_id
              and o.last_contact_message_at
                  >= coalesce(v.first_contact_message_at, '-infinity'));
comment on column remarketing_list.reason is
    'RETORNO_PENDENTE: waits for a call or an answer that was promised, or asked for. SEM_RESPOSTA: '
    'nobody ever answered. SILENCIO: fell silent.';
comment on column remarketing_list.needs_template is
    'A template is all that WhatsApp lets through: for whoever is on this list its 24 hours are over.';
grant select on remarketing_list to authenticated_users, admin_users, etl_service;

-- As before, but only those of the list: nobody pays for the analysis of a lead that must not be written to.
create or replace view silent_leads with (security_invoker = true) as
select l.tenant_id, l.conversation_id, l.display_id, l.inbox_name, l.contact_name, l.score,
       l.category, l.last_public_message_at, l.band, l.was_answered, l.reason
  from remarketing_list l
 where l.analysis_id is null
   and exists (select from conversation_transcripts x
                where x.tenant_id = l.tenant_id and x.conversation_id = l.conversation_id);

-- Its last columns are the current analysis, for which 0005 had kept their places. Only whom the list has
-- is of a `tipo_remarketing`: people write to those whom their tools find by it.
create or replace view conversations_analytics with (security_invoker = true) as
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
       a.customer_name as nome_mapeado_bot,
       a.conversation_type as tipo_conversa,
       case when a.analysis_id is null or a.conversation_type = 'SKIP_NO_RESPONSE' then null
            when exists (select from remarketing_list l
                          where l.tenant_id = v.tenant_id
                            and l.conversation_id = v.conversation_id)
            then remarketing_band(v.last_public_message_at, now()) end as tipo_remarketing,
       a.summary as analise_ia,
       a.suggested_message as sugestao_mensagem,
       a.priority::integer as prioridade_conversa,
       a.keywords as palavras_chave,
       a.confidence as confianca_analise,
       (a.brl / 1000000.0)::numeric(12, 6) as custo_analise_brl,
       a.input_tokens + a.output_tokens as tokens_usados,
       a.seconds as tempo_analise_segundos,
       a.metadata as metadados_analise_ia,
       a.analysed_at as analisado_em
  from visible_conversations v
  join tenants t on t.id = v.tenant_id
  left join conversation_transcripts x on x.tenant_id = v.tenant_id
                                      and x.conversation_id = v.conversation_id
  left join lead_analyses a on a.tenant_id = v.tenant_id
                           and a.conversation_id = v.conversation_id and a.state = 'current'
                           and a.last_message_at >= v.last_public_message_at
 cross join lateral (select v.conversation_created_at at time zone t.timezone as created_at) local;
