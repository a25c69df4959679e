#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"

namespace geniai::app {

namespace {

constexpr std::int64_t kBatchRows = 10'000;

double RowsPerSecond(const sync::RunSummary& summary) {
    return summary.seconds > 0 ? static_cast<double>(summary.extracted) / summary.seconds : 0;
}

boost::json::object EncodeSummary(const sync::RunSummary& summary) {
    boost::json::array unmapped;
    for (const base::InboxId inbox : summary.unmapped_inboxes) unmapped.push_back(inbox.value());
    return {{"tenant_id", summary.tenant.value()},
            {"status", "success"},
            {"extracted", summary.extracted},
            {"inserted", summary.conversations.inserted},
            {"updated", summary.conversations.updated},
            {"unchanged", summary.conversations.unchanged},
            {"contacts",
             {{"inserted", summary.contacts.inserted},
              {"updated", summary.contacts.updated},
              {"unchanged", summary.contacts.unchanged}}},
            {"seconds", summary.seconds},
            {"rows_per_second", RowsPerSecond(summary)},
            {"watermark", summary.watermark ? boost::json::value(FormatMicros(summary.watermark->at))
                                            : boost::json::value(nullptr)},
            {"complete_up_to", FormatMicros(summary.complete_up_to)},
            {"unmapped_inboxes", unmapped}};
}

std::string Describe(const tenancy::Tenant& tenant, const sync::RunSummary& summary) {
    std::string line = tenant.name + ": " + std::to_string(summary.extracted) + " read, " +
                       std::to_string(summary.conversations.inserted) + " new, " +
                       std::to_string(summary.conversations.updated) + " changed, " +
                       std::to_string(summary.conversations.unchanged) + " unchanged, complete up to " +
                       FormatMicros(summary.complete_up_to);
    for (const base::InboxId inbox : summary.unmapped_inboxes) {
        line += "\n  inbox " + inbox.ToString() + " belongs to nobody yet: geniai inbox map --inbox-id " +
                inbox.ToString() + " --tenant-id " + tenant.id.ToString();
    }
    return line;
}

struct TenantOutcome {
    int exit_code = kDone;
    boost::json::object encoded;
};

TenantOutcome SyncOne(sync::Pipeline& pipeline, const tenancy::Tenant& tenant,
                      const sync::RunOptions& options, bool json) {
    try {
        const sync::RunSummary summary = pipeline.Run(tenant, options);
        ClearProgress();
        if (!json) PrintLine(Describe(tenant, summary));
        return {kDone, EncodeSummary(summary)};
    } catch (const base::Error& error) {
        ClearProgress();
        if (!json) PrintLine(tenant.name + ": failed: " + error.what());
        return {ExitCodeOf(error.code()),
                {{"tenant_id", tenant.id.value()}, {"status", "failed"}, {"error", error.what()}}};
    }
}

int RunSync(const Context& context, const Arguments& arguments) {
    const bool json = arguments.Has("json");
    const sync::Settings settings =
        SyncSettingsOf(context.settings, arguments.Integer("chunk-size").value_or(kBatchRows));
    // Before the rules are compiled, so that every refusal is immediate.
    const auto tenants = ChosenTenants(context.settings, arguments);
    const analysis::RuleClassifier rules = MakeRules();
    const sync::Classifier classifier = MakeClassifier(rules);
    sync::Pipeline pipeline(settings, classifier, context.log);
    sync::RunOptions options;
    if (arguments.Has("force-full")) options.mode = sync::Mode::kFull;
    options.on_progress = [](const sync::Progress& progress) {
        ShowProgress(std::string(progress.stream) + ": " + std::to_string(progress.rows) + " rows");
    };
    if (arguments.Has("tenant-id")) {
        const sync::RunSummary summary = pipeline.Run(tenants.front(), options);
        ClearProgress();
        PrintLine(json ? boost::json::serialize(EncodeSummary(summary))
                       : Describe(tenants.front(), summary));
        return kDone;
    }
    // One tenant's failure is no reason to leave the others without their data.
    int exit_code = kDone;
    boost::json::array runs;
    for (const tenancy::Tenant& tenant : tenants) {
        TenantOutcome outcome = SyncOne(pipeline, tenant, options, json);
        if (exit_code == kDone) exit_code = outcome.exit_code;
        runs.push_back(std::move(outcome.encoded));
    }
    if (json) {
        PrintLine(boost::json::serialize(boost::json::object{{"runs", runs}}));
    } else if (tenants.empty()) {
        PrintLine("There is no tenant to synchronise; geniai tenant add --account-id N adds one.");
    }
    return exit_code;
}

}  // namespace

Command SyncCommand() {
    return {"sync",
            "Copy what changed in Chatwoot into the warehouse, and classify it",
            {kTenantChoice[0],
             kTenantChoice[1],
             {"chunk-size", OptionKind::kInteger, "N", "Rows in one committed batch (10000)"},
             {"force-full", OptionKind::kSwitch, "", "Read everything again, not only what changed"},
             kJsonOption},
            RunSync};
}

}  // namespace geniai::app
