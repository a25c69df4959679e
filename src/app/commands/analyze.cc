// What models and the local analyst are asked about conversations.
#include <boost/json.hpp>

#include "analysis/model_classification.h"
#include "analysis/remarketing.h"
#include "app/commands/commands.h"
#include "app/decimal.h"
#include "app/exit_code.h"
#include "app/json_values.h"
#include "app/output.h"
#include "app/stop_signals.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"

namespace geniai::app {

namespace {

constexpr std::int64_t kLimit = 10;
constexpr int kWorkersMax = 500;
int WholeInRange(const Arguments& arguments, std::string_view option, std::int64_t otherwise,
                 std::int64_t max) {
    const std::int64_t value = arguments.Integer(option).value_or(otherwise);
    if (value >= 1 && value <= max) return static_cast<int>(value);
    throw base::Error(base::ErrorCode::kInvalidInput, "--" + std::string(option) +
                                                          " must be between 1 and " +
                                                          std::to_string(max));
}

boost::json::value InBrl(const std::optional<base::MicroBrl>& amount) {
    if (!amount) return nullptr;
    return static_cast<double>(amount->micros()) / 1e6;
}

boost::json::object EncodeSummary(const analysis::AskingSummary& summary) {
    boost::json::object failures;
    for (const auto& [cause, count] : summary.failures) failures[cause] = count;
    return {{"tenant_id", summary.tenant.value()},
            {"analysed", summary.analysed},
            {"skipped_no_response", summary.skipped},
            {"reused", summary.reused},
            {"lost", summary.lost},
            {"failures", std::move(failures)},
            {"ended_by", OrNull(summary.ended_by)},
            {"not_before", summary.not_before ? boost::json::value(FormatMicros(*summary.not_before))
                                              : nullptr},
            {"input_tokens", summary.input_tokens},
            {"output_tokens", summary.output_tokens},
            {"cost_brl", InBrl(summary.cost)},
            {"cost_micro_brl", summary.cost.micros()},
            {"seconds", summary.seconds}};
}

std::int64_t FailuresIn(const analysis::AskingSummary& summary) {
    std::int64_t count = 0;
    for (const auto& [cause, failed] : summary.failures) count += failed;
    return count;
}

std::string Describe(const tenancy::Tenant& tenant, const analysis::AskingSummary& summary) {
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    std::string line = tenant.name + ": " + number(summary.analysed) + " analysed";
    if (summary.reused > 0) line += " (" + number(summary.reused) + " as before, without a call)";
    if (summary.skipped > 0) line += ", " + number(summary.skipped) + " skipped: nobody answered them";
    for (const auto& [cause, count] : summary.failures) {
        line += ", " + number(count) + " failed: " + cause;
    }
    if (summary.cost.micros() > 0) {
        line += ", " + number(summary.input_tokens + summary.output_tokens) + " tokens, " +
                base::FormatBrl(summary.cost);
    }
    if (summary.ended_by) {
        line += "; ended by " + *summary.ended_by;
        if (summary.not_before) line += ", goes on from " + FormatMicros(*summary.not_before);
    }
    return line;
}

boost::json::object EncodeForecast(base::TenantId tenant,
                                   const analysis::AskingForecast& forecast) {
    return {{"tenant_id", tenant.value()},
            {"waiting", forecast.waiting},
            {"skipped_no_response", forecast.skipped},
            {"calls", forecast.calls},
            {"input_tokens", forecast.input_tokens},
            {"output_tokens", forecast.output_tokens},
            {"cost_brl", InBrl(forecast.cost)}};
}

std::string Describe(const tenancy::Tenant& tenant, const analysis::AskingForecast& forecast) {
    std::string line = tenant.name + ": dry run: " + std::to_string(forecast.waiting) +
                       " waiting, " + std::to_string(forecast.calls) + " calls, about " +
                       std::to_string(forecast.input_tokens + forecast.output_tokens) + " tokens";
    return line + (forecast.cost ? ", " + base::FormatBrl(*forecast.cost)
                                 : std::string(", and the model has no price: geniai prices set"));
}

// Prints as lines as they come, or as one object at the end: alone as it is, several as {"runs": […]}.
class Reports {
public:
    explicit Reports(const Arguments& arguments)
        : json_(arguments.Has("json")), alone_(arguments.Has("tenant-id")) {}

