#include "sync/run.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/test_point.h"
#include "pg/sql_error.h"
#include "sync/pass_store.h"
#include "tenancy/tenant_lock.h"
#include "warehouse/alerts.h"

namespace geniai::sync {

namespace {

constexpr std::chrono::milliseconds kFirstDelay{200};
constexpr std::chrono::milliseconds kLongestDelay{10'000};
// A source that has not answered once in this run is perhaps the wrong address: people wait for that.
constexpr std::chrono::milliseconds kFirstAnswerWithin{4'000};

// A session out of the pool may be dead unseen, or die before the run has a row. A server that cannot
// be reached at all is told at once.
constexpr int kOpenRetries = 3;

// How long to wait before the next attempt, and when to give up: what counts is the time without a
// committed batch.
class RetryBudget {
public:
    explicit RetryBudget(std::chrono::seconds limit) : limit_(limit) {}

    // Waits; false when the budget is spent or somebody asked to stop.
    bool Wait(std::int64_t rows_done, bool source_has_answered, const std::stop_token& stop) {
        if (rows_done != rows_done_) {
            rows_done_ = rows_done;
            waited_ = std::chrono::milliseconds(0);
            delay_ = kFirstDelay;
        }
        const auto limit = source_has_answered ? limit_ : std::min(limit_, kFirstAnswerWithin);
        if (waited_ + delay_ > limit) return false;
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        stopped.wait_for(lock, stop, delay_, [] { return false; });
        waited_ += delay_;
        delay_ = std::min(delay_ * 2, kLongestDelay);
        return !stop.stop_requested();
    }

private:
    std::chrono::milliseconds limit_;
    std::chrono::milliseconds waited_{0};
    std::chrono::milliseconds delay_ = kFirstDelay;
    std::int64_t rows_done_ = 0;
};

// After a cut, the session that is lost may hold the lock until the server notices.
bool MayPass(const base::Error& error, bool reconnecting) {
    if (reconnecting && error.code() == base::ErrorCode::kAlreadyRunning) return true;
    return pg::IsTransient(error);
}

std::int64_t RowsDone(const RunSummary& summary) {
    return summary.conversations.total() + summary.contacts.total() + summary.deleted +
           summary.rejected;
}

warehouse::RunEnd EndOf(const Run& run, const RunSummary& summary) {
    return {run.seconds(), summary.retries, summary.watermark, summary.complete_up_to};
}

// Counts anew what the warehouse has kept: of the last batches nobody knew, and a crash of the server
// undoes some. Contacts are counted here alone. False: there is nothing left to do.
bool GoOn(Run& run, RunSummary& summary) {
    const auto kept = run.Reconnect();
    if (!kept) return false;
    summary.extracted = kept->extracted;
    summary.conversations = kept->loaded;
    summary.deleted = kept->deleted;
    summary.rejected = kept->rejected;
    return true;
}

// When the warehouse is gone there is nobody to tell; the next run closes the row.
void RecordFailure(Run& run, const RunSummary& summary, std::string_view alert_kind,
                   const std::exception& failure) noexcept {
    try {
        auto scope = run.Begin();
        warehouse::RunEnd end = EndOf(run, summary);
        end.complete_up_to.reset();
        warehouse::FailRun(scope, run.id(), end, failure.what());
        if (dynamic_cast<const Stopped*>(&failure) == nullptr) {
            warehouse::RaiseAlert(scope, {std::string(alert_kind), "",
                                          warehouse::Severity::kCritical, failure.what()});
        }
        scope.Commit();
    } catch (const std::exception&) {
    }
}

void LogEnd(const obs::Log& log, bool stopped, const tenancy::Tenant& tenant,
            const std::exception& failure) {
    if (stopped) {
        log.Warning("sync.stopped", {{"tenant_id", tenant.id.value()}, {"reason", failure.what()}});
    } else {
        log.Error("sync.failed", {{"tenant_id", tenant.id.value()}, {"error", failure.what()}});
    }
}

}  // namespace

Run::Run(const Settings& settings, const tenancy::Tenant& tenant, const RunOptions& options,
         std::optional<warehouse::LoadType> load_type)
    : settings_(settings), tenant_(tenant.id) {
    for (int retries = kOpenRetries;; --retries) {
        try {
            Open(options, load_type);
            return;
        } catch (const base::Error& error) {
            if (retries == 0 || !warehouse_ || !pg::IsTransient(error)) throw;
        }
    }
}

void Run::Open(const RunOptions& options, std::optional<warehouse::LoadType> load_type) {
    Lock();
    base::TestPoint("run.locked");
    auto scope = Begin();
    warehouse::CloseDeadRuns(scope, std::nullopt);
    if (options.mode == Mode::kFull) ForgetPassState(scope);
    const std::optional<PassState> state = FindPassState(scope);
    const bool first = !state || !state->since;
    const auto type = first ? warehouse::LoadType::kFull : warehouse::LoadType::kIncremental;
    id_ = warehouse::StartRun(scope, {load_type.value_or(type), options.triggered_by,
                                      first ? std::nullopt : state->since->at,
                                      settings_.program_version});
    scope.Commit();
    base::TestPoint("run.started");
}

tenancy::TenantScope Run::Begin(pg::Connection& connection) const {
    return {connection, tenancy::DatabaseRole::kEtlService, tenant_};
}

void Run::Lock() {
    lock_.reset();
    pg::Pool::Lease fresh = settings_.warehouse_pool->Acquire();
    warehouse_.reset();
    warehouse_.emplace(std::move(fresh));
    pg::Connection& connection = warehouse();
    if (former_backend_ != 0) tenancy::EndTenantLock(connection, tenant_, former_backend_);
    lock_.emplace(tenancy::LockTenant(connection, tenant_));
    former_backend_ = lock_->backend();
}

std::optional<warehouse::RunCounts> Run::Reconnect() {
    Lock();
    auto scope = Begin();
    warehouse::CloseDeadRuns(scope, id_);
    const auto kept = warehouse::FindOpenRun(scope, id_);
    scope.Commit();
    return kept;
}

void RequireAccount(const tenancy::Tenant& tenant) {
    if (tenant.account) return;
    throw base::Error(base::ErrorCode::kConflict,
                      "tenant " + tenant.id.ToString() +
                          " has no Chatwoot account; geniai tenant set --tenant-id " +
                          tenant.id.ToString() + " --account-id N");
}

void Perform(const Settings& settings, const obs::Log& log, const tenancy::Tenant& tenant,
             const RunOptions& options, std::optional<warehouse::LoadType> load_type,
             std::string_view alert_kind, RunSummary& summary,
             const std::function<void(Run&)>& attempt) {
    RequireAccount(tenant);
    summary.tenant = tenant.id;
    Run run(settings, tenant, options, load_type);
    RetryBudget retries(settings.retry_for);
    bool reconnecting = false;
    for (bool done = false; !done;) {
        try {
            if (reconnecting) done = !GoOn(run, summary);
            reconnecting = false;
            if (!done) attempt(run);
            done = true;
        } catch (const std::exception& failure) {
            const auto* error = dynamic_cast<const base::Error*>(&failure);
            summary.seconds = run.seconds();
            if (options.stop.stop_requested() && dynamic_cast<const Stopped*>(&failure) == nullptr) {
                const Stopped stopped("stopped on request; the next run goes on where this one was");
                RecordFailure(run, summary, alert_kind, stopped);
                LogEnd(log, true, tenant, stopped);
                throw stopped;
            }
            const bool again = error != nullptr && MayPass(*error, reconnecting) &&
                               retries.Wait(RowsDone(summary), summary.complete_up_to.has_value(),
                                            options.stop);
            if (!again) {
                RecordFailure(run, summary, alert_kind, failure);
                const bool stopped = dynamic_cast<const Stopped*>(&failure) != nullptr;
                LogEnd(log, stopped, tenant, failure);
                throw;
            }
            ++summary.retries;
            reconnecting = true;
            log.Warning("sync.retry", {{"tenant_id", tenant.id.value()},
                                       {"retry", summary.retries},
                                       {"error", failure.what()}});
        }
    }
    summary.seconds = run.seconds();
}

void Succeed(tenancy::TenantScope& scope, Run& run, std::string_view alert_kind,
             const RunSummary& summary) {
    warehouse::FinishRun(scope, run.id(), EndOf(run, summary));
    warehouse::RecoverAlert(scope, alert_kind, "");
}

}  // namespace geniai::sync
