#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "chatwoot/source.h"
#include "obs/log.h"
#include "pg/pool.h"
#include "sync/transform.h"
#include "tenancy/tenants.h"
#include "warehouse/upsert.h"

namespace geniai::sync {

enum class Mode {
    kIncremental,  // what changed since the last pass
    kFull,         // everything again; rows that are equal are not written
};

struct Settings {
    pg::ConnectionSettings warehouse;
    std::shared_ptr<pg::Pool> warehouse_pool = nullptr;  // of the same; the Pipeline makes one
    chatwoot::SourceSettings source;
    std::string_view view_sql;                // read where the view is not installed
    std::chrono::seconds clock_margin{60};    // between writers' clocks, and from drawing to writing
    std::chrono::seconds retry_for{120};      // of waiting, without a batch in between
    std::int64_t batch_rows = 10'000;         // rows in one committed batch
    std::size_t overlap_rows = 2'000;         // a smaller batch is not worth a second connection
    std::int64_t rejects_max = 1'000;         // rows of one run; more are no accident
    int deletes_percent_max = 10;             // of a tenant's rows; see Reconcile()
    std::int64_t deletes_always = 20;         // so many may go, whatever share they are
    std::string program_version;
};

struct Progress {
    std::string_view stream;
    std::int64_t rows = 0;   // done
    std::int64_t total = 0;  // found so far
};

class SharedLook;
struct SourceView;

// A source that is being opened, or was; may be nothing.
using OpenedSource = std::future<std::unique_ptr<SourceView>>;

struct RunOptions {
    Mode mode = Mode::kIncremental;
    std::string triggered_by = "cli";
    std::optional<chatwoot::SourceTime> since;  // looks again at what changed since then, too
    // Spares Run() one of its own. Asked when the run needs it, may wait, and say null; may be empty.
    std::function<const SharedLook*()> look;
    bool allow_deletes = false;                 // Reconcile() marks all, however many
    std::function<void(const Progress&)> on_progress;  // after each batch; may be empty
    std::stop_token stop;                              // ends the run after the current batch
};

// What a run did. `extracted` counts the conversations that the source sent.
struct RunSummary {
    base::TenantId tenant;
    std::int64_t extracted = 0;
    warehouse::LoadCounts conversations;
    warehouse::LoadCounts contacts;
    std::int64_t deleted = 0;
    std::int64_t rejected = 0;           // rows, of both kinds, that went to quarantine
    std::int64_t retries = 0;            // attempts after errors that passed
    double seconds = 0;
    std::optional<std::int64_t> watermark;  // microseconds since 1970, as all times here
    std::optional<std::int64_t> complete_up_to;  // the source's clock
    std::vector<base::InboxId> unmapped_inboxes;
};

// What Reconcile() found.
struct ReconcileSummary {
    RunSummary run;
    bool holds = false;                  // the warehouse equals the source now, row by row
    std::int64_t conversations = 0;      // rows of the source
    std::int64_t contacts = 0;
    std::int64_t repaired = 0;           // rows of both kinds that the syncs had not brought
    std::int64_t held_back_deletes = 0;  // too many to be believed
};

// A run was asked to stop and has. What was committed stays; the next run goes on from there.
class Stopped : public base::Error {
public:
    explicit Stopped(const std::string& message) : base::Error(base::ErrorCode::kFailed, message) {}
};

// Chatwoot → warehouse, one tenant at a time. Every function throws base::Error: kAlreadyRunning when
// another process works on the tenant, kConflict when the tenant has no account, Stopped, and whatever
// ends a run. Errors that pass (a lost connection, a restart, a query cancelled on a standby) are
// retried from the last batch.
class Pipeline {
public:
    // `classifier` and `log` outlive the pipeline.
    Pipeline(Settings settings, const TenantClassifier& classifier, const obs::Log& log);

    // What is new for any of these tenants, to speed up their runs; nothing when it was stopped.
    // The source is asked in the background, and the pipeline outlives that.
    std::future<std::optional<SharedLook>> Look(std::span<const tenancy::Tenant> tenants,
                                                const std::stop_token& stop = {}) const;
    // The same of a source that is opened already; takes it if it is asked.
    std::future<std::optional<SharedLook>> Look(std::span<const tenancy::Tenant> tenants,
                                                const std::stop_token& stop,
                                                OpenedSource& opened) const;

    // Copies what changed.
    RunSummary Run(const tenancy::Tenant& tenant, const RunOptions& options);

    // What Run() would read and write. Writes nothing.
    RunSummary Preview(const tenancy::Tenant& tenant, const RunOptions& options);

    // Compares every row's hash with the source, reads again what differs, and marks as deleted what
    // the source has no more; not when that is more than a set share, which is no proof of deletion
    // but of a broken source. Leaves the tenant's proof of completeness.
    ReconcileSummary Reconcile(const tenancy::Tenant& tenant, const RunOptions& options);

    // Reads the rows in quarantine again.
    RunSummary ReplayRejects(const tenancy::Tenant& tenant, const RunOptions& options);

private:
    Settings settings_;
    const TenantClassifier& classifier_;
    const obs::Log& log_;
};

}  // namespace geniai::sync
