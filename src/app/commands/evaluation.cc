// How good a model's verdicts are, held against labels, and how that changes from model to model.
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <map>

#include "analysis/model_evaluation.h"
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

constexpr const char* kDropMaxPoints = "2";
constexpr std::int64_t kPointsMaxMicros = 100'000'000;
constexpr int kEvaluationsShown = 200;
constexpr std::int32_t kLimitMax = std::numeric_limits<std::int32_t>::max();

constexpr Option kEvaluatedTenant{"tenant-id", OptionKind::kInteger, "N", "Whose",
                                  Presence::kRequired};

// "97.32", "-"
std::string PercentOf(std::optional<double> share) {
    if (!share) return "-";
    return FormatMillionths(std::llround(*share * 1e4) * 10'000);
}

boost::json::value NullableShare(std::optional<double> share) {
    return share ? boost::json::value(*share) : boost::json::value(nullptr);
}

boost::json::object EncodeCounts(const warehouse::FlagCounts& counts) {
    return {{"accuracy", NullableShare(counts.Accuracy())},
            {"precision", NullableShare(counts.Precision())},
            {"recall", NullableShare(counts.Recall())},
            {"true_positives", counts.true_positives},
            {"false_positives", counts.false_positives},
            {"false_negatives", counts.false_negatives},
            {"true_negatives", counts.true_negatives}};
}

boost::json::object EncodeEvaluation(const warehouse::ModelEvaluation& evaluation) {
    boost::json::array flags;
    for (std::size_t flag = 0; flag < warehouse::kFlagNames.size(); ++flag) {
        flags.push_back({{"flag", warehouse::kFlagNames[flag]},
                         {"model", EncodeCounts(evaluation.by_model[flag])},
                         {"rules", EncodeCounts(evaluation.by_rules[flag])}});
    }
    return {{"set_digest", evaluation.set_digest.substr(2)},
            {"conversations", evaluation.conversations},
            {"model", evaluation.model},
            {"prompt_version", evaluation.prompt_version},
            {"rules_version", evaluation.rules_version},
            {"flags", std::move(flags)},
            {"bad_answers", evaluation.bad_answers},
            {"input_tokens", evaluation.input_tokens},
            {"output_tokens", evaluation.output_tokens},
            {"cost_micro_brl", evaluation.cost.micros()}};
}

// One that is stored.
boost::json::object EncodeStored(const warehouse::ModelEvaluation& evaluation) {
    boost::json::object object = EncodeEvaluation(evaluation);
    object["evaluation_id"] = evaluation.id.value();
    object["accepted"] = evaluation.is_accepted;
    object["author"] = evaluation.author;
    object["evaluated_at"] = evaluation.evaluated_at;
    return object;
}

boost::json::object EncodeReport(base::TenantId tenant, const analysis::EvaluationReport& report) {
    boost::json::object object = EncodeEvaluation(report.evaluation);
    boost::json::object causes;
    for (const auto& [cause, count] : report.bad_answers) causes[cause] = count;
    boost::json::array drops;
    for (const analysis::FlagDrop& drop : report.drops) {
        drops.push_back({{"flag", drop.flag}, {"from", drop.from}, {"to", drop.to}});
    }
    object["tenant_id"] = tenant.value();
    object["judged"] = report.judged;
    object["bad_answers_by_cause"] = std::move(causes);
    object["evaluation_id"] = report.ended_by ? boost::json::value(nullptr)
                                              : boost::json::value(report.evaluation.id.value());
    object["ended_by"] = OrNull(report.ended_by);
    object["not_before"] = report.not_before ? boost::json::value(FormatMicros(*report.not_before))
                                             : boost::json::value(nullptr);
    object["before"] = report.before ? boost::json::value(EncodeStored(*report.before))
                                     : boost::json::value(nullptr);
    object["drops"] = std::move(drops);
    object["seconds"] = report.seconds;
    return object;
}

void PrintScores(const warehouse::ModelEvaluation& evaluation) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t flag = 0; flag < warehouse::kFlagNames.size(); ++flag) {
        const warehouse::FlagCounts& model = evaluation.by_model[flag];
        const warehouse::FlagCounts& rules = evaluation.by_rules[flag];
        rows.push_back({std::string(warehouse::kFlagNames[flag]), PercentOf(model.Accuracy()),
                        PercentOf(model.Precision()), PercentOf(model.Recall()),
                        PercentOf(rules.Accuracy()), PercentOf(rules.Precision()),
                        PercentOf(rules.Recall())});
    }
    PrintLine(FormatTable({"FLAG", "ACCURACY %", "PRECISION %", "RECALL %", "RULES: ACCURACY %",
                           "PRECISION %", "RECALL %"},
                          rows));
}

