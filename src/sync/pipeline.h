#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "chatwoot/reader.h"
#include "obs/log.h"
#include "sync/transform.h"
#include "sync/window.h"
#include "tenancy/tenants.h"
#include "warehouse/upsert.h"
#include "warehouse/watermarks.h"

namespace geniai::sync {

struct Progress {
    std::string_view stream;
    std::int64_t rows = 0;
};

struct Settings {
    pg::ConnectionSettings warehouse;
    chatwoot::SourceSettings source;
    std::string_view view_sql;              // read where the view is not installed
    std::chrono::seconds overlap{60};       // see ReadAfter()
    std::int64_t batch_rows = 10'000;       // rows in one committed batch
    std::string program_version;
};

struct RunOptions {
    Mode mode = Mode::kIncremental;
    std::string triggered_by = "cli";
    std::function<void(const Progress&)> on_progress;  // after each batch; may be empty
    std::stop_token stop;                              // ends the run after the current batch
};

struct RunSummary {
    base::TenantId tenant;
    std::int64_t extracted = 0;
    warehouse::LoadCounts conversations;
    warehouse::LoadCounts contacts;
    double seconds = 0;
    std::optional<warehouse::Watermark> watermark;
    std::int64_t complete_up_to = 0;  // the source's clock, microseconds since 1970
    std::vector<base::InboxId> unmapped_inboxes;
};

// Chatwoot → warehouse, one tenant at a time.
class Pipeline {
public:
    // `classifier` and `log` outlive the pipeline.
    Pipeline(Settings settings, const Classifier& classifier, const obs::Log& log);

    // Copies what changed of one tenant. Throws base::Error: kAlreadyRunning when another process
    // does it now, kConflict when the tenant has no account, and whatever ends a run; what was
    // committed by then stays, and the next run goes on from there.
    RunSummary Run(const tenancy::Tenant& tenant, const RunOptions& options);

private:
    Settings settings_;
    const Classifier& classifier_;
    const obs::Log& log_;
};

}  // namespace geniai::sync