    void Add(const std::string& line, boost::json::object object) {
        ClearProgress();
        if (!json_) {
            PrintLine(line);
            FlushOutput();
        }
        runs_.push_back(std::move(object));
    }

    void Finish() {
        if (!json_) return;
        PrintLine(boost::json::serialize(
            alone_ ? runs_.at(0) : boost::json::object{{"runs", std::move(runs_)}}));
    }

private:
    bool json_;
    bool alone_;
    boost::json::array runs_;
};

// Of the installation and not of the one tenant: then the next tenant need not try.
bool EndsAll(const analysis::AskingSummary& summary) {
    return summary.ended_by &&
           (summary.ended_by->starts_with("installation_") || *summary.ended_by == "unknown_price" ||
            *summary.ended_by == "max_cost");
}

// A kind of work on a tenant's conversations.
class Work {
public:
    struct Report {
        std::string line;
        boost::json::object object;
    };

    virtual ~Work() = default;
    virtual bool IsFor(const tenancy::Tenant& tenant, bool is_asked_for) const = 0;
    virtual analysis::AskingForecast Forecast(base::TenantId tenant,
                                              const analysis::AskingOptions& options) = 0;
    virtual analysis::AskingSummary Do(const tenancy::Tenant& tenant,
                                       const analysis::AskingOptions& options, Report& report) = 0;
};

class RemarketingWork : public Work {
public:
    RemarketingWork(pg::Pool& warehouse, llm::Gateway* gateway, const Context& context)
        : has_model_(gateway != nullptr),
          remarketing_(warehouse, gateway, context.settings.models.model, context.log) {}

    bool IsFor(const tenancy::Tenant&, bool) const override { return true; }
    analysis::AskingForecast Forecast(base::TenantId tenant,
                                      const analysis::AskingOptions& options) override {
        return remarketing_.Forecast(tenant, options);
    }
    analysis::AskingSummary Do(const tenancy::Tenant& tenant, const analysis::AskingOptions& options,
                               Report& report) override {
        auto summary = remarketing_.Analyse(tenant.id, options);
        report = {Describe(tenant, summary), EncodeSummary(summary)};
        report.object["stale"] = summary.stale;
        report.object["analyst"] = has_model_ && tenant.uses_model ? "model" : "local";
        if (summary.stale > 0) {
            report.line += ", " + std::to_string(summary.stale) + " older ones made obsolete";
        }
        if (has_model_ && !tenant.uses_model) {
            report.line += "; by the local analyst: its messages may not be sent to a model"
                           " (geniai tenant set --use-model yes)";
        }
        return summary;
    }

private:
    bool has_model_;
    analysis::Remarketing remarketing_;
};

class ClassificationWork : public Work {
public:
    ClassificationWork(pg::Pool& warehouse, llm::Gateway* gateway, const Context& context)
        : classification_(warehouse, Required(gateway), context.settings.models.model,
                          context.log) {}

    // Of all tenants those that use one; somebody who asks for another is told why not.
    bool IsFor(const tenancy::Tenant& tenant, bool is_asked_for) const override {
        if (tenant.uses_model || !is_asked_for) return tenant.uses_model;
        const std::string id = tenant.id.ToString();
        throw base::Error(base::ErrorCode::kConflict,
                          "the messages of tenant " + id + " may not be sent to a model; geniai "
                          "tenant set --tenant-id " + id + " --use-model yes");
    }
    analysis::AskingForecast Forecast(base::TenantId tenant,
                                      const analysis::AskingOptions& options) override {
        return classification_.Forecast(tenant, options);
    }
    analysis::AskingSummary Do(const tenancy::Tenant& tenant, const analysis::AskingOptions& options,
                               Report& report) override {
        auto summary = classification_.Classify(tenant.id, options);
        report = {Describe(tenant, summary), EncodeSummary(summary)};
        return summary;
    }

private:
    static llm::Gateway& Required(llm::Gateway* gateway) {
        if (gateway != nullptr) return *gateway;
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "no model is set, and the rules classify without being asked: set "
                          "OPENAI_API_KEY or OPENAI_BASE_URL");
    }

