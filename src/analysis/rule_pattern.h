#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/rule_set.h"

// Patterns as they are written, and the expressions that find them. For the readers of the rules.
namespace geniai::analysis {

struct SourceText {
    std::string text;
    int line;
};

// Throws base::Error(kInvalidInput): "The rules are not usable: line 7: …".
[[noreturn]] void RefuseRules(int line, const std::string& message);

// Name → alternatives, in parts that are small enough for one expression each.
using Terms = std::map<std::string, std::vector<std::string>, std::less<>>;

// "a|b(?:c|d)|e" in such parts.
std::vector<std::string> SplitAlternatives(std::string_view term);

// All throw as RefuseRules() on an unknown <term> and on half an expression beside a gap.
RulePattern PatternOf(const SourceText& source, const Terms& terms);
std::vector<RulePattern> PatternsOf(const std::vector<SourceText>& sources, const Terms& terms);

// A word or a phrase as people write it, folded and with the plurals of its nouns: "cartão" →
// "cart(?:ao|oes|aos)".
std::string WithPlurals(std::string_view written);
RulePattern WordPatternOf(const SourceText& written, const Terms& terms);

}  // namespace geniai::analysis
