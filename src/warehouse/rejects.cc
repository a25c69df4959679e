#include "warehouse/rejects.h"

#include "base/safe_text.h"

namespace geniai::warehouse {

namespace {

// Enough to see what is wrong; the row itself stays in the source.
constexpr std::size_t kPayloadBytesMax = std::size_t{64} * 1024;

const pg::Query kStoreReject{"warehouse.rejects.store", R"sql(
    insert into etl_rejects as r (tenant_id, stream, source_id, inbox_id, reason, payload)
    values (current_tenant_id(), $1, $2, $3, $4, $5)
    on conflict (tenant_id, stream, source_id) do update
       set inbox_id = coalesce(excluded.inbox_id, r.inbox_id), reason = excluded.reason, payload = excluded.payload, last_seen_at = now(),
           attempts = r.attempts + 1, resolved_at = null
)sql"};

const pg::Query kListRejected{"warehouse.rejects.list", R"sql(
    select source_id from etl_rejects
     where stream = $1 and resolved_at is null
     order by source_id
)sql"};

const pg::Query kResolveRejects{"warehouse.rejects.resolve", R"sql(
    update etl_rejects set resolved_at = now()
     where stream = $1 and resolved_at is null and source_id = any($2::bigint[])
)sql"};

const pg::Query kCountRejected{"warehouse.rejects.count",
                               "select count(*) as n from etl_rejects where resolved_at is null"};

}  // namespace

void StoreReject(tenancy::TenantScope& scope, const Reject& reject) {
    scope.Execute(kStoreReject, reject.stream, reject.source_id, reject.inbox, reject.reason,
                  base::CutText(reject.payload, kPayloadBytesMax));
}

std::vector<std::int64_t> ListRejected(tenancy::TenantScope& scope, std::string_view stream) {
    std::vector<std::int64_t> ids;
    for (const pg::Row row : scope.Execute(kListRejected, stream)) {
        ids.push_back(row["source_id"].Int64());
    }
    return ids;
}

void ResolveRejects(tenancy::TenantScope& scope, std::string_view stream,
                    std::span<const std::int64_t> ids) {
    if (!ids.empty()) scope.Execute(kResolveRejects, stream, pg::IntegerArray(ids));
}

std::int64_t CountRejected(tenancy::TenantScope& scope) {
    return scope.Execute(kCountRejected).One()["n"].Int64();
}

}  // namespace geniai::warehouse
