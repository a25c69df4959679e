-- One row per conversation of a Chatwoot database (3.0 and later), with all its messages: the
-- contract between a Chatwoot and us. A single SELECT, so that it serves as the text of a view and
-- inlined where no view may be made. It names only columns that exist since 3.0, and as few as
-- possible: Chatwoot's own migrations cannot change the type of a column that a view uses.
--
-- Filter it by account_id, inbox_id, conversation_id or conversation_updated_at: the filter reaches
-- the conversations below the laterals, so only the messages of the rows asked for are read. Every
-- timestamp is the raw column without time zone, in UTC, as Rails writes it.
select
    c.id as conversation_id,
    c.display_id,
    c.uuid as conversation_uuid,
    c.account_id,
    c.inbox_id,
    c.contact_id,
    c.assignee_id,
    c.team_id,
    c.campaign_id,
    c.status,
    c.priority,
    c.created_at as conversation_created_at,
    c.updated_at as conversation_updated_at,
    c.last_activity_at,
    c.first_reply_created_at,
    c.waiting_since,
    c.snoozed_until,
    contact.name as contact_name,
    contact.email as contact_email,
    contact.phone_number as contact_phone,
    contact.identifier as contact_identifier,
    inbox.name as inbox_name,
    inbox.channel_type as inbox_channel_type,
    coalesce(nullif(btrim(assignee.display_name), ''), assignee.name) as assignee_name,
    team.name as team_name,
    account.name as account_name,
    -- Tags belong to no account; they are reached only from the conversation's own taggings.
    array(
        select distinct tag.name::text collate "C"
          from public.taggings as tagging
          join public.tags as tag on tag.id = tagging.tag_id
         where tagging.taggable_id = c.id
           and tagging.taggable_type = 'Conversation'
           and tagging.context = 'labels'
           and tag.name is not null
         order by 1
    ) as labels,
    m.message_compiled,
    m.t_messages,
    m.contact_messages_count,
    m.user_messages_count,
    m.bot_messages_count,
    m.private_notes_count,
    m.mc_first_message_at,
    m.mc_last_message_at,
    m.first_public_message_at,
    m.last_public_message_at,
    m.last_contact_message_at,
    m.first_contact_message_at,
    (
        select min(reply.at)
          from unnest(m.human_wrote_at) as reply (at)
         where reply.at >= m.first_contact_message_at
    ) as first_human_reply_at,
    csat.rating as csat_rating,
    csat.feedback_message as csat_feedback
from public.conversations as c
left join public.accounts as account on account.id = c.account_id
left join public.contacts as contact
    on contact.id = c.contact_id and contact.account_id = c.account_id
