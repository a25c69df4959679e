#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "pg/advisory_lock.h"
#include "pg/pool.h"
#include "sync/pipeline.h"
#include "tenancy/scope.h"
#include "warehouse/run_control.h"

namespace geniai::sync {

// One run of one tenant: its lock in the cluster and its row in etl_control.
class Run {
public:
    // Connects, takes the lock, closes runs of dead processes and opens this one. Throws as Pipeline.
    Run(const Settings& settings, const tenancy::Tenant& tenant, const RunOptions& options,
        std::optional<warehouse::LoadType> load_type);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    pg::Connection& warehouse() { return **warehouse_; }
    warehouse::RunId id() const { return id_; }
    double seconds() const { return stopwatch_.Seconds(); }
    tenancy::TenantScope Begin() { return Begin(**warehouse_); }
    tenancy::TenantScope Begin(pg::Connection& connection) const;

    // A new connection and the lock again, after the old ones were lost. Returns what the warehouse has
    // kept of the run; nothing when it had been finished, and only the answer to that was lost.
    std::optional<warehouse::RunCounts> Reconnect();

private:
    void Open(const RunOptions& options, std::optional<warehouse::LoadType> load_type);
    void Lock();

    const base::Stopwatch stopwatch_;
    const Settings& settings_;
    base::TenantId tenant_;
    std::optional<pg::Pool::Lease> warehouse_;
    std::optional<pg::AdvisoryLock> lock_;
    int former_backend_ = 0;  // the session that held the lock before, should it linger
    warehouse::RunId id_;
};

// Throws base::Error(kConflict) with the next step when the tenant has no Chatwoot account.
void RequireAccount(const tenancy::Tenant& tenant);

// Does `attempt` in a run of its own, again after errors that pass, and writes the end of the run on
// every way out but success: that is for the attempt's last transaction. A failure raises the alert
// `alert_kind`. `summary` is what the attempts count into.
void Perform(const Settings& settings, const obs::Log& log, const tenancy::Tenant& tenant,
             const RunOptions& options, std::optional<warehouse::LoadType> load_type,
             std::string_view alert_kind, RunSummary& summary,
             const std::function<void(Run&)>& attempt);

// The last transaction of an attempt: the run is a success and its alert is over.
void Succeed(tenancy::TenantScope& scope, Run& run, std::string_view alert_kind,
             const RunSummary& summary);

}  // namespace geniai::sync
