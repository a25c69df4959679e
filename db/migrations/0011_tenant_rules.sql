-- What a tenant adds to the built-in rules: its own words, and what they weigh.

-- The text is kept as people wrote it; src/analysis/rule_additions.h says how it is read. A tenant
-- without a row has the built-in rules as they are.
create table tenant_rules (
    tenant_id  integer     primary key references tenants,
    additions  text        not null check (octet_length(additions) between 1 and 65536),
    version    integer     not null default 1 check (version > 0),
    author     text        not null check (btrim(author) <> ''),
    updated_at timestamptz not null default now()
);
comment on column tenant_rules.version is
    'How often they were set, for people. Verdicts carry a hash of the rules that made them.';

call protect_tenant_table('tenant_rules');
create policy operator_writes on tenant_rules for all to admin_users
    using (true) with check (true);
grant select on tenant_rules to authenticated_users, etl_service;
grant select, insert, update, delete on tenant_rules to admin_users;
