#include "llm/usage.h"

#include "tenancy/audit_log.h"

namespace geniai::llm {

namespace {

std::string KeyOf(UsageBy by) {
    switch (by) {
        case UsageBy::kDay: return "to_char(c.day, 'YYYY-MM-DD')";
        case UsageBy::kMonth: return "to_char(c.day, 'YYYY-MM')";
        case UsageBy::kTenant: return "c.tenant_id || ' ' || t.name";
        case UsageBy::kModel: return "c.model";
    }
    return "''";
}

// A call may have several entries, of which one is no correction; what it used stands in the last.
pg::Query UsageQuery(UsageBy by) {
    const bool by_time = by == UsageBy::kDay || by == UsageBy::kMonth;
    return {"llm.usage", "select " + KeyOf(by) + R"sql( as key,
           coalesce(sum(c.entries) filter (where c.entry in ('settled', 'unconfirmed')), 0)::bigint
               as calls,
           coalesce(sum(c.entries) filter (where c.entry in ('settled', 'unconfirmed')
                                             and c.outcome <> 'ok'), 0)::bigint as failed,
           coalesce(sum(c.entries) filter (where c.entry = 'unconfirmed'), 0)::bigint as unconfirmed,
           coalesce(sum(c.input_tokens), 0)::bigint as input_tokens,
           coalesce(sum(c.cached_input_tokens), 0)::bigint as cached_input_tokens,
           coalesce(sum(c.output_tokens), 0)::bigint as output_tokens,
           coalesce(sum(c.brl), 0)::bigint as brl
      from llm_usage c join tenants t on t.id = c.tenant_id
     where $1::integer is null or c.tenant_id = $1
     group by 1 order by )sql" + std::string(by_time ? "1 desc" : "brl desc, 1")};
}

const pg::Query kHabit{"llm.habit", R"sql(
    select count(*) as calls, sum(input_tokens)::float8 / sum(reserved_tokens - $4) as input_share,
           sum(cached_input_tokens)::float8 / nullif(sum(input_tokens), 0) as cached_share,
           avg(output_tokens)::float8 as output_tokens
      from (select * from llm_calls
             where entry = 'settled' and outcome = 'ok' and purpose = $1 and model = $2
               and prompt_version = $3 and reserved_tokens > $4
             order by created_at desc limit 500) as latest
)sql"};

// A correction of the price is no call.
const pg::Query kLastCalls{"llm.last_calls", R"sql(
    select rfc3339(created_at) as at, tenant_id, model, outcome,
           input_tokens + output_tokens as tokens, brl
      from llm_calls
     where ($1::integer is null or tenant_id = $1) and outcome <> 'price'
     order by created_at desc limit $2
)sql"};

const pg::Query kSpentToday{"llm.spent_today", R"sql(
    select coalesce(sum(case when s.day >= (now() at time zone t.timezone)::date then s.day_brl end), 0)
           as brl
      from llm_spending s join tenants t on t.id = s.tenant_id where s.tenant_id = $1
)sql"};

// The month at hand is always there in detail.
const pg::Query kProjection{"llm.projection", R"sql(
    with here as (select now() at time zone timezone as at from tenants where id = 0),
    spent as (
        select coalesce(sum(brl) filter (where day = at::date), 0)::bigint as day,
               coalesce(sum(brl), 0)::bigint as month
          from here left join llm_calls on day >= date_trunc('month', at)::date and day <= at::date)
    select s.day, s.month,
           case when at - date_trunc('day', at) >= interval '1 hour'
                then (s.day * 86400 / extract(epoch from at - date_trunc('day', at)))::bigint end
               as whole_day,
           case when at - date_trunc('month', at) >= interval '1 day'
                then (s.month * extract(epoch from date_trunc('month', at) + interval '1 month'
                                                   - date_trunc('month', at))
                      / extract(epoch from at - date_trunc('month', at)))::bigint end as whole_month
      from here, spent as s
)sql"};

const pg::Query kDetailFrom{"llm.detail_from", "select llm_detail_from($1)::text as day"};

const pg::Query kBeforeDetail{"llm.before_detail", R"sql(
    select count(*) as n from llm_calls where day < llm_detail_from($1)
)sql"};

const pg::Query kFold{"llm.fold", "select llm_fold($1, $2) as n"};

const pg::Query kRecost{"llm.recost", "select calls, more_brl from llm_recost()"};

// The price is that of the reservation, as it was booked.
const pg::Query kBatchSaving{"llm.batch_saving", R"sql(
    select count(*) as calls, coalesce(sum(brl), 0)::bigint as brl,
           coalesce(sum(coalesce(live, brl)), 0)::bigint as live
      from (select sum(brl) as brl,
                   sum(case when entry in ('settled', 'correction')
                            then llm_cost(model, reserved_at, input_tokens, cached_input_tokens,
                                          output_tokens, false) end) as live
              from llm_calls
             where is_batch and ($1::integer is null or tenant_id = $1)
             group by tenant_id, call_id
            having not bool_or(entry = 'released')) as calls
)sql"};

std::optional<base::MicroBrl> MoneyOf(const pg::Field& field) {
    const auto micros = field.OptionalInt64();
    return micros ? std::optional(base::MicroBrl(*micros)) : std::nullopt;
}

}  // namespace

std::vector<UsageRow> ReadUsage(tenancy::RoleScope& scope, UsageBy by,
                                std::optional<base::TenantId> tenant) {
    std::vector<UsageRow> usage;
    for (const pg::Row row : scope.Execute(UsageQuery(by), tenant)) {
        usage.push_back({row["key"].String(), row["calls"].Int64(), row["failed"].Int64(),
                         row["unconfirmed"].Int64(), row["input_tokens"].Int64(),
                         row["cached_input_tokens"].Int64(), row["output_tokens"].Int64(),
                         base::MicroBrl(row["brl"].Int64())});
    }
    return usage;
}

Projection ProjectCosts(tenancy::RoleScope& scope) {
    const pg::Row row = scope.Execute(kProjection).One();
    return {base::MicroBrl(row["day"].Int64()), MoneyOf(row["whole_day"]),
            base::MicroBrl(row["month"].Int64()), MoneyOf(row["whole_month"])};
}

BatchSaving ReadBatchSaving(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant) {
    const pg::Row row = scope.Execute(kBatchSaving, tenant).One();
    return {row["calls"].Int64(), base::MicroBrl(row["brl"].Int64()),
            base::MicroBrl(row["live"].Int64())};
}

std::vector<LastCall> ListLastCalls(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant,
                                    int limit) {
    std::vector<LastCall> calls;
    for (const pg::Row row : scope.Execute(kLastCalls, tenant, limit)) {
        calls.push_back({row["at"].String(), base::TenantId(row["tenant_id"].Int64()),
                         row["model"].String(), row["outcome"].String(), row["tokens"].Int64(),
                         base::MicroBrl(row["brl"].Int64())});
    }
    return calls;
}

std::string DetailFrom(tenancy::RoleScope& scope, int keep_days) {
    return scope.Execute(kDetailFrom, keep_days).One()["day"].String();
}

std::int64_t CountBeforeDetail(tenancy::RoleScope& scope, int keep_days) {
    return scope.Execute(kBeforeDetail, keep_days).One()["n"].Int64();
}

std::int64_t FoldSome(tenancy::RoleScope& scope, int keep_days, int entries_max) {
    return scope.Execute(kFold, keep_days, entries_max).One()["n"].Int64();
}

Recosting Recost(tenancy::RoleScope& scope, std::string_view by) {
    const pg::Row row = scope.Execute(kRecost).One();
    const Recosting done{row["calls"].Int64(), base::MicroBrl(row["more_brl"].Int64())};
    if (done.calls > 0) {
        tenancy::AppendAudit(scope, base::kOperatorTenant,
                             {by, "llm.recost", "the ledger",
                              R"({"calls":)" + std::to_string(done.calls) + R"(,"brl":)" +
                                  std::to_string(done.more.micros()) + "}"});
    }
    return done;
}

base::MicroBrl SpentToday(tenancy::RoleScope& scope, base::TenantId tenant) {
    return base::MicroBrl(scope.Execute(kSpentToday, tenant).One()["brl"].Int64());
}

CallHabit ReadCallHabit(tenancy::TenantScope& scope, std::string_view purpose, std::string_view model,
                        std::string_view prompt_version, std::int32_t output_tokens_max) {
    const pg::Row row =
        scope.Execute(kHabit, purpose, model, prompt_version, output_tokens_max).One();
    CallHabit habit;
    habit.calls = row["calls"].Int64();
    if (habit.calls == 0) return habit;
    habit.input_share = row["input_share"].Double();
    habit.cached_share = row["cached_share"].OptionalDouble().value_or(0);
    habit.output_tokens = row["output_tokens"].Double();
    return habit;
}

}  // namespace geniai::llm
