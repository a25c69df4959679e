#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/strong_id.h"
#include "tenancy/scope.h"

// How well a model and the rules judged conversations that a careful person labelled.
namespace geniai::warehouse {

// What is judged, in the order of FlagScores.
inline constexpr std::array<std::string_view, 3> kFlagNames = {"is_lead", "visit_scheduled",
                                                               "crm_converted"};

// How often a flag that somebody found agrees with its label.
struct FlagCounts {
    std::int64_t true_positives = 0;
    std::int64_t false_positives = 0;  // found, but not labelled
    std::int64_t false_negatives = 0;  // labelled, but not found
    std::int64_t true_negatives = 0;

    void Add(bool is_labelled, bool is_found);
    std::int64_t agreed() const { return true_positives + true_negatives; }
    std::int64_t judged() const { return agreed() + false_positives + false_negatives; }
    // 0 to 1; nothing where none was judged, found or labelled.
    std::optional<double> Accuracy() const;
    std::optional<double> Precision() const;
    std::optional<double> Recall() const;

    friend bool operator==(const FlagCounts&, const FlagCounts&) = default;
};
using FlagScores = std::array<FlagCounts, kFlagNames.size()>;

using EvaluationId = base::StrongId<struct EvaluationTag>;

struct ModelEvaluation {
    EvaluationId id;
    std::string set_digest;  // of the labelled conversations, as base::DigestOf() makes it
    std::int64_t conversations = 0;
    std::string model;
    std::string prompt_version;
    std::string rules_version;
    FlagScores by_model;
    FlagScores by_rules;             // on the same conversations
    std::int64_t bad_answers = 0;    // that could not be used, and count as wrong
    bool is_accepted = true;         // no flag fell too far
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    base::MicroBrl cost;
    std::string author;
    std::string evaluated_at;        // RFC 3339
};

// Role etl_service. Its id and its time are the warehouse's.
EvaluationId StoreEvaluation(tenancy::TenantScope& scope, const ModelEvaluation& evaluation);

// The last that was accepted of the same conversations by another model or prompt version: what
// `evaluation` has to stand against. Any role, as the next.
std::optional<ModelEvaluation> FindEvaluationBefore(tenancy::TenantScope& scope,
                                                    const ModelEvaluation& evaluation);

// The newest, in the order in which they were made.
std::vector<ModelEvaluation> ListEvaluations(tenancy::TenantScope& scope, int at_most);

}  // namespace geniai::warehouse