std::string NameOfJudge(const warehouse::ModelEvaluation& evaluation) {
    return evaluation.model + ", " + evaluation.prompt_version;
}

void PrintReport(const analysis::EvaluationReport& report) {
    const warehouse::ModelEvaluation& evaluation = report.evaluation;
    PrintLine(NameOfJudge(evaluation) + ": " + std::to_string(report.judged) + " of " +
              std::to_string(evaluation.conversations) + " conversations, " +
              std::to_string(evaluation.input_tokens + evaluation.output_tokens) + " tokens, " +
              base::FormatBrl(evaluation.cost));
    PrintScores(evaluation);
    for (const auto& [cause, count] : report.bad_answers) {
        PrintLine(std::to_string(count) + " bad answers, counted as wrong: " + cause);
    }
    if (report.before) {
        PrintLine("Compared with " + NameOfJudge(*report.before) + ", " +
                  report.before->evaluated_at);
    }
}

// What a deployment stops for, as one line of complaint.
void RequireGood(const analysis::EvaluationReport& report) {
    if (report.ended_by) {
        throw base::Error(base::ErrorCode::kFailed,
                          "the evaluation ended after " + std::to_string(report.judged) + " of " +
                              std::to_string(report.evaluation.conversations) +
                              " conversations (" + *report.ended_by + "); it is not stored");
    }
    if (report.drops.empty()) return;
    std::string fallen;
    for (const analysis::FlagDrop& drop : report.drops) {
        fallen += (fallen.empty() ? "" : "; ") + std::string(drop.flag) + " fell from " +
                  PercentOf(drop.from) + " % to " + PercentOf(drop.to) + " %";
    }
    throw base::Error(base::ErrorCode::kFailed,
                      "the accuracy of " + fallen + ", against " + NameOfJudge(*report.before));
}

analysis::EvaluationOptions EvaluationOptionsOf(const Context& context,
                                                const Arguments& arguments) {
    analysis::EvaluationOptions options;
    options.asking.workers = static_cast<int>(context.settings.models.workers);
    if (const auto text = arguments.Text("max-cost-brl")) {
        options.asking.cost_max = base::MicroBrl(ParseMicros("--max-cost-brl", *text));
    }
    options.drop_max_micros =
        ParseMicros("--max-drop", arguments.Text("max-drop").value_or(kDropMaxPoints));
    if (options.drop_max_micros > kPointsMaxMicros) {
        throw base::Error(base::ErrorCode::kInvalidInput, "--max-drop must be at most 100 points");
    }
    options.author = arguments.Text("author").value_or(options.author);
    if (options.author.find_first_not_of(' ') == std::string::npos) {
        throw base::Error(base::ErrorCode::kInvalidInput, "--author needs a name");
    }
    return options;
}

// As the gateway would, before anything is made ready for it.
void RequireConsent(const tenancy::Tenant& tenant) {
    if (tenant.uses_model) return;
    const std::string id = tenant.id.ToString();
    throw base::Error(base::ErrorCode::kConflict,
                      "nothing of tenant " + id + " may be sent to a model; geniai tenant set "
                      "--tenant-id " + id + " --use-model yes");
}

std::shared_ptr<LazyRules> RulesOf(base::TenantId tenant, const Context& context,
                                   pg::Pool& warehouse) {
    const pg::Pool::Lease connection = warehouse.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant);
    return RulesOfTenants(context.settings).Of(scope);
}

