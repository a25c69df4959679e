#include "analysis/rule_matcher.h"

#include <algorithm>
#include <hs/hs.h>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/error.h"

namespace geniai::analysis {
namespace {

// What follows in a message is quoted mail or worse, and hits are compared with each other.
constexpr std::size_t kMessageBytesMax = 4096;

constexpr std::string_view kMarks = ",.?";

std::size_t ClauseBegin(std::string_view text, std::size_t at) {
    const std::size_t mark = at == 0 ? std::string_view::npos : text.find_last_of(kMarks, at - 1);
    return mark == std::string_view::npos ? 0 : mark + 1;
}

std::size_t ClauseEnd(std::string_view text, std::size_t at) {
    return std::min(text.find_first_of(kMarks, at), text.size());
}

// A hit may end with the mark of its clause, and what follows is then said apart: "sim, onde fica?"
bool IsAsked(std::string_view text, const Hit& hit) {
    const std::size_t end = ClauseEnd(text, hit.to - 1);
    return end < text.size() && text[end] == '?';
}

std::size_t WordsBetween(std::string_view text, std::size_t from, std::size_t to) {
    const std::string_view between = text.substr(from, to - from);
    const auto blanks = static_cast<std::size_t>(std::count(between.begin(), between.end(), ' '));
    return blanks == 0 ? 0 : blanks - 1;
}

// "quero não", at the end of its clause, says the opposite, but "pode marcar, não?" does not.
bool IsNegatedAfter(std::string_view text, const Hit& hit) {
    constexpr std::string_view kAfter = " nao ";
    const std::size_t end = hit.to + kAfter.size();
    return text.substr(hit.to, kAfter.size()) == kAfter && end < text.size() &&
           (text[end] == ',' || text[end] == '.');
}

bool IsGap(std::string_view text, std::size_t from, std::size_t to) {
    return WordsBetween(text, from, to) <= kGapWordsMax &&
           text.substr(from, to - from).find_first_of(kMarks) == std::string_view::npos;
}

[[noreturn]] void RefusePattern(const RuleGroup& group, int line, const char* reason) {
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "The rules are not usable: line " + std::to_string(line) +
                          ": a pattern of \"" + group.name + "\" is not valid: " + reason);
}

}  // namespace

bool IsSentenceAsked(std::string_view text, const Hit& hit) {
    const std::size_t end = text.find_first_of(".?", hit.to - 1);
    return end != std::string_view::npos && text[end] == '?';
}

void RuleMatcher::ScratchDeleter::operator()(hs_scratch* scratch) const {
    hs_free_scratch(scratch);
}

RuleMatcher::RuleMatcher(const RuleSet& rules, const std::string& cache_directory)
    : rules_(rules), reader_(rules.spelling, rules.clause_words) {
    for (std::size_t group = 0; group < rules_.groups.size(); ++group) {
        for (const RulePattern& pattern : rules_.groups[group].patterns) {
            AddParts(pattern, group);
        }
    }
    std::vector<const char*> expressions;
    for (const Expression& expression : expressions_) expressions.push_back(expression.text.c_str());
    const PatternCache cache(cache_directory, expressions);
    database_ = cache.Find();
    if (database_ == nullptr) {
        database_ = Compile(expressions);
        cache.Keep(*database_);
    }
    hs_scratch_t* scratch = nullptr;
    if (hs_alloc_scratch(database_.get(), &scratch) != HS_SUCCESS) {
        throw base::Error(base::ErrorCode::kFailed, "No memory for the rules");
    }
    scratch_model_.reset(scratch);
}

RuleMatcher::~RuleMatcher() = default;

void RuleMatcher::AddParts(const RulePattern& pattern, std::size_t group) {
    const auto index = static_cast<unsigned>(patterns_.size());
    patterns_.push_back({&pattern, group});
    for (unsigned part = 0; part < pattern.parts.size(); ++part) {
        for (const std::string& text : pattern.parts[part]) {
            const auto [known, is_new] = expression_at_.emplace(text, expressions_.size());
            if (is_new) {
                expressions_.push_back({text, {}});
            }
            expressions_[known->second].uses.push_back({index, part});
        }
    }
}

PatternDatabase RuleMatcher::Compile(std::span<const char* const> expressions) const {
    std::vector<unsigned> ids(expressions.size());
    std::iota(ids.begin(), ids.end(), 0U);
    const std::vector<unsigned> flags(expressions.size(), HS_FLAG_SOM_LEFTMOST);
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_compile_multi(expressions.data(), flags.data(), ids.data(),
                         static_cast<unsigned>(expressions.size()), HS_MODE_BLOCK, nullptr,
                         &database, &error) != HS_SUCCESS) {
        const std::unique_ptr<hs_compile_error_t, hs_error_t (*)(hs_compile_error_t*)> owned(
            error, hs_free_compile_error);
        const auto at = static_cast<std::size_t>(std::max(owned->expression, 0));
        const PlacedPattern& placed = patterns_[expressions_[at].uses.front().pattern];
        RefusePattern(rules_.groups[placed.group], placed.pattern->source_line, owned->message);
    }
    return PatternDatabase(database);
}

RuleMatcher::Scratch RuleMatcher::TakeScratch() const {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            Scratch scratch = std::move(idle_.back());
            idle_.pop_back();
            return scratch;
        }
    }
    hs_scratch_t* scratch = nullptr;
    if (hs_clone_scratch(scratch_model_.get(), &scratch) != HS_SUCCESS) {
        throw base::Error(base::ErrorCode::kFailed, "No memory for the rules");
    }
    return Scratch(scratch);
}

void RuleMatcher::GiveBack(Scratch scratch) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(scratch));
}

