#include "warehouse/watermarks.h"

namespace geniai::warehouse {

namespace {

const pg::Query kFindWatermark{"warehouse.watermark.find", R"sql(
    select (extract(epoch from watermark_at) * 1000000)::bigint as at, watermark_id as id
      from sync_state where stream = $1
)sql"};

const pg::Query kAdvanceWatermark{"warehouse.watermark.advance", R"sql(
    insert into sync_state (tenant_id, stream, watermark_at, watermark_id)
    values (current_tenant_id(), $1,
            timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3)
    on conflict (tenant_id, stream) do update
       set watermark_at = excluded.watermark_at, watermark_id = excluded.watermark_id,
           updated_at = now()
     where (sync_state.watermark_at, sync_state.watermark_id)
         < (excluded.watermark_at, excluded.watermark_id)
)sql"};

}  // namespace

std::optional<Watermark> FindWatermark(tenancy::TenantScope& scope, std::string_view stream) {
    const pg::Result rows = scope.Execute(kFindWatermark, stream);
    if (rows.empty()) return std::nullopt;
    return Watermark{rows.One()["at"].Int64(), rows.One()["id"].Int64()};
}

void AdvanceWatermark(tenancy::TenantScope& scope, std::string_view stream, Watermark watermark) {
    scope.Execute(kAdvanceWatermark, stream, watermark.at, watermark.id);
}

}  // namespace geniai::warehouse
