#include "llm/limits.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "tenancy/audit_log.h"

namespace geniai::llm {

namespace {

constexpr std::array<std::pair<LimitKind, std::string_view>, 5> kKinds{{
    {LimitKind::kRequestsPerMinute, "requests_per_minute"},
    {LimitKind::kTokensPerMinute, "tokens_per_minute"},
    {LimitKind::kRequestsPerDay, "requests_per_day"},
    {LimitKind::kBrlPerDay, "brl_per_day"},
    {LimitKind::kBrlPerMonth, "brl_per_month"},
}};

// What has slid out of a window since the last call is still in the meter: it is summed from the pieces.
// The meter of a tenant that moved west may be a day ahead of it, and counts all the same.
const pg::Query kListLimits{"llm.limits.list", R"sql(
    select t.id as tenant_id, t.name, k.kind, k.value, k.used,
           (select rfc3339(max(r.expires_at)) from llm_raises r
             where r.tenant_id = t.id and r.kind = k.kind
               and r.starts_at <= now() and r.expires_at > now()) as raised_until
      from tenants t
     cross join lateral llm_limits_at(t.id, now()) as l
      left join llm_meters m on m.tenant_id = t.id
      left join llm_spending s on s.tenant_id = t.id
     cross join lateral (select (now() at time zone t.timezone)::date as today) as d
     cross join lateral (
           select coalesce(sum(p.requests) filter (where p.is_minute), 0)::bigint as minute_requests,
                  coalesce(sum(p.tokens) filter (where p.is_minute), 0)::bigint as minute_tokens,
                  coalesce(sum(p.requests) filter (where not p.is_minute), 0)::bigint as day_requests
             from (select b.span = 'm', b.bucket, b.requests, b.tokens
                     from llm_buckets b where b.tenant_id = t.id
                   union all select true, m.minute_from + 122, m.piece_requests, m.piece_tokens
                   union all select false, m.day_from + 144, m.piece_requests, m.piece_tokens)
                  as p (is_minute, bucket, requests, tokens)
            where p.bucket >= case when p.is_minute then llm_minute_cutoff(now())
                                   else llm_day_cutoff(now()) end) as w
     cross join lateral (values
           (1, 'requests_per_minute', l.requests_per_minute::bigint, w.minute_requests),
           (2, 'tokens_per_minute', l.tokens_per_minute, w.minute_tokens),
           (3, 'requests_per_day', l.requests_per_day::bigint, w.day_requests),
           (4, 'brl_per_day', l.brl_per_day, case when s.day >= d.today then s.day_brl else 0 end),
           (5, 'brl_per_month', l.brl_per_month,
            case when s.month >= date_trunc('month', d.today)::date then s.month_brl else 0 end)
           ) as k (place, kind, value, used)
     where t.deleted_at is null and ($1::integer is null or t.id = $1)
     order by t.id, k.place
)sql"};

const pg::Query kListStops{"llm.limits.stops", R"sql(
    select l.tenant_id, t.name, rfc3339(l.stopped_at) as stopped_at, l.stopped_by
      from llm_limits l join tenants t on t.id = l.tenant_id
     where l.stopped_at is not null order by l.tenant_id
)sql"};

const pg::Query kRaise{"llm.limits.raise", R"sql(
    insert into llm_raises (tenant_id, kind, value, expires_at, author)
    values ($1, $2, $3, timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5)
)sql"};

const pg::Query kIsFuture{"llm.limits.future", R"sql(
    select timestamptz 'epoch' + $1::bigint * interval '1 microsecond' > now() as future
)sql"};

const pg::Query kStop{"llm.limits.stop", R"sql(
    insert into llm_limits as l (tenant_id, stopped_at, stopped_by) values ($1, now(), $2)
    on conflict (tenant_id) do update
       set stopped_at = excluded.stopped_at, stopped_by = excluded.stopped_by, updated_at = now()
     where l.stopped_at is null
)sql"};

const pg::Query kResume{"llm.limits.resume", R"sql(
    update llm_limits set stopped_at = null, stopped_by = null, updated_at = now()
     where tenant_id = $1 and stopped_at is not null
)sql"};

// The column is one of kKinds' names.
pg::Query SetQuery(LimitKind kind) {
    const std::string column(NameOf(kind));
    return {"llm.limits.set", "insert into llm_limits (tenant_id, " + column +
                                  ") values ($1, $2) on conflict (tenant_id) do update set " + column +
                                  " = excluded." + column + ", updated_at = now()"};
}

std::string OfKind(LimitKind kind, const std::string& value) {
    return R"({"kind":")" + std::string(NameOf(kind)) + R"(","value":)" + value + "}";
}

}  // namespace

std::string_view NameOf(LimitKind kind) {
    return std::ranges::find(kKinds, kind, &decltype(kKinds)::value_type::first)->second;
}

std::optional<LimitKind> LimitKindNamed(std::string_view name) {
    const auto found = std::ranges::find(kKinds, name, &decltype(kKinds)::value_type::second);
    return found == kKinds.end() ? std::nullopt : std::optional(found->first);
}

std::vector<LimitState> ListLimits(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant) {
    std::vector<LimitState> limits;
    for (const pg::Row row : scope.Execute(kListLimits, tenant)) {
        limits.push_back({base::TenantId(row["tenant_id"].Int64()), row["name"].String(),
                          LimitKindNamed(row["kind"].text()).value(), row["value"].OptionalInt64(),
                          row["used"].OptionalInt64().value_or(0),
                          row["raised_until"].OptionalString()});
    }
    return limits;
}

std::vector<StopState> ListStops(tenancy::RoleScope& scope) {
    std::vector<StopState> stops;
    for (const pg::Row row : scope.Execute(kListStops)) {
        stops.push_back({base::TenantId(row["tenant_id"].Int64()), row["name"].String(),
                         row["stopped_at"].String(), row["stopped_by"].String()});
    }
    return stops;
}

void SetLimit(tenancy::RoleScope& scope, base::TenantId tenant, LimitKind kind,
              std::optional<std::int64_t> value, std::string_view by) {
    scope.Execute(SetQuery(kind), tenant, value);
    tenancy::AppendAudit(scope, tenant,
                         {by, "llm.limit.set", std::string(NameOf(kind)),
                          OfKind(kind, value ? std::to_string(*value) : "null")});
}

void RaiseLimit(tenancy::RoleScope& scope, base::TenantId tenant, LimitKind kind, std::int64_t value,
                Instant expires_at, std::string_view by) {
    if (!scope.Execute(kIsFuture, expires_at).One()["future"].Bool()) {
        throw base::Error(base::ErrorCode::kInvalidInput, "a raise has to end in the future");
    }
    scope.Execute(kRaise, tenant, NameOf(kind), value, expires_at, by);
    tenancy::AppendAudit(scope, tenant, {by, "llm.limit.raise", std::string(NameOf(kind)),
                                         OfKind(kind, std::to_string(value))});
}

void Stop(tenancy::RoleScope& scope, base::TenantId tenant, std::string_view by) {
    if (scope.Execute(kStop, tenant, by).affected() == 0) return;
    tenancy::AppendAudit(scope, tenant, {by, "llm.stop", "models", "{}"});
}

void Resume(tenancy::RoleScope& scope, base::TenantId tenant, std::string_view by) {
    if (scope.Execute(kResume, tenant).affected() == 0) return;
    tenancy::AppendAudit(scope, tenant, {by, "llm.resume", "models", "{}"});
}

}  // namespace geniai::llm
