#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/stop_signals.h"
#include "app/tenant_choice.h"
#include "app/tenant_runs.h"
#include "app/wiring.h"

namespace geniai::app {

namespace {

constexpr std::int64_t kReconcileBatchRows = 10'000;

boost::json::object EncodeReconcile(const sync::ReconcileSummary& summary) {
    return {{"tenant_id", summary.run.tenant.value()},
            {"status", summary.holds ? "complete" : "incomplete"},
            {"holds", summary.holds},
            {"conversations", summary.conversations},
            {"contacts", summary.contacts},
            {"repaired", summary.repaired},
            {"inserted", summary.run.conversations.inserted},
            {"updated", summary.run.conversations.updated},
            {"deleted", summary.run.deleted},
            {"rejected", summary.run.rejected},
            {"held_back_deletes", summary.held_back_deletes},
            {"retries", summary.run.retries},
            {"seconds", summary.run.seconds},
            {"complete_up_to", FormatMicros(summary.run.complete_up_to.value_or(0))}};
}

std::string DescribeReconcile(const tenancy::Tenant& tenant, const sync::ReconcileSummary& summary) {
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    std::string line = tenant.name + ": " + number(summary.conversations) + " conversations and " +
                       number(summary.contacts) + " contacts compared, " +
                       number(summary.repaired) + " repaired, " + number(summary.run.deleted) +
                       " marked deleted; ";
    if (summary.held_back_deletes > 0) {
        return line + number(summary.held_back_deletes) +
               " rows are gone from the source, too many to be believed: nothing was marked; when "
               "it is right, say --allow-deletes";
    }
    const std::string until = FormatMicros(summary.run.complete_up_to.value_or(0));
    if (summary.holds) return line + "equal to the source, row by row, as of " + until;
    return line + "NOT equal to the source: rows are in quarantine; geniai sync --replay-rejects";
}

int RunReconcile(const Context& context, const Arguments& arguments) {
    sync::RunOptions options;
    options.allow_deletes = arguments.Has("allow-deletes");
    const sync::Settings settings = SyncSettingsOf(context.settings, kReconcileBatchRows);
    const auto tenants = ChosenTenants(*settings.warehouse_pool, arguments);
    RulesOfTenants rules(context.settings);
    const sync::TenantClassifier classifier = MakeClassifier(rules);
    sync::Pipeline pipeline(settings, classifier, context.log);
    const StopOnSignal signals;
    options.stop = signals.token();
    return RunForTenants(arguments, tenants, options,
                         [&](const tenancy::Tenant& tenant, const sync::RunOptions& run) {
                             const auto summary = pipeline.Reconcile(tenant, run);
                             return TenantReport{summary.holds ? kDone : kWorkFailed,
                                                 DescribeReconcile(tenant, summary),
                                                 EncodeReconcile(summary)};
                         });
}

}  // namespace

Command ReconcileCommand() {
    return {"reconcile",
            "Compare every row with Chatwoot, repair what differs, and prove completeness",
            {kTenantChoice[0],
             kTenantChoice[1],
             kJobsOption,
             {"allow-deletes", OptionKind::kSwitch, "",
              "Mark rows deleted that Chatwoot has no more, however many"},
             kTriggeredByOption,
             kJsonOption},
            RunReconcile};
}

}  // namespace geniai::app
