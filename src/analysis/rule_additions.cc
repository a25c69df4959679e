#include "analysis/rule_additions.h"

#include <algorithm>
#include <set>

#include "analysis/expression_check.h"
#include "analysis/rule_toml.h"
#include "base/fold.h"

namespace geniai::analysis {
namespace {

constexpr std::size_t kOwnBytesMax = 64 * 1024;  // tenant_rules has the same limit
constexpr std::size_t kOwnWordsMax = 1'000;
constexpr std::size_t kOwnTermWordsMax = 100;
constexpr std::size_t kOwnWordBytesMax = 200;
constexpr std::size_t kOwnTermWordBytesMax = 60;  // many of them become one expression
constexpr int kCategoryWeightMax = 20;

std::string Quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

// With one blank between words and none around them.
std::string Tidy(std::string_view text) {
    std::string tidy;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank) {
            tidy += c;
        } else if (!tidy.empty() && tidy.back() != ' ') {
            tidy += ' ';
        }
    }
    if (tidy.ends_with(' ')) tidy.pop_back();
    return tidy;
}

bool IsFoldedLetter(char c) {
    return c >= 'a' && c <= 'z';
}

// In clause text marks stand apart from words, so a word with one in it would never be found.
bool HasMarkBehindLetter(std::string_view folded) {
    for (std::size_t at = 1; at < folded.size(); ++at) {
        const bool mark = folded[at] == ',' || folded[at] == ';' || folded[at] == '!';
        if (mark && IsFoldedLetter(folded[at - 1])) return true;
    }
    return false;
}

// A gap stands between two blanks; anywhere else it would be looked for as it is.
bool HasStrayGap(std::string_view text) {
    for (std::size_t at = text.find('~'); at != std::string_view::npos;
         at = text.find('~', at + 1)) {
        if (at == 0 || at + 1 == text.size() || text[at - 1] != ' ' || text[at + 1] != ' ')
            return true;
    }
    return false;
}

void RequireWord(const SourceText& word, std::size_t bytes_max) {
    if (word.text.size() > bytes_max) {
        RefuseRules(word.line, "a text has at most " + std::to_string(bytes_max) + " letters");
    }
    const std::string folded = base::FoldText(word.text);
    const bool has_word = std::ranges::any_of(
        folded, [](char c) { return IsFoldedLetter(c) || (c >= '0' && c <= '9'); });
    if (!has_word) RefuseRules(word.line, Quoted(word.text) + " has no letter and no digit");
    if (HasStrayGap(word.text)) {
        RefuseRules(word.line, "\" ~ \" stands between two words, with a blank on each side");
    }
    // What folds to a blank is no part of any word: emoji, signs, other scripts.
    if (HasMarkBehindLetter(folded) || Tidy(folded) != folded) {
        RefuseRules(word.line,
                    Quoted(word.text) + " has punctuation or signs; write only its words");
    }
}

std::vector<SourceText> ReadWordList(TableReader& reader, const char* key) {
    std::vector<SourceText> words = reader.OptionalTexts(key);
    for (SourceText& word : words) {
        word.text = Tidy(word.text);
        RequireWord(word, kOwnWordBytesMax);
    }
    return words;
}

WordChange ReadChange(const toml::table& table, const char* name_key, int weight_max) {
    TableReader reader(table);
    WordChange change;
    change.line = reader.line();
    change.name = reader.Text(name_key);
    change.add = ReadWordList(reader, "add");
    change.remove = ReadWordList(reader, "remove");
    if (reader.Has("weight")) change.weight = reader.NumberBetween("weight", 1, weight_max);
    reader.RefuseOtherKeys();
    if (change.add.empty() && change.remove.empty() && !change.weight) {
        RefuseRules(change.line, Quoted(change.name) + " needs add, remove or weight");
    }
    for (const SourceText& word : change.add) {
        const auto same = [&](const SourceText& other) {
            return base::FoldText(other.text) == base::FoldText(word.text);
        };
        if (std::ranges::any_of(change.remove, same)) {
            RefuseRules(word.line, Quoted(word.text) + " is added and removed");
        }
    }
    return change;
}

