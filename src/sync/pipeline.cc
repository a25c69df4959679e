#include "sync/pipeline.h"

#include "base/clock.h"
#include "base/error.h"
#include "sync/stream_copy.h"
#include "tenancy/inboxes.h"
#include "tenancy/scope.h"
#include "tenancy/tenant_lock.h"
#include "warehouse/run_control.h"

namespace geniai::sync {

namespace {

tenancy::TenantScope BeginScope(pg::Connection& warehouse, base::TenantId tenant) {
    return {warehouse, tenancy::DatabaseRole::kEtlService, tenant};
}

tenancy::InboxDiscovery Discover(pg::Connection& warehouse, const tenancy::Tenant& tenant,
                                 chatwoot::Snapshot& snapshot) {
    std::vector<tenancy::Inbox> found;
    for (const auto& inbox : chatwoot::ListInboxes(snapshot, tenant.account)) {
        found.push_back({inbox.id, inbox.name, inbox.channel_type});
    }
    auto scope = BeginScope(warehouse, tenant.id);
    tenancy::InboxDiscovery discovery = tenancy::DiscoverInboxes(scope, found);
    scope.Commit();
    return discovery;
}

// The row of etl_control that tells of one run. Its end is written on every way out.
class RunRecord {
public:
    RunRecord(pg::Connection& warehouse, base::TenantId tenant, const RunOptions& options,
              const std::string& program_version)
        : warehouse_(warehouse), tenant_(tenant) {
        auto scope = BeginScope(warehouse_, tenant_);
        warehouse::CloseDeadRuns(scope);
        const auto watermark = warehouse::FindWatermark(scope, kConversationStream);
        const bool full = options.mode == Mode::kFull || !watermark;
        run_ = warehouse::StartRun(
            scope, {full ? warehouse::LoadType::kFull : warehouse::LoadType::kIncremental,
                    options.triggered_by, watermark, program_version});
        scope.Commit();
    }

    void Finish(const RunSummary& summary) {
        auto scope = BeginScope(warehouse_, tenant_);
        warehouse::RunEnd end = EndOf(summary);
        end.complete_up_to = summary.complete_up_to;
        warehouse::FinishRun(scope, run_, end);
        scope.Commit();
    }

    // When the warehouse is gone there is nobody to tell; the next run closes the row.
    void Fail(const RunSummary& summary, const std::string& reason) noexcept {
        try {
            auto scope = BeginScope(warehouse_, tenant_);
            warehouse::FailRun(scope, run_, EndOf(summary), reason);
            scope.Commit();
        } catch (const std::exception&) {
        }
    }

private:
    static warehouse::RunEnd EndOf(const RunSummary& summary) {
        return {summary.extracted, summary.conversations, summary.watermark, std::nullopt,
                summary.seconds};
    }

    pg::Connection& warehouse_;
    base::TenantId tenant_;
    warehouse::RunId run_;
};

}  // namespace

Pipeline::Pipeline(Settings settings, const Classifier& classifier, const obs::Log& log)
    : settings_(std::move(settings)), classifier_(classifier), log_(log) {
    if (settings_.batch_rows < 1) {
        throw base::Error(base::ErrorCode::kInvalidInput, "--chunk-size must be at least 1");
    }
}

RunSummary Pipeline::Run(const tenancy::Tenant& tenant, const RunOptions& options) {
    if (!tenant.account) {
        throw base::Error(base::ErrorCode::kConflict,
                          "tenant " + tenant.id.ToString() +
                              " has no Chatwoot account; geniai tenant set --tenant-id " +
                              tenant.id.ToString() + " --account-id N");
    }
    const base::Stopwatch stopwatch;
    pg::Connection warehouse(settings_.warehouse);
    const pg::AdvisoryLock lock = tenancy::LockTenant(warehouse, tenant.id);
    RunRecord record(warehouse, tenant.id, options, settings_.program_version);
    RunSummary summary;
    summary.tenant = tenant.id;
    try {
        chatwoot::Source source(settings_.source);
        chatwoot::Snapshot snapshot(source);
        summary.complete_up_to = snapshot.taken_at();
        const chatwoot::Verification verification = chatwoot::Verify(snapshot, settings_.view_sql);
        chatwoot::RequireReadable(verification);
        const chatwoot::Reader reader(verification, settings_.view_sql);
        const auto inboxes = Discover(warehouse, tenant, snapshot);
        summary.unmapped_inboxes = inboxes.unmapped;

        StreamCopy copy{warehouse, snapshot, reader, tenant, settings_, options};
        summary.contacts = copy.CopyContacts();
        copy.CopyConversations(inboxes.active, classifier_, summary);
        summary.seconds = stopwatch.Seconds();
        record.Finish(summary);
    } catch (const std::exception& error) {
        summary.seconds = stopwatch.Seconds();
        record.Fail(summary, error.what());
        log_.Error("sync.failed", {{"tenant_id", tenant.id.value()}, {"error", error.what()}});
        throw;
    }
    log_.Info("sync.done", {{"tenant_id", tenant.id.value()},
                            {"extracted", summary.extracted},
                            {"inserted", summary.conversations.inserted},
                            {"updated", summary.conversations.updated},
                            {"unchanged", summary.conversations.unchanged},
                            {"seconds", summary.seconds}});
    return summary;
}

}  // namespace geniai::sync