MatchedMessage RuleMatcher::Match(const warehouse::Message& message) const {
    const std::string_view read = std::string_view(message.text).substr(0, kMessageBytesMax);
    MatchedMessage matched{message, reader_.Read(read), {}};
    std::vector<PartHit> parts;
    Scan(matched.clauses.text(), matched.hits, parts);
    JoinParts(matched.clauses.text(), parts, matched.hits);
    Sift(matched.clauses.text(), matched.hits);
    return matched;
}

void RuleMatcher::Scan(std::string_view text, std::vector<Hit>& hits,
                       std::vector<PartHit>& parts) const {
    struct Sink {
        const RuleMatcher& matcher;
        std::vector<Hit>& hits;
        std::vector<PartHit>& parts;
    } sink{*this, hits, parts};
    // An expression has the blanks around its words, which are not part of them.
    const auto on_hit = [](unsigned id, unsigned long long from, unsigned long long to, unsigned,
                           void* context) {
        auto* found = static_cast<Sink*>(context);
        for (const Use& use : found->matcher.expressions_[id].uses) {
            const PlacedPattern& placed = found->matcher.patterns_[use.pattern];
            if (placed.pattern->parts.size() == 1) {
                found->hits.push_back({placed.group, placed.pattern, from + 1, to - 1});
            } else {
                found->parts.push_back({use, from + 1, to - 1});
            }
        }
        return 0;
    };
    Scratch scratch = TakeScratch();
    const hs_error_t error =
        hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0, scratch.get(),
                on_hit, &sink);
    GiveBack(std::move(scratch));
    if (error != HS_SUCCESS) {
        throw base::Error(base::ErrorCode::kFailed, "The rules could not be applied to a message",
                          "hs_scan: " + std::to_string(error));
    }
}

void RuleMatcher::JoinParts(std::string_view text, std::vector<PartHit>& parts,
                            std::vector<Hit>& hits) const {
    std::sort(parts.begin(), parts.end(), [](const PartHit& a, const PartHit& b) {
        return std::tie(a.use.pattern, a.use.part, a.from, a.to) <
               std::tie(b.use.pattern, b.use.part, b.from, b.to);
    });
    for (std::size_t begin = 0; begin < parts.size();) {
        std::size_t end = begin;
        while (end < parts.size() && parts[end].use.pattern == parts[begin].use.pattern) {
            ++end;
        }
        const PlacedPattern& placed = patterns_[parts[begin].use.pattern];
        const auto last = static_cast<unsigned>(placed.pattern->parts.size() - 1);
        if (parts[begin].use.part == 0 && parts[end - 1].use.part == last) {
            JoinPattern(text, std::span(parts).subspan(begin, end - begin), placed, hits);
        }
        begin = end;
    }
}

void RuleMatcher::JoinPattern(std::string_view text, std::span<PartHit> parts,
                              const PlacedPattern& placed, std::vector<Hit>& hits) {
    const auto last = static_cast<unsigned>(placed.pattern->parts.size() - 1);
    for (PartHit& part : parts) {
        if (part.use.part == 0) {
            continue;
        }
        const PartHit* before = nullptr;
        for (const PartHit& other : parts) {
            const bool joins = other.use.part + 1 == part.use.part && other.from < other.to &&
                               other.to < part.from && IsGap(text, other.to, part.from);
            before = joins ? &other : before;
        }
        if (before == nullptr) {
            part.to = part.from;  // joined to nothing: an empty hit, which nothing joins to
            continue;
        }
        part.from = before->from;
        if (part.use.part == last) {
            hits.push_back({placed.group, placed.pattern, part.from, part.to});
        }
    }
}

void RuleMatcher::Sift(std::string_view text, std::vector<Hit>& hits) const {
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
        return std::pair(a.from, b.to) < std::pair(b.from, a.to);
    });
    std::vector<Hit> kept;
    for (const Hit& hit : hits) {
        const RuleGroup& group = rules_.groups[hit.group];
        const bool dropped = (group.question && !IsSentenceAsked(text, hit)) ||
                             (group.negatable && IsNegated(text, hit, hits)) ||
                             (group.statement && IsSupposed(text, hit, hits)) ||
                             IsExcepted(hit, hits);
        if (!dropped) {
            kept.push_back(hit);
        }
    }
    hits = std::move(kept);
}

bool RuleMatcher::IsExcepted(const Hit& hit, const std::vector<Hit>& hits) const {
    return std::any_of(hits.begin(), hits.end(), [&](const Hit& other) {
        const RuleGroup& group = rules_.groups[other.group];
        return group.kind == RuleKind::kException && group.owner == hit.group &&
               other.from < hit.to && hit.from < other.to;
    });
}

bool RuleMatcher::IsNegated(std::string_view text, const Hit& hit,
                            const std::vector<Hit>& hits) const {
    const std::size_t clause = ClauseBegin(text, hit.from);
    const auto reach = static_cast<std::size_t>(rules_.negation_reach_words);
    return IsNegatedAfter(text, hit) ||
           std::any_of(hits.begin(), hits.end(), [&](const Hit& other) {
               return rules_.groups[other.group].kind == RuleKind::kNegation &&
                      other.from >= clause && other.to <= hit.from &&
                      WordsBetween(text, other.to, hit.from) <= reach;
           });
}

bool RuleMatcher::IsSupposed(std::string_view text, const Hit& hit,
                             const std::vector<Hit>& hits) const {
    const std::size_t clause = ClauseBegin(text, hit.from);
    return IsAsked(text, hit) || std::any_of(hits.begin(), hits.end(), [&](const Hit& other) {
               return rules_.groups[other.group].kind == RuleKind::kCondition &&
                      other.from >= clause && other.to <= hit.from;
           });
}

}  // namespace geniai::analysis