std::vector<WordChange> ReadChanges(TableReader& root, const char* key, const char* name_key,
                                    int weight_max) {
    std::vector<WordChange> changes;
    std::set<std::string> known;
    for (const toml::table* table : root.OptionalTables(key)) {
        changes.push_back(ReadChange(*table, name_key, weight_max));
        const WordChange& change = changes.back();
        if (!known.insert(change.name).second) {
            RefuseRules(change.line, Quoted(change.name) + " stands here a second time");
        }
    }
    return changes;
}

std::vector<WordChange> ReadOwnTerms(TableReader& root) {
    std::vector<WordChange> terms;
    if (!root.Has("terms")) return terms;
    const toml::table& table = root.Table("terms");
    TableReader reader(table);
    for (const auto& [key, node] : table) {
        WordChange term;
        term.name = key.str();
        term.line = LineOf(node);
        term.add = ReadWordList(reader, term.name.c_str());
        for (const SourceText& word : term.add) {
            RequireWord(word, kOwnTermWordBytesMax);
            if (word.text.find_first_of("<>~^") != std::string::npos) {
                RefuseRules(word.line, "under [terms] stand words alone: " + Quoted(word.text));
            }
        }
        if (term.add.size() > kOwnTermWordsMax) {
            RefuseRules(term.line, Quoted(term.name) + " has more than " +
                                       std::to_string(kOwnTermWordsMax) + " words");
        }
        terms.push_back(std::move(term));
    }
    return terms;
}

std::vector<std::pair<int ScoreWeights::*, int>> ReadOwnScore(TableReader& root) {
    constexpr int kStrengthMax = 10;
    constexpr int kPointsMax = 100;
    std::vector<std::pair<int ScoreWeights::*, int>> score;
    if (!root.Has("score")) return score;
    TableReader reader(root.Table("score"));
    for (const auto& [key, weight] : kScoreKeys) {
        if (!reader.Has(key)) continue;
        const bool strength = weight == &ScoreWeights::lead_strength_min;
        score.emplace_back(weight, strength ? reader.NumberBetween(key, 1, kStrengthMax)
                                            : reader.NumberBetween(key, 0, kPointsMax));
    }
    reader.RefuseOtherKeys();
    return score;
}

std::size_t CountWords(const std::vector<WordChange>& changes) {
    std::size_t words = 0;
    for (const WordChange& change : changes)
        words += change.add.size() + change.remove.size();
    return words;
}

void RequireTaken(const RulePattern& pattern) {
    for (const auto& part : pattern.parts) {
        for (const std::string& expression : part) {
            const std::string reason = WhyRefused(expression);
            if (reason.empty()) continue;
            RefuseRules(pattern.source_line,
                        Quoted(pattern.written) + " is no valid pattern: " + reason);
        }
    }
}

std::vector<RulePattern> OwnPatterns(const std::vector<SourceText>& words, const Terms& terms) {
    std::vector<RulePattern> patterns;
    for (const SourceText& word : words) {
        RulePattern pattern = WordPatternOf(word, terms);
        pattern.is_own = true;
        RequireTaken(pattern);
        patterns.push_back(std::move(pattern));
    }
    return patterns;
}

// What is there already is not added: a keyword that stood twice would count twice.
void AddWords(std::vector<RulePattern> patterns, RuleGroup& group) {
    for (RulePattern& pattern : patterns) {
        const auto known = std::ranges::find(group.patterns, pattern.parts, &RulePattern::parts);
        if (known == group.patterns.end()) group.patterns.push_back(std::move(pattern));
    }
}

void TakeOut(const std::vector<RulePattern>& patterns, std::size_t group, RuleSet& rules) {
    if (patterns.empty()) return;
    rules.groups.push_back({.name = rules.groups[group].name + " except",
                            .kind = RuleKind::kException,
                            .owner = group,
                            .patterns = patterns});
}

int GroupWeightMax(RuleKind kind) {
    switch (kind) {
        case RuleKind::kLead: return 3;
        case RuleKind::kVisitRequest:
        case RuleKind::kTeamConfirm: return 2;
        default: return 0;  // counts or does not
    }
}

