#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/scope.h"
#include "warehouse/upsert.h"
#include "warehouse/watermarks.h"

namespace geniai::warehouse {

using RunId = base::StrongId<struct RunTag>;

enum class LoadType { kFull, kIncremental };

struct RunStart {
    LoadType load_type = LoadType::kIncremental;
    std::string_view triggered_by = "cli";  // manual, scheduler, cli, api
    std::optional<Watermark> watermark;
    std::string_view program_version;
};

struct RunEnd {
    std::int64_t extracted = 0;
    LoadCounts loaded;
    std::optional<Watermark> watermark;
    std::optional<std::int64_t> complete_up_to;  // microseconds since 1970; only of a success
    double seconds = 0;
};

// One row of `etl_control` a run. Every function is in the caller's transaction, role etl_service.
RunId StartRun(tenancy::TenantScope& scope, const RunStart& start);
void FinishRun(tenancy::TenantScope& scope, RunId run, const RunEnd& end);
void FailRun(tenancy::TenantScope& scope, RunId run, const RunEnd& end, const std::string& reason);

// Closes the runs whose process died. Right only while the tenant's lock is held: then nobody runs.
// Returns how many there were.
std::int64_t CloseDeadRuns(tenancy::TenantScope& scope);

}  // namespace geniai::warehouse
