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
       case when v.inbox_channel_type = 'Channel::Whatsapp'
            then v.last_contact_message_at + interval '24 hours' end as whatsapp_window_ends_at,
       coalesce(v.inbox_channel_type = 'Channel::Whatsapp', false) as needs_template,
       a.analysis_id, a.analysed_at, a.priority, a.temperature, a.next_step, a.suggested_message
  from visible_conversations v
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