void ChangeGroup(const WordChange& change, const Terms& terms, RuleSet& rules) {
    const auto found = std::ranges::find_if(rules.groups, [&](const RuleGroup& group) {
        return group.name == change.name && TakesOwnWords(group.kind);
    });
    if (found == rules.groups.end()) {
        RefuseRules(change.line, "unknown group " + Quoted(change.name) +
                                     "; geniai rules show lists the groups");
    }
    if (change.weight) {
        const int max = GroupWeightMax(found->kind);
        if (max == 0) RefuseRules(change.line, Quoted(change.name) + " has no weight");
        if (*change.weight > max) {
            RefuseRules(change.line, "the weight of " + Quoted(change.name) + " is at most " +
                                         std::to_string(max));
        }
        found->weight = *change.weight;
    }
    AddWords(OwnPatterns(change.add, terms), *found);
    TakeOut(OwnPatterns(change.remove, terms),
            static_cast<std::size_t>(found - rules.groups.begin()), rules);
}

void ChangeCategory(const WordChange& change, const Terms& terms, RuleSet& rules) {
    const auto found = std::ranges::find(rules.categories, change.name, &Category::key);
    if (found == rules.categories.end()) {
        RefuseRules(change.line, "unknown category " + Quoted(change.name) +
                                     "; geniai rules show lists the categories");
    }
    if (found + 1 == rules.categories.end()) {
        RefuseRules(change.line, Quoted(change.name) + " is for what has no keyword");
    }
    // Two groups: the keywords, and the phrases behind them.
    const auto category = static_cast<std::size_t>(found - rules.categories.begin());
    const std::vector<RulePattern> removed = OwnPatterns(change.remove, terms);
    bool is_keywords = true;
    for (std::size_t at = 0; at < rules.groups.size(); ++at) {
        if (rules.groups[at].kind != RuleKind::kCategory || rules.groups[at].owner != category) {
            continue;
        }
        if (std::exchange(is_keywords, false)) {
            if (change.weight) rules.groups[at].weight = *change.weight;
            AddWords(OwnPatterns(change.add, terms), rules.groups[at]);
        }
        TakeOut(removed, at, rules);
    }
}

}  // namespace

RuleAdditions ParseRuleAdditions(std::string_view toml) {
    if (toml.size() > kOwnBytesMax) {
        RefuseRules(1, "the text is longer than " + std::to_string(kOwnBytesMax / 1024) + " KiB");
    }
    const toml::table table = ParseRulesToml(toml);
    TableReader root(table);
    RuleAdditions own;
    own.groups = ReadChanges(root, "group", "name", 3);
    own.categories = ReadChanges(root, "category", "key", kCategoryWeightMax);
    own.terms = ReadOwnTerms(root);
    own.score = ReadOwnScore(root);
    root.RefuseOtherKeys();
    const std::size_t words =
        CountWords(own.groups) + CountWords(own.categories) + CountWords(own.terms);
    if (words > kOwnWordsMax) {
        RefuseRules(1, "there are more than " + std::to_string(kOwnWordsMax) + " texts");
    }
    if (words == 0 && own.groups.empty() && own.categories.empty() && own.score.empty()) {
        RefuseRules(1, "the text changes nothing");
    }
    return own;
}

void AddTerms(const RuleAdditions& own, Terms& terms) {
    for (const WordChange& change : own.terms) {
        const auto term = terms.find(change.name);
        if (term == terms.end()) {
            RefuseRules(change.line, "unknown term " + Quoted(change.name) +
                                         "; geniai rules show --toml has them under [terms]");
        }
        std::string alternatives;
        for (const SourceText& word : change.add) {
            RequireTaken(WordPatternOf(word, {}));
            alternatives += (alternatives.empty() ? "" : "|") + WithPlurals(word.text);
        }
        for (std::string& part : SplitAlternatives(alternatives)) {
            if (!part.empty()) term->second.push_back(std::move(part));
        }
    }
}

void AddRules(const RuleAdditions& own, const Terms& terms, RuleSet& rules) {
    for (const auto& [weight, value] : own.score)
        rules.score.*weight = value;
    for (const WordChange& change : own.groups)
        ChangeGroup(change, terms, rules);
    for (const WordChange& change : own.categories)
        ChangeCategory(change, terms, rules);
}

}  // namespace geniai::analysis
