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

bool IsTeamKind(RuleKind kind) {
    return kind == RuleKind::kTeamProposal || kind == RuleKind::kTeamConfirm ||
           kind == RuleKind::kTeamDecline || kind == RuleKind::kTeamHours ||
           kind == RuleKind::kTeamPromise;
}

// Whether a hit of the group means anything in the words of `speaker`.
bool Concerns(Speaker speaker, const RuleSet& rules, const RuleGroup& group) {
    switch (group.kind) {
        case RuleKind::kWhen:
        case RuleKind::kNegation:
        case RuleKind::kCondition: return true;
        case RuleKind::kException: return Concerns(speaker, rules, rules.groups[group.owner]);
        default: return IsTeamKind(group.kind) == (speaker == Speaker::kTeam);
    }
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

RuleMatcher::RuleMatcher(const RuleSet& rules, Speaker speaker, const std::string& cache_directory)
    : rules_(rules), reader_(rules.spelling, rules.clause_words) {
    for (std::size_t group = 0; group < rules_.groups.size(); ++group) {
        if (!Concerns(speaker, rules_, rules_.groups[group])) continue;
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

RuleMatcher::Workspace RuleMatcher::TakeWorkspace() const {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            Workspace workspace = std::move(idle_.back());
            idle_.pop_back();
            return workspace;
        }
    }
    hs_scratch_t* scratch = nullptr;
    if (hs_clone_scratch(scratch_model_.get(), &scratch) != HS_SUCCESS) {
        throw base::Error(base::ErrorCode::kFailed, "No memory for the rules");
    }
    return {Scratch(scratch), {}, std::vector<unsigned>(patterns_.size()), {}};
}

void RuleMatcher::GiveBack(Workspace workspace) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(workspace));
}

MatchedMessage RuleMatcher::Match(const warehouse::Message& message) const {
    const std::string_view read = std::string_view(message.text).substr(0, kMessageBytesMax);
    MatchedMessage matched{message, reader_.Read(read), {}};
    const std::string& text = matched.clauses.text();
    Workspace workspace = TakeWorkspace();
    Scan(text, matched.hits, workspace);
    JoinParts(text, workspace, matched.hits);
    GiveBack(std::move(workspace));
    Sift(text, matched.hits);
    return matched;
}

void RuleMatcher::Scan(std::string_view text, std::vector<Hit>& hits, Workspace& workspace) const {
    struct Sink {
        const RuleMatcher& matcher;
        std::vector<Hit>& hits;
        Workspace& workspace;
    } sink{*this, hits, workspace};
    const auto on_hit = [](unsigned id, unsigned long long from, unsigned long long to, unsigned,
                           void* context) {
        const auto* found = static_cast<Sink*>(context);
        const RuleMatcher& matcher = found->matcher;
        // An expression has the blanks around its words, which are not part of them.
        matcher.TakeHit(matcher.expressions_[id], from + 1, to - 1, found->hits, found->workspace);
        return 0;
    };
    const hs_error_t error =
        hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0,
                workspace.scratch.get(), on_hit, &sink);
    if (error != HS_SUCCESS) {
        throw base::Error(base::ErrorCode::kFailed, "The rules could not be applied to a message",
                          "hs_scan: " + std::to_string(error));
    }
}

// Hits come in the order of their ends, so a part whose forerunner has not come can join nothing.
void RuleMatcher::TakeHit(const Expression& expression, std::size_t from, std::size_t to,
                          std::vector<Hit>& hits, Workspace& workspace) const {
    for (const Use& use : expression.uses) {
        const PlacedPattern& placed = patterns_[use.pattern];
        if (placed.pattern->parts.size() == 1) {
            hits.push_back({placed.group, placed.pattern, from, to});
            continue;
        }
        unsigned& reached = workspace.reached[use.pattern];
        if (use.part > reached) continue;
        if (reached == 0) workspace.begun.push_back(use.pattern);
        reached = std::max(reached, use.part + 1);
        workspace.parts.push_back(
            {use, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)});
    }
}

void RuleMatcher::JoinParts(std::string_view text, Workspace& workspace,
                            std::vector<Hit>& hits) const {
    std::vector<PartHit>& parts = workspace.parts;
    std::erase_if(parts, [&](const PartHit& part) {
        const unsigned pattern = part.use.pattern;
        return workspace.reached[pattern] < patterns_[pattern].pattern->parts.size();
    });
    for (const unsigned pattern : workspace.begun) workspace.reached[pattern] = 0;
    workspace.begun.clear();
    std::sort(parts.begin(), parts.end(), [](const PartHit& a, const PartHit& b) {
        return std::tie(a.use.pattern, a.use.part, a.from, a.to) <
               std::tie(b.use.pattern, b.use.part, b.from, b.to);
    });
    for (std::size_t begin = 0; begin < parts.size();) {
        std::size_t end = begin;
        while (end < parts.size() && parts[end].use.pattern == parts[begin].use.pattern) {
            ++end;
        }
        JoinPattern(text, std::span(parts).subspan(begin, end - begin),
                    patterns_[parts[begin].use.pattern], hits);
        begin = end;
    }
    parts.clear();
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
