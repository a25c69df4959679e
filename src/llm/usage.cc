#include "llm/usage.h"

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

// A call may have several entries; what it used stands in the last.
pg::Query UsageQuery(UsageBy by) {
    const bool by_time = by == UsageBy::kDay || by == UsageBy::kMonth;
    return {"llm.usage", "select " + KeyOf(by) + R"sql( as key,
           count(*) filter (where c.entry_number = 0 and c.entry <> 'released') as calls,
           count(*) filter (where c.entry_number = 0 and c.entry <> 'released'
                              and c.outcome <> 'ok') as failed,
           count(*) filter (where c.entry = 'unconfirmed') as unconfirmed,
           coalesce(sum(c.input_tokens), 0)::bigint as input_tokens,
           coalesce(sum(c.cached_input_tokens), 0)::bigint as cached_input_tokens,
           coalesce(sum(c.output_tokens), 0)::bigint as output_tokens,
           coalesce(sum(c.brl), 0)::bigint as brl
      from llm_calls c join tenants t on t.id = c.tenant_id
     where $1::integer is null or c.tenant_id = $1
     group by 1 order by )sql" + std::string(by_time ? "1 desc" : "brl desc, 1")};
}

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

}  // namespace geniai::llm
