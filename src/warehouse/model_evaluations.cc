#include "warehouse/model_evaluations.h"

#include <algorithm>

namespace geniai::warehouse {

namespace {

const pg::Query kStoreEvaluation{"warehouse.evaluations.store", R"sql(
    insert into model_evaluations (
        tenant_id, set_digest, conversations, model, prompt_version, rules_version, bad_answers,
        is_accepted, input_tokens, output_tokens, brl, author)
    values (current_tenant_id(), $1::bytea, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    returning evaluation_id
)sql"};

const pg::Query kStoreFlag{"warehouse.evaluations.store_flag", R"sql(
    insert into model_evaluation_flags (
        tenant_id, evaluation_id, judge, flag, true_positives, false_positives, false_negatives,
        true_negatives)
    values (current_tenant_id(), $1, $2, $3, $4, $5, $6, $7)
)sql"};

// A row a flag and judge; `wanted` says of which evaluations.
std::string SelectFlags(const std::string& wanted) {
    return R"sql(
    select e.evaluation_id, e.set_digest::text as set_digest, e.conversations, e.model,
           e.prompt_version, e.rules_version, e.bad_answers, e.is_accepted, e.input_tokens,
           e.output_tokens, e.brl, e.author, rfc3339(e.evaluated_at) as evaluated_at, f.judge,
           f.flag, f.true_positives, f.false_positives, f.false_negatives, f.true_negatives
      from model_evaluations e
      join model_evaluation_flags f on f.evaluation_id = e.evaluation_id
     where e.evaluation_id in ()sql" + wanted + R"sql()
     order by e.evaluation_id, f.judge, f.flag
)sql";
}

const pg::Query kFindBefore{"warehouse.evaluations.find_before", SelectFlags(R"sql(
           select max(evaluation_id) from model_evaluations
            where set_digest = $1::bytea and is_accepted
              and (model, prompt_version) <> ($2, $3))sql")};

const pg::Query kListEvaluations{"warehouse.evaluations.list", SelectFlags(R"sql(
           select evaluation_id from model_evaluations order by evaluation_id desc limit $1)sql")};

std::optional<double> Share(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

ModelEvaluation EvaluationOf(const pg::Row& row) {
    ModelEvaluation evaluation;
    evaluation.id = EvaluationId(row["evaluation_id"].Int64());
    evaluation.set_digest = row["set_digest"].String();
    evaluation.conversations = row["conversations"].Int64();
    evaluation.model = row["model"].String();
    evaluation.prompt_version = row["prompt_version"].String();
    evaluation.rules_version = row["rules_version"].String();
    evaluation.bad_answers = row["bad_answers"].Int64();
    evaluation.is_accepted = row["is_accepted"].Bool();
    evaluation.input_tokens = row["input_tokens"].Int64();
    evaluation.output_tokens = row["output_tokens"].Int64();
    evaluation.cost = base::MicroBrl(row["brl"].Int64());
    evaluation.author = row["author"].String();
    evaluation.evaluated_at = row["evaluated_at"].String();
    return evaluation;
}

std::vector<ModelEvaluation> EvaluationsOf(const pg::Result& rows) {
    std::vector<ModelEvaluation> evaluations;
    for (const pg::Row row : rows) {
        if (evaluations.empty() || evaluations.back().id.value() != row["evaluation_id"].Int64()) {
            evaluations.push_back(EvaluationOf(row));
        }
        const auto flag = std::ranges::find(kFlagNames, row["flag"].text()) - kFlagNames.begin();
        ModelEvaluation& evaluation = evaluations.back();
        FlagScores& scores =
            row["judge"].text() == "model" ? evaluation.by_model : evaluation.by_rules;
        scores.at(static_cast<std::size_t>(flag)) = {
            row["true_positives"].Int64(), row["false_positives"].Int64(),
            row["false_negatives"].Int64(), row["true_negatives"].Int64()};
    }
    return evaluations;
}

void StoreScores(tenancy::TenantScope& scope, EvaluationId id, const char* judge,
                 const FlagScores& scores) {
    for (std::size_t flag = 0; flag < scores.size(); ++flag) {
        const FlagCounts& counts = scores[flag];
        scope.Execute(kStoreFlag, id, judge, kFlagNames[flag], counts.true_positives,
                      counts.false_positives, counts.false_negatives, counts.true_negatives);
    }
}

}  // namespace

void FlagCounts::Add(bool is_labelled, bool is_found) {
    if (is_labelled) {
        ++(is_found ? true_positives : false_negatives);
    } else {
        ++(is_found ? false_positives : true_negatives);
    }
}

std::optional<double> FlagCounts::Accuracy() const {
    return Share(agreed(), judged());
}

std::optional<double> FlagCounts::Precision() const {
    return Share(true_positives, true_positives + false_positives);
}

std::optional<double> FlagCounts::Recall() const {
    return Share(true_positives, true_positives + false_negatives);
}

EvaluationId StoreEvaluation(tenancy::TenantScope& scope, const ModelEvaluation& evaluation) {
    const EvaluationId id(
        scope
            .Execute(kStoreEvaluation, evaluation.set_digest, evaluation.conversations,
                     evaluation.model, evaluation.prompt_version, evaluation.rules_version,
                     evaluation.bad_answers, evaluation.is_accepted, evaluation.input_tokens,
                     evaluation.output_tokens, evaluation.cost.micros(), evaluation.author)
            .One()["evaluation_id"]
            .Int64());
    StoreScores(scope, id, "model", evaluation.by_model);
    StoreScores(scope, id, "rules", evaluation.by_rules);
    return id;
}

std::optional<ModelEvaluation> FindEvaluationBefore(tenancy::TenantScope& scope,
                                                    const ModelEvaluation& evaluation) {
    auto found = EvaluationsOf(scope.Execute(kFindBefore, evaluation.set_digest, evaluation.model,
                                             evaluation.prompt_version));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<ModelEvaluation> ListEvaluations(tenancy::TenantScope& scope, int at_most) {
    return EvaluationsOf(scope.Execute(kListEvaluations, at_most));
}

}  // namespace geniai::warehouse
