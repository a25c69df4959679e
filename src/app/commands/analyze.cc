// What models and the local analyst are asked about conversations.
#include <boost/json.hpp>

#include "app/analysis_report.h"
#include "app/analysis_work.h"
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
constexpr int kWithinHoursMax = 24 * 365;

int WithinHoursOf(const Arguments& arguments) {
    if (!arguments.Has("within-hours")) return 0;
    return arguments.WholeUpTo("within-hours", kWithinHoursMax, 0);
}

boost::json::object EncodeSummary(const analysis::AskingSummary& summary) {
    boost::json::object failures;
    for (const auto& [cause, count] : summary.failures) failures[cause] = count;
    return {{"tenant_id", summary.tenant.value()},
            {"analysed", summary.analysed},
            {"skipped_no_response", summary.skipped},
            {"reused", summary.reused},
            {"stale", summary.stale},
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
    if (summary.stale > 0) {
        line += ", " + number(summary.stale) + " older ones made obsolete";
    }
    if (summary.ended_by) {
        line += "; ended by " + *summary.ended_by;
        if (summary.not_before) line += ", goes on from " + FormatMicros(*summary.not_before);
    }
    return line;
}

std::string DescribeBatches(const analysis::BatchSummary& summary) {
    std::string line = ", " + std::to_string(summary.asked) + " asked by batch, at most " +
                       base::FormatBrl(summary.reserved);
    if (summary.asked > 0) {
        line += "; geniai batch collect takes the answers, within 24 hours";
    }
    if (summary.not_sent > 0) line += "; not sent yet: " + summary.trouble;
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
            {"way", forecast.way == llm::Way::kBatch ? "batch" : "live"},
            {"cost_brl", InBrl(forecast.cost)}};
}

std::string Describe(const tenancy::Tenant& tenant, const analysis::AskingForecast& forecast) {
    std::string line = tenant.name + ": dry run: " + std::to_string(forecast.waiting) +
                       " waiting, " + std::to_string(forecast.calls) + " calls" +
                       (forecast.way == llm::Way::kBatch ? " by batch" : "") + ", about " +
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

// One tenant's turn: what batches have answered is stored first, then the rest is asked.
class Turn {
public:
    Turn(AnalysisWork& work, llm::Batches* batches, const tenancy::Tenant& tenant,
         const analysis::AskingOptions& options)
        : work_(work), batches_(batches), tenant_(tenant), options_(options) {}

    analysis::AskingSummary Take(Reports& reports) {
        Collect();
        const llm::Way way = work_.WayFor(tenant_.id, options_);
        return way == llm::Way::kBatch ? Submit(reports) : AskLive(reports);
    }

    bool failed() const { return failed_; }
    // With what is reserved.
    base::MicroBrl spent() const { return spent_; }

private:
    void Collect() {
        if (batches_ == nullptr) return;
        const auto collection = work_.Collect(tenant_.id, *batches_);
        if (collection.batches == 0) return;
        collected_ = EncodeCollection(collection);
        collected_line_ = "; " + DescribeCollection(collection);
        failed_ = HasFailures(collection);
    }

    analysis::AskingSummary AskLive(Reports& reports) {
        auto summary = work_.Do(tenant_.id, options_);
        boost::json::object object = EncodeSummary(summary);
        object["way"] = "live";
        Report(reports, Describe(tenant_, summary), std::move(object), summary);
        return summary;
    }

    analysis::AskingSummary Submit(Reports& reports) {
        auto summary = work_.Submit(tenant_.id, *batches_, options_);
        failed_ = failed_ || !summary.trouble.empty();
        spent_ = summary.reserved;
        boost::json::object object = EncodeSummary(summary);
        object["way"] = "batch";
        object["asked"] = summary.asked;
        object["reserved_brl"] = InBrl(summary.reserved);
        object["not_sent"] = summary.not_sent;
        object["trouble"] = summary.trouble;
        boost::json::array ids;
        for (const llm::BatchId batch : summary.batches) ids.push_back(batch.value());
        object["batches"] = std::move(ids);
        Report(reports, Describe(tenant_, summary) + DescribeBatches(summary), std::move(object),
               summary);
        return summary;
    }

    void Report(Reports& reports, std::string line, boost::json::object object,
                const analysis::AskingSummary& summary) {
        failed_ = failed_ || FailuresIn(summary) > 0;
        spent_ += summary.cost;
        object["analyst"] = work_.AnalystOf(tenant_);
        object["collected"] = std::move(collected_);
        reports.Add(line + work_.NoteOn(tenant_) + collected_line_, std::move(object));
    }

    AnalysisWork& work_;
    llm::Batches* batches_;
    const tenancy::Tenant& tenant_;
    const analysis::AskingOptions& options_;
    boost::json::value collected_;
    std::string collected_line_;
    bool failed_ = false;
    base::MicroBrl spent_;
};

int RunAnalyze(const Context& context, const Arguments& arguments) {
    analysis::AskingOptions options;
    options.limit = arguments.WholeUpTo("limit", 1'000'000, kLimit);
    options.workers = arguments.WholeUpTo("workers", kWorkersMax, context.settings.models.workers);
    if (const auto text = arguments.Text("max-cost-brl")) {
        options.cost_max = base::MicroBrl(ParseMicros("--max-cost-brl", *text));
    }
    const std::chrono::hours within(WithinHoursOf(arguments));
    const auto warehouse = WarehousePool(context.settings, "analyze");
    const auto tenants = ChosenTenants(*warehouse, arguments);
    const StopOnSignal signals;
    options.stop = signals.token();
    const auto gateway = MakeGateway(context.settings, options.workers, *warehouse, context.log);
    const auto batches = MakeBatches(context.settings, *warehouse, context.log);
    if (batches) options.time_left = within;
    const auto work = MakeAnalysisWork(arguments.Text("what").value_or("remarketing"), *warehouse,
                                       gateway.get(), context);
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
        Turn turn(*work, batches.get(), tenant, options);
        const auto summary = turn.Take(reports);
        if (turn.failed()) exit_code = kWorkFailed;
        if (options.cost_max) options.cost_max = *options.cost_max - turn.spent();
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
          {"within-hours", OptionKind::kInteger, "H",
           "The answers may take so long; with 25 and more, the provider's cheaper batches (now)"},
          {"max-cost-brl", OptionKind::kText, "BRL", "What this run may spend: 0.50"},
          {"workers", OptionKind::kInteger, "N", "Calls at a time (5, or the setting)"},
          {"dry-run", OptionKind::kSwitch, "", "Say how many, and what it would cost; do nothing"},
          kJsonOption},
         RunAnalyze},
    };
}

}  // namespace geniai::app
