#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/rule_set.h"
#include "warehouse/classification.h"
#include "warehouse/transcript.h"

namespace geniai::analysis {

// What the score needs besides the messages.
struct ConversationFacts {
    bool resolved = false;        // the conversation's status is "resolved"
    bool human_answered = false;  // a person of the team answered publicly
};

// Finds leads, booked visits, conversions and the category by rules: per message, in the contact's
// own public words, with the words kept as evidence. The team's words only set the scene: they can
// make a "sim" an acceptance, confirm what the contact asked for, or decline it.
//
// Statements are read in their order and the latest decisive one wins: "não quero" closes a lead,
// "quero agendar" afterwards opens it again. Score of a lead, capped at 100:
//   min(per_topic × distinct topics of interest, topics_max) + visit + conversion + resolved +
//   human
// with the weights of the rule set; 0 when it is no lead.
//
// Only the first 4 KiB of each message are read. Immutable and thread-safe.
class RuleClassifier {
public:
    // Throws base::Error(kInvalidInput) that names group and line when a pattern is no valid
    // expression. `cache_directory` as PatternCache has it.
    explicit RuleClassifier(RuleSet rules, const std::string& cache_directory = "");
    ~RuleClassifier();
    RuleClassifier(RuleClassifier&&) noexcept;
    RuleClassifier& operator=(RuleClassifier&&) noexcept;

    // `messages` are oldest first. Depends on nothing but the arguments and the rule set.
    warehouse::Classification Classify(std::span<const warehouse::Message> messages,
                                       ConversationFacts facts) const;

    std::string_view version() const;
    std::span<const Category> categories() const;

private:
    class Program;
    std::unique_ptr<const Program> program_;
};

}  // namespace geniai::analysis
