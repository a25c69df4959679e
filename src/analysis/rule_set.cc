#include "analysis/rule_set.h"

#include <array>
#include <cstdio>
#include <map>
#include <optional>

#include "analysis/rule_additions.h"
#include "analysis/rule_pattern.h"
#include "analysis/rule_toml.h"

namespace geniai::analysis {
namespace {

constexpr std::array<std::pair<std::string_view, RuleKind>, 18> kGroupKinds = {
    {{"lead", RuleKind::kLead},
     {"visit_stated", RuleKind::kVisitStated},
     {"visit_request", RuleKind::kVisitRequest},
     {"visit_accept", RuleKind::kVisitAccept},
     {"visit_cancel", RuleKind::kVisitCancel},
     {"conversion", RuleKind::kConversion},
     {"refusal", RuleKind::kRefusal},
     {"customer", RuleKind::kCustomer},
     {"opt_out", RuleKind::kOptOut},
     {"call_request", RuleKind::kCallRequest},
     {"outsider", RuleKind::kOutsider},
     {"when", RuleKind::kWhen},
     {"deferral", RuleKind::kDeferral},
     {"team_proposal", RuleKind::kTeamProposal},
     {"team_confirm", RuleKind::kTeamConfirm},
     {"team_decline", RuleKind::kTeamDecline},
     {"team_hours", RuleKind::kTeamHours},
     {"team_promise", RuleKind::kTeamPromise}}};

RuleKind KindNamed(const std::string& name, int line) {
    for (const auto& [known_name, kind] : kGroupKinds) {
        if (known_name == name) {
            return kind;
        }
    }
    RefuseRules(line, "unknown kind \"" + name + "\"");
}

std::vector<std::string> Plain(const std::vector<SourceText>& sources) {
    std::vector<std::string> plain;
    for (const SourceText& source : sources) {
        plain.push_back(source.text);
    }
    return plain;
}

std::map<std::string, std::string> ReadPairs(const toml::table& table) {
    std::map<std::string, std::string> pairs;
    for (const auto& [key, node] : table) {
        const auto text = node.value_exact<std::string>();
        if (!text) {
            RefuseRules(LineOf(node), "\"" + std::string(key.str()) + "\" must be a text");
        }
        pairs.emplace(key.str(), *text);
    }
    return pairs;
}

Terms ReadTerms(const toml::table& table) {
    Terms terms;
    for (const auto& [name, term] : ReadPairs(table)) {
        terms.emplace(name, SplitAlternatives(term));
    }
    return terms;
}

void ReadGroup(const toml::table& table, const Terms& terms, RuleSet& rules) {
    TableReader reader(table);
    RuleGroup group{.name = reader.Text("name"),
                    .kind = KindNamed(reader.Text("kind"), reader.line()),
                    .weight = reader.Number("weight", 0),
                    .negatable = reader.Flag("negatable"),
                    .question = reader.Flag("question"),
                    .statement = reader.Flag("statement"),
                    .yields = reader.Flag("yields"),
                    .owner = 0,
                    .patterns = PatternsOf(reader.Texts("patterns"), terms)};
    std::vector<RulePattern> exceptions = PatternsOf(reader.OptionalTexts("except"), terms);
    reader.RefuseOtherKeys();
    const std::size_t index = rules.groups.size();
    const std::string name = group.name;
    rules.groups.push_back(std::move(group));
    if (!exceptions.empty()) {
        rules.groups.push_back({.name = name + " except",
                                .kind = RuleKind::kException,
                                .owner = index,
                                .patterns = std::move(exceptions)});
    }
}

void AddKeywords(const std::vector<SourceText>& keywords, int weight, const Terms& terms,
                 RuleSet& rules) {
    RuleGroup group{.name = "category " + rules.categories.back().key,
                    .kind = RuleKind::kCategory,
                    .weight = weight,
                    .owner = rules.categories.size() - 1,
                    .patterns = {}};
    for (const SourceText& keyword : keywords) {
        group.patterns.push_back(WordPatternOf(keyword, terms));
    }
    rules.groups.push_back(std::move(group));
}

void ReadCategory(const toml::table& table, const Terms& terms, RuleSet& rules) {
    TableReader reader(table);
    rules.categories.push_back({.key = reader.Text("key"),
                                .label = reader.Text("label"),
                                .color = reader.Text("color"),
                                .visit_weight = reader.Number("visit_weight", 0),
                                .lead_weight = reader.Number("lead_weight", 0),
                                .customer_weight = reader.Number("customer_weight", 0),
                                .needs_interest = reader.Flag("needs_interest")});
    const int weight = reader.Number("weight", 0);
    AddKeywords(reader.OptionalTexts("keywords"), weight, terms, rules);
    const int phrase_weight = reader.Number("phrase_weight", weight);
    AddKeywords(reader.OptionalTexts("phrases"), phrase_weight, terms, rules);
    reader.RefuseOtherKeys();
}

ScoreWeights ReadScore(const toml::table& table) {
    TableReader reader(table);
    ScoreWeights score;
    for (const auto& [key, weight] : kScoreKeys)
        score.*weight = reader.Number(key);
    reader.RefuseOtherKeys();
    return score;
}

void ReadWords(TableReader& root, const Terms& terms, RuleSet& rules) {
    TableReader words(root.Table("words"));
    rules.clause_words = Plain(words.Texts("clause"));
    rules.accept_signs = Plain(words.Texts("accept_signs"));
    rules.negation_reach_words = words.Number("negation_reach");
    rules.groups.push_back({.name = "negation",
                            .kind = RuleKind::kNegation,
                            .patterns = PatternsOf(words.Texts("negation"), terms)});
    rules.groups.push_back({.name = "condition",
                            .kind = RuleKind::kCondition,
                            .patterns = PatternsOf(words.Texts("condition"), terms)});
    words.RefuseOtherKeys();
    for (const auto& [written, meant] : ReadPairs(root.Table("spelling"))) {
        rules.spelling.emplace_back(written, meant);
    }
}

void ReadGroupsAndCategories(TableReader& root, const Terms& terms, RuleSet& rules) {
    ReadWords(root, terms, rules);
    for (const toml::table* group : root.Tables("group")) {
        ReadGroup(*group, terms, rules);
    }
    for (const toml::table* category : root.Tables("category")) {
        ReadCategory(*category, terms, rules);
    }
}

// The same where a tenant's words stand among the terms: what fails only then is their fault, and
// the line of the pattern that uses the term would say nothing to those who wrote them.
void ReadWithOwnTerms(TableReader& root, const RuleAdditions& own, const Terms& terms,
                      RuleSet& rules) {
    try {
        ReadGroupsAndCategories(root, terms, rules);
    } catch (const base::Error&) {
        if (own.terms.empty()) throw;
        RefuseRules(own.terms.front().line, "the words under [terms] are too many");
    }
}

// Goes up when this program judges otherwise by the same words, so that what is stored is judged again.
constexpr int kMatcherVersion = 1;

// FNV-1a: it has to tell versions apart, not to withstand anybody.
std::string ShortHash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
    return {digits.data(), 12};
}

}  // namespace

bool TakesOwnWords(RuleKind kind) {
    return kind != RuleKind::kNegation && kind != RuleKind::kCondition &&
           kind != RuleKind::kCategory && kind != RuleKind::kException;
}

std::string VersionOfRules(std::string_view toml, std::string_view additions) {
    return ShortHash(std::to_string(kMatcherVersion) + "\n" + std::string(toml)) + (additions.empty() ? "" : "+" + ShortHash(additions));
}

RuleSet ParseRuleSet(std::string_view toml_text, std::string_view additions) {
    const RuleAdditions own = additions.empty() ? RuleAdditions{} : ParseRuleAdditions(additions);
    const toml::table table = ParseRulesToml(toml_text);
    TableReader root(table);
    RuleSet rules;
    rules.version = VersionOfRules(toml_text, additions);
    rules.score = ReadScore(root.Table("score"));
    Terms terms = ReadTerms(root.Table("terms"));
    AddTerms(own, terms);
    ReadWithOwnTerms(root, own, terms, rules);
    root.RefuseOtherKeys();
    AddRules(own, terms, rules);
    return rules;
}

}  // namespace geniai::analysis
