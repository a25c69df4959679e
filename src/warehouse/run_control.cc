#include "warehouse/run_control.h"

#include "base/error.h"

namespace geniai::warehouse {

namespace {

const pg::Query kStartRun{"warehouse.run.start", R"sql(
    insert into etl_control (tenant_id, load_type, status, triggered_by, watermark_start, etl_version)
    values (current_tenant_id(), $1, 'running', $2,
            timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4)
    returning id
)sql",
                          pg::Planning::kOnce};

const pg::Query kAddToRun{"warehouse.run.add", R"sql(
    update etl_control
       set records_extracted = records_extracted + $2, records_inserted = records_inserted + $3,
           records_updated = records_updated + $4, records_unchanged = records_unchanged + $5,
           records_deleted = records_deleted + $6, records_failed = records_failed + $7
     where id = $1 and status = 'running'
)sql"};

const pg::Query kEndRun{"warehouse.run.end", R"sql(
    update etl_control
       set status = $2, finished_at = now(), duration_seconds = $3, retries = $4,
           watermark_end = timestamptz 'epoch' + $5::bigint * interval '1 microsecond',
           complete_up_to = timestamptz 'epoch' + $6::bigint * interval '1 microsecond',
           error_message = $7
     where id = $1 and status = 'running'
)sql",
                        pg::Planning::kOnce};

const pg::Query kCloseDead{"warehouse.run.close_dead", R"sql(
    update etl_control
       set status = 'failed', finished_at = now(),
           duration_seconds = extract(epoch from now() - started_at),
           error_message = 'the process ended before the run did'
     where status = 'running' and id is distinct from $1
)sql",
                           pg::Planning::kOnce};

const pg::Query kFindOpenRun{"warehouse.run.find_open", R"sql(
    select records_extracted, records_inserted, records_updated, records_unchanged,
           records_deleted, records_failed
      from etl_control where id = $1 and status = 'running'
)sql"};

std::string_view NameOfLoad(LoadType type) {
    switch (type) {
        case LoadType::kFull: return "full";
        case LoadType::kIncremental: return "incremental";
        case LoadType::kReconcile: return "reconcile";
        case LoadType::kReplay: return "replay";
    }
    return "";
}

void RequireOpen(const pg::Result& updated) {
    if (updated.affected() == 1) return;
    throw base::Error(base::ErrorCode::kConflict,
                      "another run of this tenant has taken over; what this one committed stays");
}

void EndRun(tenancy::TenantScope& scope, RunId run, const char* status, const RunEnd& end,
            const std::optional<std::string>& error) {
    RequireOpen(scope.Execute(kEndRun, run, status, end.seconds, end.retries, end.watermark,
                              end.complete_up_to, error));
}

}  // namespace

RunCounts& RunCounts::operator+=(const RunCounts& other) {
    extracted += other.extracted;
    loaded += other.loaded;
    deleted += other.deleted;
    rejected += other.rejected;
    return *this;
}

RunId StartRun(tenancy::TenantScope& scope, const RunStart& start) {
    return RunId(scope.Execute(kStartRun, NameOfLoad(start.load_type), start.triggered_by,
                               start.watermark, start.program_version)
                     .One()["id"]
                     .Int64());
}

void AddToRun(tenancy::TenantScope& scope, RunId run, const RunCounts& counts) {
    RequireOpen(scope.Execute(kAddToRun, run, counts.extracted, counts.loaded.inserted,
                              counts.loaded.updated, counts.loaded.unchanged, counts.deleted,
                              counts.rejected));
}

void FinishRun(tenancy::TenantScope& scope, RunId run, const RunEnd& end) {
    EndRun(scope, run, "success", end, std::nullopt);
}

void FailRun(tenancy::TenantScope& scope, RunId run, const RunEnd& end, const std::string& reason) {
    EndRun(scope, run, "failed", end, reason);
}

std::optional<RunCounts> FindOpenRun(tenancy::TenantScope& scope, RunId run) {
    const pg::Result rows = scope.Execute(kFindOpenRun, run);
    const auto row = rows.MaybeOne();
    if (!row) return std::nullopt;
    RunCounts counts;
    counts.extracted = (*row)["records_extracted"].Int64();
    counts.loaded = {(*row)["records_inserted"].Int64(), (*row)["records_updated"].Int64(),
                     (*row)["records_unchanged"].Int64()};
    counts.deleted = (*row)["records_deleted"].Int64();
    counts.rejected = (*row)["records_failed"].Int64();
    return counts;
}

std::int64_t CloseDeadRuns(tenancy::TenantScope& scope, std::optional<RunId> own) {
    return scope.Execute(kCloseDead, own).affected();
}

}  // namespace geniai::warehouse
