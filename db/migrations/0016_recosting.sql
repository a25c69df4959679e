-- The ledger, when a price or a rate was wrong and is put right for the past.

-- Books what calls cost too little or too much by the prices that are known now: one correction a call,
-- without tokens, on the call's own day, which the meters learn of. A second time there is nothing to
-- book. Calls that are in daily sums already stay as they are, and so do those whose use nobody knows.
create function llm_recost(out calls bigint, out more_brl bigint)
    language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    part record;
begin
    calls := 0;
    more_brl := 0;
    -- Nothing is folded meanwhile, or booked by another such run.
    perform pg_advisory_xact_lock(1819045153, 1);  -- "llm!"
    for part in
        with booked as (
            select tenant_id, call_id, max(entry_number) as last, sum(brl)::bigint as brl,
                   sum(input_tokens) as input, sum(cached_input_tokens) as cached,
                   sum(output_tokens) as output
              from llm_calls group by tenant_id, call_id
            having bool_or(entry in ('settled', 'correction'))),
        priced as (
            select f.*, b.last,
                   llm_cost(f.model, f.reserved_at, b.input, b.cached, b.output, f.is_batch)
                       - b.brl as more
              from booked b join llm_calls f using (tenant_id, call_id) where f.entry_number = 0),
        corrected as (
            insert into llm_calls (tenant_id, call_id, entry, entry_number, purpose, model,
                                   prompt_version, input_hash, is_batch, reserved_at, reserved_tokens,
                                   reserved_brl, brl, outcome, tenant_day, day)
            select tenant_id, call_id, 'correction', last + 1, purpose, model, prompt_version,
                   input_hash, is_batch, reserved_at, reserved_tokens, reserved_brl, more, 'price',
                   tenant_day, day
              from priced where more <> 0
            returning tenant_id, tenant_day, day, brl)
        select tenant_id, tenant_day, day, count(*) as calls, sum(brl)::bigint as brl
          from corrected group by tenant_id, tenant_day, day loop
        perform llm_lock(), llm_spend(part.tenant_id, part.tenant_day, part.day, part.brl),
                llm_warn(part.tenant_id, part.brl), llm_warn(0, part.brl);
        calls := calls + part.calls;
        more_brl := more_brl + part.brl;
    end loop;
    -- People are told of it: it is on disk then.
    perform set_config('synchronous_commit', 'on', true);
end
$$;
revoke execute on function llm_recost() from public;
grant execute on function llm_recost() to admin_users;
