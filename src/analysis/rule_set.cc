#include "analysis/rule_set.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <map>
#include <optional>
#include <toml++/toml.h>

#include "analysis/clause_text.h"
#include "base/error.h"
#include "base/fold.h"

namespace geniai::analysis {
namespace {

constexpr int kTermRoundsMax = 20;  // terms in a pattern; more is a term that contains itself
constexpr std::size_t kAlternativesMax =
    20;  // of a term in one expression; Vectorscan refuses ~100
constexpr std::size_t kExpressionsMax =
    400;  // of one pattern, so that terms cannot multiply freely
constexpr std::string_view kGap = " ~ ";

constexpr std::array<std::pair<std::string_view, RuleKind>, 15> kGroupKinds = {
    {{"lead", RuleKind::kLead},
     {"visit_stated", RuleKind::kVisitStated},
     {"visit_request", RuleKind::kVisitRequest},
     {"visit_accept", RuleKind::kVisitAccept},
     {"visit_cancel", RuleKind::kVisitCancel},
     {"conversion", RuleKind::kConversion},
     {"refusal", RuleKind::kRefusal},
     {"customer", RuleKind::kCustomer},
     {"outsider", RuleKind::kOutsider},
     {"when", RuleKind::kWhen},
     {"deferral", RuleKind::kDeferral},
     {"team_proposal", RuleKind::kTeamProposal},
     {"team_confirm", RuleKind::kTeamConfirm},
     {"team_decline", RuleKind::kTeamDecline},
     {"team_hours", RuleKind::kTeamHours}}};

[[noreturn]] void RefuseRules(int line, const std::string& message) {
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "The rules are not usable: line " + std::to_string(line) + ": " + message);
}

int LineOf(const toml::node& node) {
    return static_cast<int>(node.source().begin.line);
}

struct SourceText {
    std::string text;
    int line;
};

// Reads one table and refuses keys that nobody asked for, so that a typing error does not silently
// switch a rule off.
class TableReader {
public:
    explicit TableReader(const toml::table& table) : table_(table) {}

    int line() const { return LineOf(table_); }

    std::string Text(const char* key) { return As<std::string>(Get(key), key, "a text"); }

    int Number(const char* key) {
        return static_cast<int>(As<std::int64_t>(Get(key), key, "a whole number"));
    }

    int Number(const char* key, int otherwise) {
        return table_.contains(key) ? Number(key) : otherwise;
    }

    bool Flag(const char* key) {
        return table_.contains(key) && As<bool>(Get(key), key, "true or false");
    }

    const toml::table& Table(const char* key) {
        const toml::table* table = Get(key).as_table();
        return table != nullptr ? *table : throw Wrong(key, "a table");
    }

    std::vector<SourceText> Texts(const char* key) {
        const toml::node& node = Get(key);
        const toml::array* array = node.as_array();
        if (array == nullptr) {
            throw Wrong(key, "a list of texts");
        }
        std::vector<SourceText> texts;
        for (const toml::node& element : *array) {
            texts.push_back({As<std::string>(element, key, "a list of texts"), LineOf(element)});
        }
        return texts;
    }

    std::vector<SourceText> OptionalTexts(const char* key) {
        return table_.contains(key) ? Texts(key) : std::vector<SourceText>{};
    }

    std::vector<const toml::table*> Tables(const char* key) {
        const toml::array* array = Get(key).as_array();
        if (array == nullptr || array->empty() || !array->is_homogeneous<toml::table>()) {
            throw Wrong(key, "a list of tables");
        }
        std::vector<const toml::table*> tables;
        for (const toml::node& element : *array) {
            tables.push_back(element.as_table());
        }
        return tables;
    }

    void RefuseOtherKeys() const {
        for (const auto& [key, node] : table_) {
            if (!known_.contains(std::string(key.str()))) {
                RefuseRules(LineOf(node), "unknown key \"" + std::string(key.str()) + "\"");
            }
        }
    }

private:
    const toml::node& Get(const char* key) {
        known_.emplace(key, true);
        const toml::node* node = table_.get(key);
        if (node == nullptr) {
            RefuseRules(line(), "\"" + std::string(key) + "\" is missing");
        }
        return *node;
    }