    analysis::ModelClassification classification_;
};

std::unique_ptr<Work> ChosenWork(const Arguments& arguments, pg::Pool& warehouse,
                                 llm::Gateway* gateway, const Context& context) {
    const std::string what = arguments.Text("what").value_or("remarketing");
    if (what == "remarketing") return std::make_unique<RemarketingWork>(warehouse, gateway, context);
    if (what == "classification") {
        return std::make_unique<ClassificationWork>(warehouse, gateway, context);
    }
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "--what takes remarketing or classification, not '" + what + "'");
}

int RunAnalyze(const Context& context, const Arguments& arguments) {
    analysis::AskingOptions options;
    options.limit = WholeInRange(arguments, "limit", kLimit, 1'000'000);
    options.workers = WholeInRange(arguments, "workers", context.settings.models.workers, kWorkersMax);
    if (const auto text = arguments.Text("max-cost-brl")) {
        options.cost_max = base::MicroBrl(ParseMicros("--max-cost-brl", *text));
    }
    const auto warehouse = WarehousePool(context.settings, "analyze");
    const auto tenants = ChosenTenants(*warehouse, arguments);
    const StopOnSignal signals;
    options.stop = signals.token();
    const auto gateway = MakeGateway(context.settings, options.workers, *warehouse, context.log);
    const auto work = ChosenWork(arguments, *warehouse, gateway.get(), context);
    Reports reports(arguments);
    int exit_code = kDone;
    for (const tenancy::Tenant& tenant : tenants) {
        if (options.stop.stop_requested()) break;
        if (!work->IsFor(tenant, arguments.Has("tenant-id"))) continue;
        if (arguments.Has("dry-run")) {
            const auto forecast = work->Forecast(tenant.id, options);
            reports.Add(Describe(tenant, forecast), EncodeForecast(tenant.id, forecast));
            continue;
        }
        options.on_progress = [&](std::int64_t done) {
            ShowProgress(tenant.name + ": " + std::to_string(done) + " of at most " +
                         std::to_string(options.limit));
        };
        Work::Report report;
        const auto summary = work->Do(tenant, options, report);
        reports.Add(report.line, std::move(report.object));
        if (FailuresIn(summary) > 0) exit_code = kWorkFailed;
        if (options.cost_max) options.cost_max = *options.cost_max - summary.cost;
        if (EndsAll(summary)) break;
    }
    reports.Finish();
    return exit_code == kDone && options.stop.stop_requested() ? kWorkFailed : exit_code;
}

}  // namespace

std::vector<Command> AnalyzeCommands() {
    return {
        {"analyze", "Analyse leads that have been silent for 24 hours, or have a model classify",
         {kTenantChoice[0],
          kTenantChoice[1],
          {"what", OptionKind::kText, "KIND",
           "remarketing: silent leads, the oldest silence first; classification: a model's verdict"
           " on conversations, the newest first (remarketing)"},
          {"limit", OptionKind::kInteger, "N", "Conversations of a tenant at most (10)"},
          {"max-cost-brl", OptionKind::kText, "BRL", "What this run may spend: 0.50"},
          {"workers", OptionKind::kInteger, "N", "Calls at a time (5, or the setting)"},
          {"dry-run", OptionKind::kSwitch, "", "Say how many, and what it would cost; do nothing"},
          kJsonOption},
         RunAnalyze},
    };
}

}  // namespace geniai::app
