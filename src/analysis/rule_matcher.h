#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analysis/clause_text.h"
#include "analysis/pattern_cache.h"
#include "analysis/rule_set.h"
#include "warehouse/transcript.h"

struct hs_database;
struct hs_scratch;

namespace geniai::analysis {

// Where a pattern was found in a message's clause text.
struct Hit {
    std::size_t group;
    const RulePattern* pattern;
    std::size_t from;  // in the clause text, like `to`
    std::size_t to;
};

// A message with its hits in reading order, the longest first where several begin together. Those
// that an exception, a negation, a question or a condition takes back are gone. Refers to the
// message.
struct MatchedMessage {
    const warehouse::Message& message;
    ClauseText clauses;
    std::vector<Hit> hits;
};

// Whether the sentence in which the hit stands ends with a question mark.
bool IsSentenceAsked(std::string_view clause_text, const Hit& hit);

// Whose messages a matcher reads: most groups have a meaning in the words of one side only.
enum class Speaker { kContact, kTeam };

// Finds a rule set's patterns in one side's messages: one Vectorscan database for all of them, and
// the joining of parts with gaps, which would make the database many times larger. Thread-safe.
class RuleMatcher {
public:
    // `rules` must outlive the matcher. Throws base::Error(kInvalidInput) that names group and line
    // when a pattern is no valid expression. `cache_directory` as PatternCache has it.
    RuleMatcher(const RuleSet& rules, Speaker speaker, const std::string& cache_directory);
    ~RuleMatcher();

    MatchedMessage Match(const warehouse::Message& message) const;

private:
    // One part of one pattern, as an expression finds it. Patterns that share a part share its
    // expressions.
    struct Use {
        unsigned pattern;  // index in patterns_
        unsigned part;
    };
    struct Expression {
        std::string text;
        std::vector<Use> uses;
    };
    struct PlacedPattern {
        const RulePattern* pattern;  // in rules_
        std::size_t group;
    };
    // Where a part of a pattern of several parts was found.
    struct PartHit {
        Use use;
        std::uint32_t from;
        std::uint32_t to;
    };

    struct ScratchDeleter {
        void operator()(hs_scratch* scratch) const;
    };
    using Scratch = std::unique_ptr<hs_scratch, ScratchDeleter>;
    // What one thread needs to match a message.
    struct Workspace {
        Scratch scratch;
        std::vector<PartHit> parts;
        std::vector<unsigned> reached;  // per pattern: its parts found so far, in their order
        std::vector<unsigned> begun;    // the patterns that reached any
    };

    void AddParts(const RulePattern& pattern, std::size_t group);
    PatternDatabase Compile(std::span<const char* const> expressions) const;
    Workspace TakeWorkspace() const;
    void GiveBack(Workspace workspace) const;

    // Finds the patterns of one part, and the parts of the others.
    void Scan(std::string_view text, std::vector<Hit>& hits, Workspace& workspace) const;
    void TakeHit(const Expression& expression, std::size_t from, std::size_t to,
                 std::vector<Hit>& hits, Workspace& workspace) const;

    // Makes hits of the parts that follow each other closely enough, each joined to the nearest
    // before. Leaves the workspace ready for the next message.
    void JoinParts(std::string_view text, Workspace& workspace, std::vector<Hit>& hits) const;
    static void JoinPattern(std::string_view text, std::span<PartHit> parts,
                            const PlacedPattern& placed, std::vector<Hit>& hits);

    // Puts the hits into order and drops those that their surroundings take back.
    void Sift(std::string_view text, std::vector<Hit>& hits) const;
    bool IsExcepted(const Hit& hit, const std::vector<Hit>& hits) const;
    bool IsNegated(std::string_view text, const Hit& hit, const std::vector<Hit>& hits) const;
    bool IsSupposed(std::string_view text, const Hit& hit, const std::vector<Hit>& hits) const;

    const RuleSet& rules_;
    const ClauseReader reader_;
    std::vector<PlacedPattern> patterns_;
    std::vector<Expression> expressions_;  // their indexes are the database's ids
    std::unordered_map<std::string, std::size_t> expression_at_;
    PatternDatabase database_;
    Scratch scratch_model_;
    mutable std::mutex mutex_;
    mutable std::vector<Workspace> idle_;  // guarded by mutex_; one per thread that ever ran at once
};

}  // namespace geniai::analysis
