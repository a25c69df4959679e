#include "warehouse/run_control.h"

namespace geniai::warehouse {

namespace {

const pg::Query kStartRun{"warehouse.run.start", R"sql(
    insert into etl_control (tenant_id, load_type, status, triggered_by, watermark_start, etl_version)
    values (current_tenant_id(), $1, 'running', $2,
            timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4)
    returning id
)sql"};

const pg::Query kEndRun{"warehouse.run.end", R"sql(
    update etl_control
       set status = $2, finished_at = now(), duration_seconds = $3, records_extracted = $4,
           records_inserted = $5, records_updated = $6, records_unchanged = $7,
           watermark_end = timestamptz 'epoch' + $8::bigint * interval '1 microsecond',
           complete_up_to = timestamptz 'epoch' + $9::bigint * interval '1 microsecond',
           error_message = $10
     where id = $1
)sql"};

const pg::Query kCloseDead{"warehouse.run.close_dead", R"sql(
    update etl_control
       set status = 'failed', finished_at = now(),
           duration_seconds = extract(epoch from now() - started_at),
           error_message = 'the process ended before the run did'
     where status = 'running'
)sql"};

std::optional<std::int64_t> TimeOf(const std::optional<Watermark>& watermark) {
    if (!watermark) return std::nullopt;
    return watermark->at;
}

void EndRun(tenancy::TenantScope& scope, RunId run, const char* status, const RunEnd& end,
            const std::optional<std::string>& error) {
    scope.Execute(kEndRun, run, status, end.seconds, end.extracted, end.loaded.inserted,
                  end.loaded.updated, end.loaded.unchanged, TimeOf(end.watermark),
                  end.complete_up_to, error);
}

}  // namespace

RunId StartRun(tenancy::TenantScope& scope, const RunStart& start) {
    const char* type = start.load_type == LoadType::kFull ? "full" : "incremental";
    return RunId(scope.Execute(kStartRun, type, start.triggered_by, TimeOf(start.watermark),
                               start.program_version)
                     .One()["id"]
                     .Int64());
}

void FinishRun(tenancy::TenantScope& scope, RunId run, const RunEnd& end) {
    EndRun(scope, run, "success", end, std::nullopt);
}

void FailRun(tenancy::TenantScope& scope, RunId run, const RunEnd& end, const std::string& reason) {
    EndRun(scope, run, "failed", end, reason);
}

std::int64_t CloseDeadRuns(tenancy::TenantScope& scope) {
    return scope.Execute(kCloseDead).affected();
}

}  // namespace geniai::warehouse
