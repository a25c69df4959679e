#include <future>

#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/instant.h"
#include "app/output.h"
#include "app/stop_signals.h"
#include "app/tenant_choice.h"
#include "app/tenant_runs.h"
#include "app/wiring.h"
#include "base/error.h"
#include "sync/shared_look.h"

namespace geniai::app {

namespace {

constexpr std::int64_t kBatchRows = 10'000;

enum class Action { kSync, kPreview, kReplay };

Action ActionOf(const Arguments& arguments) {
    const bool preview = arguments.Has("dry-run");
    const bool replay = arguments.Has("replay-rejects");
    if (preview && replay) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "--dry-run and --replay-rejects exclude each other");
    }
    return preview ? Action::kPreview : replay ? Action::kReplay : Action::kSync;
}

boost::json::value TimeOrNull(const std::optional<std::int64_t>& micros) {
    return micros ? boost::json::value(FormatMicros(*micros)) : boost::json::value(nullptr);
}

boost::json::object EncodeCounts(const warehouse::LoadCounts& counts) {
    return {{"inserted", counts.inserted},
            {"updated", counts.updated},
            {"unchanged", counts.unchanged}};
}

boost::json::object EncodeSummary(const sync::RunSummary& summary, Action action) {
    boost::json::array unmapped;
    for (const base::InboxId inbox : summary.unmapped_inboxes) unmapped.push_back(inbox.value());
    const double rate =
        summary.seconds > 0 ? static_cast<double>(summary.extracted) / summary.seconds : 0;
    return {{"tenant_id", summary.tenant.value()},
            {"status", action == Action::kPreview ? "dry run" : "success"},
            {"extracted", summary.extracted},
            {"inserted", summary.conversations.inserted},
            {"updated", summary.conversations.updated},
            {"unchanged", summary.conversations.unchanged},
            {"deleted", summary.deleted},
            {"rejected", summary.rejected},
            {"retries", summary.retries},
            {"contacts", EncodeCounts(summary.contacts)},
            {"seconds", summary.seconds},
            {"rows_per_second", rate},
            {"watermark", TimeOrNull(summary.watermark)},
            {"complete_up_to", TimeOrNull(summary.complete_up_to)},
            {"unmapped_inboxes", unmapped}};
}

std::string Describe(const tenancy::Tenant& tenant, const sync::RunSummary& summary,
                     Action action) {
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    std::string line = tenant.name + ": ";
    if (action == Action::kPreview) line += "dry run, nothing was written: ";
    line += number(summary.extracted) + " read, " + number(summary.conversations.inserted) +
            " new, " + number(summary.conversations.updated) + " changed, " +
            number(summary.conversations.unchanged) + " unchanged";
    if (summary.rejected > 0) {
        line += ", " + number(summary.rejected) + " rejected (geniai sync --replay-rejects)";
    }
    if (summary.retries > 0) line += ", " + number(summary.retries) + " retries";
    if (action == Action::kSync && summary.complete_up_to) {
        line += ", complete up to " + FormatMicros(*summary.complete_up_to);
    }
    for (const base::InboxId inbox : summary.unmapped_inboxes) {
        line += "\n  inbox " + inbox.ToString() +
                " belongs to nobody yet: geniai inbox map --inbox-id " + inbox.ToString() +
                " --tenant-id " + tenant.id.ToString();
    }
    return line;
}

sync::RunSummary Act(sync::Pipeline& pipeline, Action action, const tenancy::Tenant& tenant,
                     const sync::RunOptions& options) {
    switch (action) {
        case Action::kPreview: return pipeline.Preview(tenant, options);
        case Action::kReplay: return pipeline.ReplayRejects(tenant, options);
        case Action::kSync: break;
    }
    return pipeline.Run(tenant, options);
}

// A source that nobody takes is closed as soon as it is there, and nobody waits for that.
std::future<void> CloseMeanwhile(sync::OpenedSource source) {
    return std::async(std::launch::async, [source = std::move(source)]() mutable { source = {}; });
}

sync::RunOptions OptionsOf(const Arguments& arguments) {
    sync::RunOptions options;
    if (arguments.Has("force-full")) options.mode = sync::Mode::kFull;
    if (const auto since = arguments.Text("since")) options.since = ParseInstant("--since", *since);
    return options;
}

// Whether the tenants' runs can share one look at the source.
bool MayLook(const Arguments& arguments, Action action, const sync::RunOptions& options) {
    return arguments.Has("all") && action == Action::kSync &&
           options.mode == sync::Mode::kIncremental && !options.since;
}

int RunSync(const Context& context, const Arguments& arguments) {
    const Action action = ActionOf(arguments);
    const sync::RunOptions asked = OptionsOf(arguments);
    const sync::Settings settings =
        SyncSettingsOf(context.settings, arguments.Integer("chunk-size").value_or(kBatchRows));
    const StopOnSignal signals;
    const bool may_look = MayLook(arguments, action, asked);
    // While the tenants are looked up. Whoever needs a source that cannot be opened says so.
    sync::OpenedSource source;
    if (may_look) source = sync::SharedLook::OpenSource(settings, signals.token());
    const auto tenants = ChosenTenants(*settings.warehouse_pool, arguments);
    RulesOfTenants rules(context.settings);
    const sync::TenantClassifier classifier =
        arguments.Has("no-classify") ? sync::TenantClassifier{} : MakeClassifier(rules);
    sync::Pipeline pipeline(settings, classifier, context.log);
    if (tenants.empty() && !arguments.Has("json")) {
        PrintLine("There is no tenant to synchronise; geniai tenant add --account-id N adds one.");
    }
    // After what a look in the background uses: it ends with these.
    sync::RunOptions options = asked;
    options.stop = signals.token();
    if (may_look && tenants.size() > 1) {
        const auto look = pipeline.Look(tenants, options.stop, source).share();
        options.look = [look] { return look.get() ? &*look.get() : nullptr; };
    }
    const auto closed = CloseMeanwhile(std::move(source));
    return RunForTenants(arguments, tenants, options,
                         [&](const tenancy::Tenant& tenant, const sync::RunOptions& run) {
                             const sync::RunSummary summary = Act(pipeline, action, tenant, run);
                             return TenantReport{kDone, Describe(tenant, summary, action),
                                                 EncodeSummary(summary, action)};
                         });
}

}  // namespace

Command SyncCommand() {
    return {"sync",
            "Copy what changed in Chatwoot into the warehouse, and classify it",
            {kTenantChoice[0],
             kTenantChoice[1],
             kJobsOption,
             {"chunk-size", OptionKind::kInteger, "N", "Rows in one committed batch (10000)"},
             {"force-full", OptionKind::kSwitch, "", "Read everything again, not only what changed"},
             {"since", OptionKind::kText, "TIME",
              "Look again at what changed since then, too: 2026-03-01 or 2026-03-01T12:00:00Z"},
             {"dry-run", OptionKind::kSwitch, "", "Say what would be read and written; write nothing"},
             {"replay-rejects", OptionKind::kSwitch, "", "Read the rows in quarantine again"},
             {"no-classify", OptionKind::kSwitch, "", "Load only; geniai classify does the rest"},
             kTriggeredByOption,
             kJsonOption},
            RunSync};
}

}  // namespace geniai::app
