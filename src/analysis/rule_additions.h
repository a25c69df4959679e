#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/rule_pattern.h"
#include "analysis/rule_set.h"

// What a tenant adds to the built-in rules: a TOML text of its own, for people who are no
// programmers. docs/tenant-rules.md describes it and has an example.
//
//   [[group]]     name, add, remove, weight    words of a group
//   [[category]]  key, add, remove, weight     keywords of a category
//   [terms]       name = […]                   more alternatives of a <term>
//   [score]       name = number
//
// It names words, groups and weights, and no pattern of the built-in file, so that it fits the next
// version of that file as well.
namespace geniai::analysis {

struct WordChange {
    std::string name;  // of a group, a category or a term
    int line = 0;
    std::optional<int> weight;
    std::vector<SourceText> add;
    std::vector<SourceText> remove;
};

struct RuleAdditions {
    std::vector<WordChange> groups;
    std::vector<WordChange> categories;
    std::vector<WordChange> terms;
    std::vector<std::pair<int ScoreWeights::*, int>> score;
};

// All throw base::Error(kInvalidInput) that names the line.
RuleAdditions ParseRuleAdditions(std::string_view toml);
void AddTerms(const RuleAdditions& own, Terms& terms);
// A word is taken out by an exception: no hit of the group that overlaps it counts.
void AddRules(const RuleAdditions& own, const Terms& terms, RuleSet& rules);

}  // namespace geniai::analysis
