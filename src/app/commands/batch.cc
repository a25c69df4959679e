// Questions that wait for their answers, by the provider's batch interface.
#include <boost/json.hpp>

#include "app/analysis_report.h"
#include "app/analysis_work.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/json_values.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "llm/batch_store.h"
#include "tenancy/audit_log.h"

namespace geniai::app {

namespace {

constexpr int kBatchesShown = 50;

boost::json::object EncodeBatch(const llm::BatchRow& batch) {
    return {{"tenant_id", batch.tenant.value()},
            {"batch_id", batch.id.value()},
            {"purpose", batch.purpose},
            {"model", batch.model},
            {"state", batch.state},
            {"provider_batch", batch.provider_batch},
            {"provider_state", batch.provider_state},
            {"problem", batch.problem},
            {"cancelled", batch.is_cancelled},
            {"created_at", batch.created_at},
            {"submitted_at", OrNull(batch.submitted_at)},
            {"finished_at", OrNull(batch.finished_at)},
            {"deadline", batch.deadline},
            {"requests", batch.requests},
            {"answered", batch.answered},
            {"failed", batch.failed},
            {"taken", batch.taken},
            {"micro_brl", batch.cost.micros()}};
}

int RunBatchList(const Context& context, const Arguments& arguments) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const llm::BatchRow& batch :
         llm::ListBatches(scope, OptionalTenantIdOf(arguments), kBatchesShown)) {
        list.push_back(EncodeBatch(batch));
        const std::string state =
            batch.is_cancelled ? batch.state + ", to be cancelled" : batch.state;
        rows.push_back({batch.tenant.ToString(), batch.id.ToString(), batch.purpose,
                        batch.finished_at ? batch.provider_state : state,
                        std::to_string(batch.requests), std::to_string(batch.answered),
                        std::to_string(batch.failed), std::to_string(batch.taken),
                        base::FormatBrl(batch.cost), batch.created_at, batch.deadline});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"batches", std::move(list)}}));
        return kDone;
    }
    PrintLine(FormatTable({"TENANT", "BATCH", "PURPOSE", "STATE", "REQUESTS", "ANSWERED", "FAILED",
                           "TAKEN", "COST", "CREATED", "DEADLINE"},
                          rows));
    return kDone;
}

// What every command needs that asks the provider.
std::unique_ptr<llm::Batches> RequireBatches(const Context& context, pg::Pool& warehouse) {
    auto batches = MakeBatches(context.settings, warehouse, context.log);
    if (batches) return batches;
    throw base::Error(base::ErrorCode::kInvalidSettings,
                      "no provider with batches is set, so nobody can be asked: set openai_base_url,"
                      " without openai_api_version");
}

int RunBatchCollect(const Context& context, const Arguments& arguments) {
    const auto warehouse = WarehousePool(context.settings, "batch");
    RequireMigrated(*warehouse->Acquire());
    const auto batches = RequireBatches(context, *warehouse);
    const auto gateway = MakeGateway(context.settings, 1, *warehouse, context.log);
    analysis::CollectionSummary all;
    for (const char* kind : kAnalysisKinds) {
        all += MakeAnalysisWork(kind, *warehouse, gateway.get(), context)
                   ->Collect(OptionalTenantIdOf(arguments), *batches);
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(EncodeCollection(all)));
    } else {
        PrintLine(all.batches == 0 ? "No batch is open." : DescribeCollection(all));
    }
    return HasFailures(all) ? kWorkFailed : kDone;
}

int RunBatchCancel(const Context& context, const Arguments& arguments) {
    const base::TenantId tenant = TenantIdOf(arguments);
    const llm::BatchId batch(arguments.RequireInteger("batch"));
    const auto warehouse = WarehousePool(context.settings, "batch");
    RequireMigrated(*warehouse->Acquire());
    const auto batches = RequireBatches(context, *warehouse);
    const bool is_told = batches->Cancel(tenant, batch);
    {
        const auto connection = warehouse->Acquire();
        tenancy::RoleScope scope(*connection, tenancy::DatabaseRole::kAdminUsers);
        tenancy::AppendAudit(scope, tenant,
                             {"cli", "llm.batch.cancel", "batch " + batch.ToString(), "{}"});
        scope.Commit();
    }
    PrintLine("Batch " + batch.ToString() +
              (is_told
                   ? " is being cancelled; what was answered by now is kept."
                   : " will be cancelled when the provider can be asked, at the next collection."));
    return kDone;
}

}  // namespace

std::vector<Command> BatchCommands() {
    return {
        {"batch list",
         "List the batches, the newest first",
         {{"tenant-id", OptionKind::kInteger, "N", "Only this tenant"}, kJsonOption},
         RunBatchList},
        {"batch collect",
         "Store what the provider has answered, and send what could not be sent",
         {{"tenant-id", OptionKind::kInteger, "N", "Only this tenant"}, kJsonOption},
         RunBatchCollect},
        {"batch cancel",
         "Cancel a batch: what the provider has not begun is not made and costs nothing",
         {{"tenant-id", OptionKind::kInteger, "N", "Whose", Presence::kRequired},
          {"batch", OptionKind::kInteger, "B", "Which, as geniai batch list shows it",
           Presence::kRequired}},
         RunBatchCancel},
    };
}

}  // namespace geniai::app
