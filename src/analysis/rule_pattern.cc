#include "analysis/rule_pattern.h"

#include <algorithm>

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

}  // namespace

void RefuseRules(int line, const std::string& message) {
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "The rules are not usable: line " + std::to_string(line) + ": " + message);
}

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

RulePattern PatternOf(const SourceText& source, const Terms& terms) {
    RulePattern pattern{.written = source.text, .parts = {}, .source_line = source.line};
    for (const std::string& part : SplitAtGaps(source)) {
        std::vector<std::string>& expressions = pattern.parts.emplace_back();
        for (const std::string& expanded : ExpandTerms({part, source.line}, terms)) {
            expressions.push_back(ExpressionOf(expanded));
        }
    }
    return pattern;
}

std::vector<RulePattern> PatternsOf(const std::vector<SourceText>& sources, const Terms& terms) {
    std::vector<RulePattern> patterns;
    for (const SourceText& source : sources) {
        patterns.push_back(PatternOf(source, terms));
    }
    return patterns;
}

std::string WithPlurals(std::string_view written) {
    const std::string folded = base::FoldText(written);
    std::string result;
    for (std::size_t begin = 0; begin <= folded.size();) {
        const std::size_t end = std::min(folded.find(' ', begin), folded.size());
        result += (begin == 0 ? "" : " ") + WithPlural(folded.substr(begin, end - begin));
        begin = end + 1;
    }
    return result;
}

RulePattern WordPatternOf(const SourceText& written, const Terms& terms) {
    RulePattern pattern = PatternOf({WithPlurals(written.text), written.line}, terms);
    pattern.written = written.text;
    return pattern;
}

}  // namespace geniai::analysis
