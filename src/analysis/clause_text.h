#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace geniai::analysis {

// A message as the rules read it: folded words with one blank before and after each, the marks
// between clauses as words of their own, and always one at the end:
//
//   "Simmm, qro agendar às 18:30"  →  " sim , quero agendar as 18:30 . "
//
// ',' divides clauses, '.' and '?' end sentences; inside a number they become '_', so the three
// marks never mean anything else. Empty where there is no word.
class ClauseText {
public:
    const std::string& text() const { return text_; }

    // The source bytes [first, second) that the words at [from, to) of `text()` stand for.
    std::pair<std::uint32_t, std::uint32_t> SourceSpan(std::size_t from, std::size_t to) const;

private:
    friend class ClauseReader;

    struct Word {
        std::uint32_t text_begin;
        std::uint32_t source_begin;
        std::uint32_t source_end;
    };

    std::string text_;
    std::vector<Word> words_;  // ordered by text_begin
};

// Turns messages into clause text. Letters written twice or more become one ("simmm", but also
// "passo" → "paso"; "rr" stays, since "caro" is not "carro"), then the spelling table applies.
// Immutable and thread-safe.
class ClauseReader {
public:
    ClauseReader(const std::vector<std::pair<std::string, std::string>>& spelling,
                 const std::vector<std::string>& clause_words);

    ClauseText Read(std::string_view utf8) const;

private:
    struct ViewHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    struct KnownWord {
        std::string meant;  // as it is read; empty: as it is written
        bool begins_clause = false;
    };

    std::unordered_map<std::string, KnownWord, ViewHash, std::equal_to<>> known_words_;
};

// Folds `utf8` and writes repeated letters once, as ClauseReader does with each word. For patterns,
// which have to meet the same text.
std::string FoldRepeats(std::string_view utf8);

}  // namespace geniai::analysis
