#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/asking_run.h"
#include "analysis/labelled_set.h"
#include "analysis/rules.h"
#include "warehouse/model_evaluations.h"

// How good a model's verdicts are: it is asked about conversations whose right answer is known, with
// the prompt, the masking and the reading of the real classification.
namespace geniai::analysis {

// What calls for an evaluation are booked under.
inline constexpr std::string_view kEvaluationPurpose = "evaluation";

struct EvaluationOptions {
    AskingOptions asking;  // but for its limit, which is the set's, and its lease
    std::int64_t drop_max_micros = 2'000'000;  // millionths of a percentage point of accuracy
    std::string author = "cli";
};

// A flag that is judged worse than before, by its accuracy.
struct FlagDrop {
    std::string_view flag;
    double from = 0;  // 0 to 1
    double to = 0;
};

struct EvaluationReport {
    warehouse::ModelEvaluation evaluation;  // without an id it is not stored
    std::int64_t judged = 0;
    std::map<std::string, std::int64_t> bad_answers;   // by cause
    std::optional<warehouse::ModelEvaluation> before;  // what it was compared with
    std::vector<FlagDrop> drops;
    std::optional<std::string> ended_by;  // early: the budget, limit, stop or trouble
    std::optional<llm::Instant> not_before;  // when to try again, where that is known
    double seconds = 0;
};

// Asks about each conversation of `set` and judges model and rules by the labels. An answer that cannot
// be used counts as wrong in each flag. Compares with the last accepted evaluation of the same
// conversations by another model or prompt, and stores the result, unless it ended early: then it
// says nothing. Throws base::Error when the warehouse does not answer.
EvaluationReport EvaluateModel(const AskingParts& parts, base::TenantId tenant,
                               const LabelledSet& set, const RuleClassifier& rules,
                               const EvaluationOptions& options);

// The flags whose accuracy fell by more than so many millionths of a percentage point. Both judged the
// same conversations.
std::vector<FlagDrop> FindDrops(const warehouse::FlagScores& before,
                                const warehouse::FlagScores& now, std::int64_t drop_max_micros);

}  // namespace geniai::analysis
