-- Inboxes of an account that tenants share: who may map them, and when the source was last asked.

alter table tenants add column inboxes_found_at timestamptz;
comment on column tenants.inboxes_found_at is
    'When a sync last compared a listing that is dear (all rows of the view) with the mapping; NULL: the '
    'next sync does.';
create policy service_notes_discovery on tenants for update to etl_service
    using (id = (select current_tenant_id())) with check (id = (select current_tenant_id()));
grant update (inboxes_found_at) on tenants to etl_service;

alter table inbox_tenant_mapping add column medium text;
comment on column inbox_tenant_mapping.medium is
    'Of Channel::TwilioSms, as Chatwoot has it: sms or whatsapp; NULL of others, and where it is unknown.';

-- A service sees the mapping of its own tenant alone. These two look-ups cross the walls, and answer
-- with yes or no: whose inbox it is, nobody learns.
create policy inbox_look_up_reads on inbox_tenant_mapping for select to current_user using (true);

-- Of these inboxes, the ones that no tenant has.
create function unmapped_inboxes(inboxes bigint[]) returns setof bigint
    language sql stable security definer
    set search_path = public, pg_temp
    begin atomic
        select i.inbox_id from unnest(inboxes) i (inbox_id)
         where not exists (select from inbox_tenant_mapping m where m.inbox_id = i.inbox_id)
         order by i.inbox_id;
    end;

-- Whether no tenant of the present tenant's account has an inbox yet.
create function account_is_unmapped() returns boolean
    language sql stable security definer
    set search_path = public, pg_temp
    begin atomic
        select not exists (
            select from inbox_tenant_mapping m join tenants t on t.id = m.tenant_id
             where m.tenant_id = current_tenant_id()
                or t.account_id = (select own.account_id from tenants own
                                    where own.id = current_tenant_id()));
    end;

revoke execute on function unmapped_inboxes(bigint[]), account_is_unmapped() from public;
grant execute on function unmapped_inboxes(bigint[]), account_is_unmapped() to etl_service;

-- A rejected row has no other sign of whose it is when its inbox moves to another tenant.
alter table etl_rejects add column inbox_id bigint;
comment on column etl_rejects.inbox_id is 'Of a conversation; NULL where the row does not say.';