int RunEvaluate(const Context& context, const Arguments& arguments) {
    analysis::EvaluationOptions options = EvaluationOptionsOf(context, arguments);
    const analysis::LabelledSet set =
        analysis::CheckLabelledSet(arguments.RequireText("file"),
                                   arguments.WholeUpTo("limit", kLimitMax, kLimitMax));
    const auto warehouse = WarehousePool(context.settings, "evaluation");
    const tenancy::Tenant tenant = ChosenTenants(*warehouse, arguments).front();
    RequireConsent(tenant);
    const StopOnSignal signals;
    options.asking.stop = signals.token();
    options.asking.on_progress = [&](std::int64_t done) {
        ShowProgress(tenant.name + ": " + std::to_string(done) + " of " +
                     std::to_string(set.conversations));
    };
    const auto gateway =
        MakeGateway(context.settings, options.asking.workers, *warehouse, context.log);
    if (!gateway) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "no model is set: set OPENAI_API_KEY or OPENAI_BASE_URL");
    }
    const analysis::AskingParts parts{*warehouse, gateway.get(), context.settings.models.model,
                                      context.log};
    const auto rules = RulesOf(tenant.id, context, *warehouse);
    const auto report = analysis::EvaluateModel(parts, tenant.id, set, rules->Get(), options);
    ClearProgress();
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(EncodeReport(tenant.id, report)));
    } else {
        PrintReport(report);
    }
    RequireGood(report);
    return kDone;
}

// "+1.25", "-3", "" without one before.
std::string DriftOf(const warehouse::FlagCounts* before, const warehouse::FlagCounts& now) {
    if (before == nullptr) return "";
    const std::int64_t change =
        std::llround((now.Accuracy().value_or(0) - before->Accuracy().value_or(0)) * 1e4) * 10'000;
    return (change < 0 ? " (-" : " (+") + FormatMillionths(std::abs(change)) + ")";
}

std::vector<std::string> HistoryRow(const warehouse::ModelEvaluation& evaluation,
                                    const warehouse::FlagScores* before) {
    std::vector<std::string> row{evaluation.id.ToString(),
                                 evaluation.evaluated_at,
                                 evaluation.model,
                                 evaluation.prompt_version,
                                 evaluation.set_digest.substr(2, 8),
                                 std::to_string(evaluation.conversations)};
    for (std::size_t flag = 0; flag < warehouse::kFlagNames.size(); ++flag) {
        const warehouse::FlagCounts& now = evaluation.by_model[flag];
        row.push_back(PercentOf(now.Accuracy()) +
                      DriftOf(before == nullptr ? nullptr : &(*before)[flag], now));
    }
    row.push_back(std::to_string(evaluation.bad_answers));
    row.push_back(base::FormatBrl(evaluation.cost));
    row.push_back(evaluation.is_accepted ? "yes" : "no");
    row.push_back(evaluation.author);
    return row;
}

int RunEvaluations(const Context& context, const Arguments& arguments) {
    const auto pool = WarehousePool(context.settings, "evaluation");
    const base::TenantId id = ChosenTenants(*pool, arguments).front().id;
    const pg::Pool::Lease warehouse = pool->Acquire();
    tenancy::TenantScope scope(*warehouse, tenancy::DatabaseRole::kEtlService, id);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    std::map<std::string, warehouse::FlagScores> last_of_set;
    for (const auto& evaluation : warehouse::ListEvaluations(scope, kEvaluationsShown)) {
        list.push_back(EncodeStored(evaluation));
        const auto last = last_of_set.find(evaluation.set_digest);
        rows.push_back(
            HistoryRow(evaluation, last == last_of_set.end() ? nullptr : &last->second));
        last_of_set[evaluation.set_digest] = evaluation.by_model;
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(
            boost::json::object{{"tenant_id", id.value()}, {"evaluations", std::move(list)}}));
        return kDone;
    }
    PrintLine(FormatTable({"ID", "AT", "MODEL", "PROMPT", "SET", "OF", "LEAD %", "VISIT %",
                           "CONVERSION %", "BAD", "COST", "ACCEPTED", "BY"},
                          rows));
    return kDone;
}

}  // namespace

std::vector<Command> EvaluationCommands() {
    return {
        {"classification evaluate",
         "Ask the model about labelled conversations, and fail if it judges worse than before",
         {kEvaluatedTenant,
          {"file", OptionKind::kText, "FILE", "The labelled conversations, a JSON object a line",
           Presence::kRequired},
          {"limit", OptionKind::kInteger, "N", "Only the first of the file (all)"},
          {"max-drop", OptionKind::kText, "POINTS",
           "By how many percentage points the accuracy of a flag may fall (2)"},
          {"max-cost-brl", OptionKind::kText, "BRL", "What it may spend: 0.50"},
          {"author", OptionKind::kText, "WHO", "Who evaluates, for the history (cli)"},
          kJsonOption},
         RunEvaluate},
        {"classification evaluations",
         "List a tenant's evaluations, and how each differs from the one before",
         {kEvaluatedTenant, kJsonOption},
         RunEvaluations},
    };
}

}  // namespace geniai::app
