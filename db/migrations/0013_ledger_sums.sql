-- The ledger for ever: what is older than its detail is kept in sums.
--
-- An entry of llm_calls is folded into the sum of its day and is gone then, both in one transaction, so
-- that each is counted exactly once at any moment. Whoever adds up what was used reads llm_usage, which
-- has both.

-- An entry's kind and outcome are part of the key, and so is the exchange rate at which it was booked:
-- money can be told in the provider's currency for ever.
create table llm_daily_sums (
    tenant_id           integer not null,
    day                 date    not null,
    tenant_day          date    not null,
    utc_day             date    not null,
    model               text    not null,
    purpose             text    not null,
    is_batch            boolean not null,
    entry               llm_entry not null,
    outcome             text    not null,
    exchange_rate       bigint  not null check (exchange_rate > 0),
    entries             bigint  not null check (entries > 0),
    input_tokens        bigint  not null,
    cached_input_tokens bigint  not null,
    output_tokens       bigint  not null,
    brl                 bigint  not null,
    primary key (day, tenant_id, tenant_day, utc_day, model, purpose, is_batch, entry, outcome,
                 exchange_rate),
    constraint only_corrections_take_back check (brl >= 0 or entry = 'correction')
);
comment on column llm_daily_sums.utc_day is 'The day of the reservation as providers bill it.';
comment on column llm_daily_sums.exchange_rate is 'Micro-BRL for one USD, when the call was reserved.';

call protect_tenant_table('llm_daily_sums');
create policy gateway_works on llm_daily_sums for all to current_user using (true) with check (true);
grant select on llm_daily_sums to authenticated_users, admin_users, etl_service;

-- The micro-BRL for one USD at a moment. The first rate also holds before it.
create function llm_rate_at(at timestamptz) returns bigint
    language sql stable as $$
    select brl from exchange_rates
     order by (valid_from <= at) desc, case when valid_from <= at then valid_from end desc, valid_from
     limit 1
$$;
revoke execute on function llm_rate_at(timestamptz) from public;
grant execute on function llm_rate_at(timestamptz) to authenticated_users, admin_users, etl_service;

-- All that was ever booked. A row stands for `entries` of the ledger; a call has one that is no
-- correction.
create view llm_usage with (security_invoker = true) as
select tenant_id, day, tenant_day, (reserved_at at time zone 'UTC')::date as utc_day, model, purpose,
       is_batch, entry, outcome, llm_rate_at(reserved_at) as exchange_rate, 1::bigint as entries,
       input_tokens::bigint, cached_input_tokens::bigint, output_tokens::bigint, brl
  from llm_calls
union all
select tenant_id, day, tenant_day, utc_day, model, purpose, is_batch, entry, outcome, exchange_rate,
       entries, input_tokens, cached_input_tokens, output_tokens, brl
  from llm_daily_sums;
grant select on llm_usage to authenticated_users, admin_users, etl_service;

-- The first day whose calls stay in detail. The month at hand and the one before it always do: meters
-- are made anew from them, and late answers are corrections of calls that must be there.
create function llm_detail_from(keep_days integer) returns date
    language plpgsql stable as $$
begin
    if keep_days is null or keep_days < 62 then
        raise exception 'the ledger keeps at least 62 days of detail, not %', keep_days;
    end if;
    return (select (now() at time zone timezone)::date - keep_days from tenants where id = 0);
end
$$;

-- Folds the oldest calls, about `at_most` entries, into the sums of their days. Returns how many
-- entries that were; 0: nothing is left to do. A call goes with all of its entries.
create function llm_fold(keep_days integer, at_most integer) returns bigint
    language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    detail_from date := llm_detail_from(keep_days);
    folded bigint;
begin
    -- One at a time: two would wait for each other's sums.
    perform pg_advisory_xact_lock(1819045153, 1);  -- "llm!"
    with gone as (
        delete from llm_calls
         where (tenant_id, call_id) in (select tenant_id, call_id from llm_calls
                                         where day < detail_from order by day limit at_most)
        returning *),
    sums as (
        insert into llm_daily_sums as s
        select tenant_id, day, tenant_day, (reserved_at at time zone 'UTC')::date, model, purpose,
               is_batch, entry, outcome, llm_rate_at(reserved_at), count(*), sum(input_tokens),
               sum(cached_input_tokens), sum(output_tokens), sum(brl)
          from gone
         group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
        on conflict (day, tenant_id, tenant_day, utc_day, model, purpose, is_batch, entry, outcome,
                     exchange_rate) do update
           set entries = s.entries + excluded.entries,
               input_tokens = s.input_tokens + excluded.input_tokens,
               cached_input_tokens = s.cached_input_tokens + excluded.cached_input_tokens,
               output_tokens = s.output_tokens + excluded.output_tokens,
               brl = s.brl + excluded.brl)
    select count(*) into folded from gone;
    return folded;
end
$$;
-- Finished batches go with the detail of their calls.
create policy operator_prunes on llm_batches for delete to admin_users using (state = 'done');
grant delete on llm_batches to admin_users;

revoke execute on function llm_detail_from(integer), llm_fold(integer, integer) from public;
grant execute on function llm_detail_from(integer), llm_fold(integer, integer) to admin_users;