left join public.inboxes as inbox on inbox.id = c.inbox_id and inbox.account_id = c.account_id
left join public.users as assignee on assignee.id = c.assignee_id
left join public.teams as team on team.id = c.team_id and team.account_id = c.account_id
left join lateral (
    select
        coalesce(json_agg(entry.message), '[]'::json) as message_compiled,
        count(*) as t_messages,
        count(*) filter (where entry.author = 'contact') as contact_messages_count,
        count(*) filter (where entry.author = 'human') as user_messages_count,
        count(*) filter (where entry.author = 'bot') as bot_messages_count,
        count(*) filter (where entry.author = 'note') as private_notes_count,
        min(entry.created_at) as mc_first_message_at,
        max(entry.created_at) as mc_last_message_at,
        min(entry.created_at) filter (where entry.author in ('contact', 'human', 'bot'))
            as first_public_message_at,
        max(entry.created_at) filter (where entry.author in ('contact', 'human', 'bot'))
            as last_public_message_at,
        max(entry.created_at) filter (where entry.author = 'contact') as last_contact_message_at,
        min(entry.created_at) filter (where entry.author = 'contact') as first_contact_message_at,
        array_agg(entry.created_at) filter (where entry.author = 'human') as human_wrote_at
    from (
        select
            written.author,
            written.created_at,
            case when written.attachments is null then row_to_json(plain)
                 else row_to_json(with_attachments) end as message
        from (
            select
                message.id,
                message.created_at,
                message.content,
                message.sender_type,
                message.sender_id,
                message.message_type,
                message.private,
                message.content_type,
                -- The conversation's own contact has its name in one place, contacts: so a rename
                -- changes no transcript.
                case
                    when message.sender_type = 'Contact' and message.sender_id = contact.id
                        then null
                    when message.sender_type = 'Contact' then (
                        select sender.name from public.contacts as sender
                         where sender.id = message.sender_id and sender.account_id = c.account_id)
                    when message.sender_type = 'User' then (
                        select coalesce(nullif(btrim(sender.display_name), ''), sender.name)
                          from public.users as sender where sender.id = message.sender_id)
                    when message.sender_type = 'AgentBot' then (
                        select sender.name from public.agent_bots as sender
                         where sender.id = message.sender_id
                           and coalesce(sender.account_id, c.account_id) = c.account_id)
                    when message.sender_type = 'Captain::Assistant'
                        then message.additional_attributes ->> 'agent_name'
                end as sender_name,
                (
                    select array_agg(
                               case attachment.file_type
                                   when 0 then 'image'
                                   when 1 then 'audio'
                                   when 2 then 'video'
                                   when 3 then 'file'
                                   when 4 then 'location'
                                   when 5 then 'fallback'
                                   when 6 then 'share'
                                   when 7 then 'story_mention'
                                   when 8 then 'contact'
                                   when 9 then 'ig_reel'
                                   when 10 then 'ig_post'
                                   when 11 then 'ig_story'
                                   when 12 then 'embed'
                                   else 'unknown'
                               end
                               order by attachment.id)
                      from public.attachments as attachment
                     where attachment.message_id = message.id
                       and attachment.account_id = c.account_id
                ) as attachments,
                -- The first rule that fits says who wrote. Only what a contact, a person or a robot
                -- wrote in public is conversation.
                --
                -- content_attributes holds an object or, encoded twice, a string with an object
                -- in it, and may hold what no cast to jsonb survives. So its flags are matched as
                -- text: the quotes of its own keys have no backslash in the first form and one in
                -- the second; those of a text that is quoted inside it have more.
                case
                    when message.private then 'note'
                    when message.message_type = 0 then 'contact'
                    when message.message_type = 3 then 'template'
                    when message.message_type <> 1 then 'activity'
                    when message.sender_type in ('AgentBot', 'Captain::Assistant') then 'bot'
                    when message.sender_type is null and message.content_attributes::text
                        ~ '^\s*(\{(.*,)?\s*|"\{(.*,)?\s*\\)"external_echo\\?"\s*:\s*true'
                        then 'human'
                    when message.content_attributes::text
                        ~ '^\s*(\{(.*,)?\s*|"\{(.*,)?\s*\\)"automation_rule_id\\?"\s*:\s*\\?"?[0-9]'
                        then 'bot'
                    when message.additional_attributes ->> 'campaign_id' is not null then 'campaign'
                    when message.sender_type = 'User' then 'human'
                    when message.content_type = 9 then 'template'
                    else 'bot'
                end as author
            from (
                -- Before 3.2 Chatwoot lets `private` be NULL.
                select source.id, source.created_at, source.content, source.sender_type,
                       source.sender_id, source.message_type, source.content_type,
                       coalesce(source.private, false) as private,
                       source.content_attributes, source.additional_attributes
                  from public.messages as source
                 where source.conversation_id = c.id
                   and source.account_id = c.account_id
            ) as message
            -- The aggregates get the rows in this order. It also keeps the subquery a step of its
            -- own, so that author and name are computed once and not at each use.
            order by message.created_at, message.id
        ) as written
        cross join lateral (
            select
                written.id as message_id,
                written.content as text,
                written.sender_type as sender,
                written.sender_id,
                written.sender_name,
                to_char(written.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as sent_at,
                written.message_type,
                written.private,
                written.author,
                written.content_type
        ) as plain
        cross join lateral (select plain.*, written.attachments) as with_attachments
    ) as entry
) as m on true
-- A conversation can be rated more than once; the last answer counts. An aggregate, so that this
-- join vanishes, as the one above does, from a query that asks for none of its columns.
left join lateral (
    select
        (array_agg(response.rating order by response.created_at desc, response.id desc))[1]
            as rating,
        (array_agg(
            response.feedback_message order by response.created_at desc, response.id desc))[1]
            as feedback_message
      from public.csat_survey_responses as response
     where response.conversation_id = c.id
       and response.account_id = c.account_id
) as csat on true