    base::Error Wrong(const char* key, const char* expected) const {
        const toml::node* node = table_.get(key);
        RefuseRules(node != nullptr ? LineOf(*node) : line(),
                    "\"" + std::string(key) + "\" must be " + expected);
    }

    template <typename T>
    T As(const toml::node& node, const char* key, const char* expected) const {
        const std::optional<T> value = node.value_exact<T>();
        if (!value) {
            RefuseRules(LineOf(node), "\"" + std::string(key) + "\" must be " + expected);
        }
        return *value;
    }

    const toml::table& table_;
    std::map<std::string, bool> known_;
};

using Terms = std::map<std::string, std::vector<std::string>, std::less<>>;

// "a|b(?:c|d)|e" in parts of at most kAlternativesMax alternatives each.
std::vector<std::string> SplitAlternatives(std::string_view term) {
    std::vector<std::string> parts(1);
    int depth = 0;
    std::size_t alternatives = 1;
    for (const char c : term) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == '|' && depth == 0 && ++alternatives > kAlternativesMax) {
            alternatives = 1;
            parts.emplace_back();
            continue;
        }
        parts.back() += c;
    }
    return parts;
}

// Writes out the first <term> of `text`, in as many ways as the term has parts.
std::vector<std::string> ExpandFirstTerm(const std::string& text, const Terms& terms, int line) {
    const std::size_t begin = text.find('<');
    const std::size_t end = text.find('>', begin);
    const std::string name =
        text.substr(begin + 1, end == std::string::npos ? end : end - begin - 1);
    const auto term = terms.find(name);
    if (end == std::string::npos || term == terms.end()) {
        RefuseRules(line, "unknown term <" + name + ">");
    }
    std::vector<std::string> expanded;
    for (const std::string& part : term->second) {
        expanded.push_back(text.substr(0, begin) + "(?:" + part + ")" + text.substr(end + 1));
    }
    return expanded;
}

std::vector<std::string> ExpandTerms(const SourceText& source, const Terms& terms) {
    std::vector<std::string> done;
    std::vector<std::string> open = {source.text};
    for (int rounds = 0; !open.empty(); ++rounds) {
        std::vector<std::string> next;
        for (const std::string& text : open) {
            if (text.find('<') == std::string::npos) {
                done.push_back(text);
                continue;
            }
            for (std::string& expanded : ExpandFirstTerm(text, terms, source.line)) {
                next.push_back(std::move(expanded));
            }
        }
        if (rounds > kTermRoundsMax || next.size() > kExpressionsMax) {
            RefuseRules(source.line, "too many terms, or a term that contains itself");
        }
        open = std::move(next);
    }
    return done;
}

// Whole words only: in clause text a blank stands on both sides of each word and each mark.
std::string ExpressionOf(const std::string& expanded) {
    const std::string text = FoldRepeats(expanded);
    return text.front() == '^' ? "^ (?:" + text.substr(1) + ") " : " (?:" + text + ") ";
}

// An alternative outside of brackets would end at the gap, where nobody who reads it expects that.
bool IsWholeExpression(std::string_view part) {
    int depth = 0;
    bool has_bare_alternative = false;
    for (const char c : part) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        has_bare_alternative = has_bare_alternative || (c == '|' && depth == 0);
    }
    return !part.empty() && depth == 0 && !has_bare_alternative &&
           part.find('~') == std::string_view::npos;
}

std::vector<std::string> SplitAtGaps(const SourceText& source) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t gap = source.text.find(kGap); gap != std::string::npos;
         gap = source.text.find(kGap, begin)) {
        parts.push_back(source.text.substr(begin, gap - begin));
        begin = gap + kGap.size();
    }
    parts.push_back(source.text.substr(begin));
    for (const std::string& part : parts) {
        if (part.empty() || (parts.size() > 1 && !IsWholeExpression(part))) {
            RefuseRules(source.line, "each side of \" ~ \" must be a whole expression");
        }
    }
    return parts;
}

