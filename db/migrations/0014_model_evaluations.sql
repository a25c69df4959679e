-- How well models judge conversations whose right answer is known, beside the rules: a row an
-- evaluation, and six of its flags. Appended to only.

create table model_evaluations (
    tenant_id      integer     not null references tenants,
    evaluation_id  bigint      not null generated always as identity,
    set_digest     bytea       not null,
    conversations  integer     not null check (conversations > 0),
    model          text        not null,
    prompt_version text        not null,
    rules_version  text        not null,
    bad_answers    integer     not null check (bad_answers between 0 and conversations),
    is_accepted    boolean     not null,
    input_tokens   bigint      not null,
    output_tokens  bigint      not null,
    brl            bigint      not null check (brl >= 0),
    author         text        not null check (btrim(author) <> ''),
    evaluated_at   timestamptz not null default now(),
    primary key (tenant_id, evaluation_id)
);
comment on column model_evaluations.set_digest is
    'Of the labelled conversations: two evaluations are compared when they judged the same.';
comment on column model_evaluations.is_accepted is
    'Whether no flag fell too far below the evaluation before it. Later ones are compared with the '
    'last that was accepted.';

create table model_evaluation_flags (
    tenant_id       integer not null,
    evaluation_id   bigint  not null,
    judge           text    not null check (judge in ('model', 'rules')),
    flag            text    not null check (flag in ('is_lead', 'visit_scheduled', 'crm_converted')),
    true_positives  integer not null check (true_positives >= 0),
    false_positives integer not null check (false_positives >= 0),
    false_negatives integer not null check (false_negatives >= 0),
    true_negatives  integer not null check (true_negatives >= 0),
    primary key (tenant_id, evaluation_id, judge, flag),
    foreign key (tenant_id, evaluation_id) references model_evaluations
);

call protect_tenant_table('model_evaluations');
call protect_tenant_table('model_evaluation_flags');
grant select on model_evaluations, model_evaluation_flags to authenticated_users, admin_users;
grant select, insert on model_evaluations, model_evaluation_flags to etl_service;
