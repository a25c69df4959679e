#include "analysis/clause_text.h"

#include <algorithm>
#include <cassert>

#include "base/fold.h"

namespace geniai::analysis {
namespace {

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
    return c >= 'a' && c <= 'z';
}

// The mark that a character between words stands for, or 0.
char MarkOf(char c) {
    switch (c) {
        case '?': return '?';
        case '.':
        case '!':
        case ';':
        case '\n': return '.';
        case ',':
        case ':':
        case '(':
        case ')': return ',';
        default: return 0;
    }
}

int StrengthOf(char mark) {
    return mark == '?' ? 3 : mark == '.' ? 2 : mark == ',' ? 1 : 0;
}

char StrongerMark(char a, char b) {
    return StrengthOf(a) >= StrengthOf(b) ? a : b;
}

// A mark between two digits belongs to the number: "18:30", "12/03", "1.200,00".
bool JoinsDigits(std::string_view text, std::size_t at) {
    const char c = text[at];
    return (c == ':' || c == '/' || c == '.' || c == ',') && at > 0 && at + 1 < text.size() &&
           IsDigit(text[at - 1]) && IsDigit(text[at + 1]);
}

bool IsWordPart(std::string_view text, std::size_t at) {
    return IsLetter(text[at]) || IsDigit(text[at]) || JoinsDigits(text, at);
}

void AppendWithoutRepeats(std::string_view folded, std::string& out) {
    for (std::size_t i = 0; i < folded.size(); ++i) {
        const char c = folded[i];
        const bool repeats = i > 0 && IsLetter(c) && folded[i - 1] == c;
        const bool second_r = c == 'r' && repeats && (i < 2 || folded[i - 2] != 'r');
        if (!repeats || second_r) {
            out += c == '.' || c == ',' ? '_' : c;
        }
    }
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> ClauseText::SourceSpan(std::size_t from,
                                                               std::size_t to) const {
    assert(from < to && to <= text_.size());
    const auto word_at = [&](std::size_t at) {
        const auto next = std::upper_bound(
            words_.begin(), words_.end(), at,
            [](std::size_t position, const Word& word) { return position < word.text_begin; });
        return next == words_.begin() ? next : std::prev(next);
    };
    return {word_at(from)->source_begin, word_at(to - 1)->source_end};
}

ClauseReader::ClauseReader(const std::vector<std::pair<std::string, std::string>>& spelling,
                           const std::vector<std::string>& clause_words) {
    for (const auto& [written, meant] : spelling) {
        known_words_[FoldRepeats(written)].meant = FoldRepeats(meant);
    }
    for (const std::string& word : clause_words) {
        known_words_[FoldRepeats(word)].begins_clause = true;
    }
}

ClauseText ClauseReader::Read(std::string_view utf8) const {
    const base::FoldedText folded = base::FoldTextWithOffsets(utf8);
    const std::string_view text = folded.text;
    const auto source_at = [&](std::size_t at) {
        return at < text.size() ? folded.source_offset[at]
                                : static_cast<std::uint32_t>(utf8.size());
    };
    ClauseText clauses;
    clauses.text_.reserve(text.size() + 16);
    const auto append = [&](std::string_view word, std::size_t begin, std::size_t end) {
        if (clauses.text_.empty()) {
            clauses.text_ += ' ';
        }
        clauses.words_.push_back(
            {static_cast<std::uint32_t>(clauses.text_.size()), source_at(begin), source_at(end)});
        clauses.text_.append(word).push_back(' ');
    };
    char mark = 0;
    std::size_t mark_at = 0;
    const auto append_mark = [&] {
        if (mark != 0 && !clauses.text_.empty()) {
            append({&mark, 1}, mark_at, std::min(mark_at + 1, text.size()));
        }
        mark = 0;
    };
    std::string word;
    for (std::size_t at = 0; at < text.size();) {
        if (!IsWordPart(text, at)) {
            const char found = MarkOf(text[at]);
            if (found != 0 && StrongerMark(mark, found) != mark) {
                mark = found;
                mark_at = at;
            }
            ++at;
            continue;
        }
        const std::size_t begin = at;
        while (at < text.size() && IsWordPart(text, at)) {
            ++at;
        }
        word.clear();
        AppendWithoutRepeats(text.substr(begin, at - begin), word);
        const auto known = known_words_.find(word);
        const bool is_known = known != known_words_.end();
        if (is_known && known->second.begins_clause) {
            mark = StrongerMark(mark, ',');
            mark_at = begin;
        }
        append_mark();
        const bool respelled = is_known && !known->second.meant.empty();
        append(respelled ? known->second.meant : word, begin, at);
    }
    if (StrengthOf(mark) < StrengthOf('.')) {
        mark = '.';
        mark_at = text.size();
    }
    append_mark();
    return clauses;
}

std::string FoldRepeats(std::string_view utf8) {
    const std::string folded = base::FoldText(utf8);
    std::string out;
    for (std::size_t at = 0; at < folded.size();) {
        const std::size_t begin = at;
        while (at < folded.size() && IsLetter(folded[at])) {
            ++at;
        }
        AppendWithoutRepeats(std::string_view(folded).substr(begin, at - begin), out);
        if (at < folded.size()) {
            out += folded[at++];
        }
    }
    return out;
}

}  // namespace geniai::analysis
