#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tenancy/scope.h"
#include "warehouse/upsert.h"

namespace geniai::warehouse {

using RunId = base::StrongId<struct RunTag>;

enum class LoadType { kFull, kIncremental, kReconcile, kReplay };

// What a run did to conversations.
struct RunCounts {
    std::int64_t extracted = 0;  // rows that the source sent
    LoadCounts loaded;
    std::int64_t deleted = 0;    // rows marked, because the source has them no more
    std::int64_t rejected = 0;   // rows that went to etl_rejects

    RunCounts& operator+=(const RunCounts& other);
};

struct RunStart {
    LoadType load_type = LoadType::kIncremental;
    std::string_view triggered_by = "cli";       // manual, scheduler, cli, api
    std::optional<std::int64_t> watermark;       // microseconds since 1970, as all times here
    std::string_view program_version;
};

struct RunEnd {
    double seconds = 0;
    std::int64_t retries = 0;
    std::optional<std::int64_t> watermark;
    std::optional<std::int64_t> complete_up_to;  // only of a success
};

// One row of `etl_control` a run. Every function is in the caller's transaction, role etl_service.
RunId StartRun(tenancy::TenantScope& scope, const RunStart& start);

// Adds what a batch did, in the transaction that commits the batch. Throws base::Error(kConflict) when
// the run is not open any more: this process lost its lock, and the batch must not be committed beside
// those of another run.
void AddToRun(tenancy::TenantScope& scope, RunId run, const RunCounts& counts);

// Both throw as AddToRun() does.
void FinishRun(tenancy::TenantScope& scope, RunId run, const RunEnd& end);
void FailRun(tenancy::TenantScope& scope, RunId run, const RunEnd& end, const std::string& reason);

// What a run that is open has added up; nothing when it has ended.
std::optional<RunCounts> FindOpenRun(tenancy::TenantScope& scope, RunId run);

// Closes the runs whose process died, but for `own`. Right only while the tenant's lock is held: then
// nobody else runs. Returns how many there were.
std::int64_t CloseDeadRuns(tenancy::TenantScope& scope, std::optional<RunId> own);

}  // namespace geniai::warehouse