RulePattern PatternOf(const SourceText& source, const Terms& terms) {
    RulePattern pattern{.parts = {}, .source_line = source.line};
    for (const std::string& part : SplitAtGaps(source)) {
        std::vector<std::string>& expressions = pattern.parts.emplace_back();
        for (const std::string& expanded : ExpandTerms({part, source.line}, terms)) {
            expressions.push_back(ExpressionOf(expanded));
        }
    }
    return pattern;
}

bool EndsWith(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// The Portuguese plural of a noun as an alternative: "plano" → "planos?", "cartao" →
// "cart(?:ao|oes)".
std::string WithPlural(const std::string& word) {
    constexpr std::size_t kShortWord = 3;  // "pix", "de", "ok": no plural
    const std::string stem = word.substr(0, word.size() < 2 ? 0 : word.size() - 2);
    if (word.size() <= kShortWord ||
        word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos) {
        return word;
    }
    if (EndsWith(word, "ao")) {
        return stem + "(?:ao|oes|aos)";
    }
    if (EndsWith(word, "em")) {
        return stem + "(?:em|ens)";
    }
    if (EndsWith(word, "al") || EndsWith(word, "el") || EndsWith(word, "ol")) {
        return word.substr(0, word.size() - 1) + "(?:l|is)";
    }
    return word + (word.back() == 'r' || word.back() == 'z' ? "(?:es)?" : "s?");
}

std::string WithPlurals(std::string_view folded) {
    std::string result;
    for (std::size_t begin = 0; begin <= folded.size();) {
        const std::size_t end = std::min(folded.find(' ', begin), folded.size());
        result +=
            (begin == 0 ? "" : " ") + WithPlural(std::string(folded.substr(begin, end - begin)));
        begin = end + 1;
    }
    return result;
}

RuleKind KindNamed(const std::string& name, int line) {
    for (const auto& [known_name, kind] : kGroupKinds) {
        if (known_name == name) {
            return kind;
        }
    }
    RefuseRules(line, "unknown kind \"" + name + "\"");
}

std::vector<RulePattern> PatternsOf(const std::vector<SourceText>& sources, const Terms& terms) {
    std::vector<RulePattern> patterns;
    for (const SourceText& source : sources) {
        patterns.push_back(PatternOf(source, terms));
    }
    return patterns;
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

void AddKeywords(std::vector<SourceText> keywords, int weight, const Terms& terms, RuleSet& rules) {
    for (SourceText& keyword : keywords) {
        keyword.text = WithPlurals(base::FoldText(keyword.text));
    }
    rules.groups.push_back({.name = "category " + rules.categories.back().key,
                            .kind = RuleKind::kCategory,
                            .weight = weight,
                            .owner = rules.categories.size() - 1,
                            .patterns = PatternsOf(keywords, terms)});
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
    const ScoreWeights score{.lead_strength_min = reader.Number("lead_strength_min"),
                             .per_topic = reader.Number("per_topic"),
                             .topics_max = reader.Number("topics_max"),
                             .visit = reader.Number("visit"),
                             .conversion = reader.Number("conversion"),
                             .resolved = reader.Number("resolved"),
                             .human = reader.Number("human")};
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

toml::table ParseToml(std::string_view text) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        RefuseRules(static_cast<int>(error.source().begin.line), std::string(error.description()));
    }
}

}  // namespace

// FNV-1a: it has to tell versions apart, not to withstand anybody.
std::string VersionOfRules(std::string_view toml) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : toml) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
    return {digits.data(), 12};
}

RuleSet ParseRuleSet(std::string_view toml_text) {
    const toml::table table = ParseToml(toml_text);
    TableReader root(table);
    RuleSet rules;
    rules.version = VersionOfRules(toml_text);
    rules.score = ReadScore(root.Table("score"));
    const Terms terms = ReadTerms(root.Table("terms"));
    ReadWords(root, terms, rules);
    for (const toml::table* group : root.Tables("group")) {
        ReadGroup(*group, terms, rules);
    }
    for (const toml::table* category : root.Tables("category")) {
        ReadCategory(*category, terms, rules);
    }
    root.RefuseOtherKeys();
    return rules;
}

}  // namespace geniai::analysis
