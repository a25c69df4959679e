#include "analysis/rules.h"

#include <hs/hs.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analysis/clause_text.h"
#include "base/error.h"

namespace geniai::analysis {
namespace {

using warehouse::Author;
using warehouse::Classification;
using warehouse::Evidence;
using warehouse::Message;

constexpr std::size_t kEvidencePerRuleMax = 8;  // enough to judge a decision; keeps rows small
constexpr std::size_t kQuoteBytesMax = 200;
constexpr int kScoreMax = 100;
constexpr int kBuyingWeight = 3;    // a lead topic this strong outweighs being a customer already
constexpr int kStrongConfirm = 2;   // a confirmation that needs no day or time in the request

struct DatabaseDeleter {
    void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct ScratchDeleter {
    void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};
using Database = std::unique_ptr<hs_database_t, DatabaseDeleter>;
using Scratch = std::unique_ptr<hs_scratch_t, ScratchDeleter>;

// Where a pattern was found in a message's clause text.
struct Hit {
    std::size_t group;
    const RulePattern* pattern;
    std::size_t from;
    std::size_t to;
};

// A message with its hits in reading order; exceptions, negations and conditions are applied already.
struct ReadMessage {
    const Message& message;
    ClauseText clauses;
    std::vector<Hit> hits;
};

bool IsTeam(Author author) {
    return author == Author::kHuman || author == Author::kBot || author == Author::kTemplate ||
           author == Author::kCampaign;
}

constexpr std::string_view kMarks = ",.?";

std::size_t ClauseBegin(std::string_view text, std::size_t at) {
    const std::size_t mark = at == 0 ? std::string_view::npos : text.find_last_of(kMarks, at - 1);
    return mark == std::string_view::npos ? 0 : mark + 1;
}

std::size_t ClauseEnd(std::string_view text, std::size_t at) {
    return std::min(text.find_first_of(kMarks, at), text.size());
}

bool IsAsked(std::string_view text, const Hit& hit) {
    const std::size_t end = ClauseEnd(text, hit.to);
    return end < text.size() && text[end] == '?';
}

bool IsSentenceAsked(std::string_view text, const Hit& hit) {
    const std::size_t end = text.find_first_of(".?", hit.to);
    return end != std::string_view::npos && text[end] == '?';
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

std::string QuoteOf(const ReadMessage& read, const Hit& hit) {
    const auto [begin, end] = read.clauses.SourceSpan(hit.from, hit.to);
    std::size_t size = std::min<std::size_t>(end - begin, kQuoteBytesMax);
    const std::string& text = read.message.text;
    while (size > 0 && begin + size < text.size() &&
           (static_cast<unsigned char>(text[begin + size]) & 0xC0U) == 0x80U) {
        --size;  // never inside a character
    }
    return text.substr(begin, size);
}

// The state of one conversation while its messages are read in order.
class Reading {
public:
    explicit Reading(const RuleSet& rules)
        : rules_(rules),
          topics_(rules.groups.size()),
          keywords_(rules.categories.size()),
          points_(rules.categories.size()) {}

    void ReadContact(const ReadMessage& read) {
        team_speaks_ = false;
        for (const Hit& hit : read.hits) {
            TakeHit(read, hit);
        }
        ReadAnswer(read);
    }

    void ReadTeam(const ReadMessage& read) {
        if (!std::exchange(team_speaks_, true)) {
            proposal_open_ = false;
        }
        const std::string& text = read.clauses.text();
        // A day or a time in answer to a wish is an offer even without a question.
        const bool offers = Has(read, RuleKind::kTeamProposal) || request_.has_value() ||
                            text.find('?') != std::string::npos;
        if (offers && Has(read, RuleKind::kWhen) && !Has(read, RuleKind::kTeamHours)) {
            proposal_open_ = true;
        }
        if (Has(read, RuleKind::kTeamDecline)) {
            if (visit_ && visit_is_wish_) {
                visit_.reset();
            }
            request_has_when_ = false;  // the wish stays, but now only a plain confirmation books it
        }
        for (const Hit& hit : read.hits) {
            const RuleGroup& group = rules_.groups[hit.group];
            const bool confirms = group.kind == RuleKind::kTeamConfirm && !IsSentenceAsked(text, hit);
            if (confirms && request_ && (group.weight >= kStrongConfirm || request_has_when_)) {
                SetVisit(*std::exchange(request_, std::nullopt), false);
            }
        }
    }

    Classification Result(ConversationFacts facts) const;

private:
    bool Has(const ReadMessage& read, RuleKind kind) const {
        return std::any_of(read.hits.begin(), read.hits.end(), [&](const Hit& hit) {
            return rules_.groups[hit.group].kind == kind;
        });
    }

    Evidence EvidenceOf(const char* rule, const ReadMessage& read, const Hit& hit) const {
        return {.rule = rule, .message_id = read.message.id, .quote = QuoteOf(read, hit)};
    }

    void SetVisit(Evidence evidence, bool is_wish) {
        visit_ = std::move(evidence);
        visit_is_wish_ = is_wish;
        refused_ = false;
    }

    void TakeHit(const ReadMessage& read, const Hit& hit) {
        switch (rules_.groups[hit.group].kind) {
            case RuleKind::kLead: return TakeInterest(read, hit);
            case RuleKind::kRefusal: return TakeRefusal(read, hit);
            case RuleKind::kCustomer: return TakeCustomer(read, hit);
            case RuleKind::kOutsider:
                outsider_ = true;
                return AddNegative(read, hit);
            case RuleKind::kConversion:
                refused_ = false;
                conversion_ = EvidenceOf("conversion", read, hit);
                return;
            case RuleKind::kVisitStated: return SetVisit(EvidenceOf("visit", read, hit), false);
            case RuleKind::kVisitRequest: return TakeRequest(read, hit);
            case RuleKind::kVisitCancel:
                visit_.reset();
                request_.reset();
                proposal_open_ = false;
                return AddNegative(read, hit);
            case RuleKind::kCategory: return TakeKeyword(read, hit);
            default: return;  // sets the scene for others
        }
    }

    void TakeInterest(const ReadMessage& read, const Hit& hit) {
        const int weight = rules_.groups[hit.group].weight;
        if (!topics_[hit.group]) {
            topics_[hit.group] = EvidenceOf("lead", read, hit);
        }
        if (weight >= rules_.score.lead_strength_min) {
            refused_ = false;
        }
        if (weight >= kBuyingWeight) {
            customer_ = false;
        }
    }

    // A refusal of one thing beside a wish for another ("não quero musculação, quero natação") is none.
    void TakeRefusal(const ReadMessage& read, const Hit& hit) {
        const bool has_wish =
            std::any_of(read.hits.begin(), read.hits.end(), [&](const Hit& other) {
                const RuleGroup& group = rules_.groups[other.group];
                return group.kind == RuleKind::kLead &&
                       group.weight >= rules_.score.lead_strength_min;
            });
        if (rules_.groups[hit.group].yields && has_wish) {
            return;
        }
        refused_ = true;
        proposal_open_ = false;
        visit_.reset();
        request_.reset();
        conversion_.reset();
        AddNegative(read, hit);
    }

    // Somebody who bought or booked earlier in this very conversation is a customer because of it. In
    // the same message it is the other way round: "paguei e a catraca não libera" is no new sale.
    void TakeCustomer(const ReadMessage& read, const Hit& hit) {
        const auto is_earlier = [&](const std::optional<Evidence>& evidence) {
            return evidence && evidence->message_id != read.message.id;
        };
        if (is_earlier(visit_) || is_earlier(conversion_)) {
            return;
        }
        customer_ = true;
        visit_.reset();
        conversion_.reset();
        AddNegative(read, hit);
    }

    void TakeRequest(const ReadMessage& read, const Hit& hit) {
        request_ = EvidenceOf("visit", read, hit);
        request_has_when_ = Has(read, RuleKind::kWhen);
        if (request_has_when_ && !IsSentenceAsked(read.clauses.text(), hit)) {
            SetVisit(*request_, true);
        }
    }

    // What the contact answers to an open proposal: agrees, puts it off, or names another day or time,
    // which then waits for the team's confirmation.
    void ReadAnswer(const ReadMessage& read) {
        if (Has(read, RuleKind::kDeferral)) {
            proposal_open_ = false;
            return;
        }
        if (!proposal_open_) {
            return;
        }
        for (const Hit& hit : read.hits) {
            if (rules_.groups[hit.group].kind == RuleKind::kVisitAccept) {
                proposal_open_ = false;
                return SetVisit(EvidenceOf("visit", read, hit), false);
            }
        }
        for (const std::string& sign : rules_.accept_signs) {
            if (read.message.text.find(sign) != std::string::npos) {
                proposal_open_ = false;
                return SetVisit({"visit", read.message.id, sign}, false);
            }
        }
        for (const Hit& hit : read.hits) {
            if (rules_.groups[hit.group].kind == RuleKind::kWhen) {
                request_ = EvidenceOf("visit", read, hit);
                request_has_when_ = true;
                return;
            }
        }
    }

    void TakeKeyword(const ReadMessage& read, const Hit& hit) {
        const RuleGroup& group = rules_.groups[hit.group];
        std::vector<const RulePattern*>& seen = keywords_[group.owner].first;
        if (std::find(seen.begin(), seen.end(), hit.pattern) != seen.end()) {
            return;
        }
        seen.push_back(hit.pattern);
        points_[group.owner] += group.weight;
        std::vector<Evidence>& evidence = keywords_[group.owner].second;
        if (evidence.size() < kEvidencePerRuleMax) {
            evidence.push_back(EvidenceOf("category", read, hit));
        }
    }

    void AddNegative(const ReadMessage& read, const Hit& hit) {
        if (negatives_.size() < kEvidencePerRuleMax) {
            negatives_.push_back(EvidenceOf("negative", read, hit));
        }
    }

    int Strength() const {
        int strength = 0;
        for (std::size_t i = 0; i < topics_.size(); ++i) {
            strength += topics_[i] ? rules_.groups[i].weight : 0;
        }
        return strength;
    }

    std::size_t BestCategory(const Classification& found) const {
        std::vector<int> points = points_;
        for (std::size_t i = 0; i < points.size(); ++i) {
            const Category& category = rules_.categories[i];
            points[i] += (found.visit_scheduled ? category.visit_weight : 0) +
                         (found.is_lead ? category.lead_weight : 0) +
                         (customer_ ? category.customer_weight : 0);
        }
        const auto best = std::max_element(points.begin(), points.end());
        const bool none = outsider_ || *best == 0;
        return none ? points.size() - 1 : static_cast<std::size_t>(best - points.begin());
    }

    const RuleSet& rules_;
    std::vector<std::optional<Evidence>> topics_;  // per group; only those of kLead are ever set
    std::vector<std::pair<std::vector<const RulePattern*>, std::vector<Evidence>>> keywords_;  // per category
    std::vector<int> points_;                                                       // per category
    std::vector<Evidence> negatives_;
    std::optional<Evidence> visit_;
    std::optional<Evidence> conversion_;
    std::optional<Evidence> request_;  // the contact's wish that the team has not confirmed yet
    bool request_has_when_ = false;
    bool visit_is_wish_ = false;  // visit_ stands unless the team declines it
    bool proposal_open_ = false;  // the team's last words offer a day or a time
    bool team_speaks_ = false;
    bool refused_ = false;
    bool customer_ = false;
    bool outsider_ = false;
};

int ScoreOf(const ScoreWeights& score, int topics, bool visit, bool conversion,
            ConversationFacts facts) {
    const int sum = std::min(score.per_topic * topics, score.topics_max) +
                    (visit ? score.visit : 0) + (conversion ? score.conversion : 0) +
                    (facts.resolved ? score.resolved : 0) +
                    (facts.human_answered ? score.human : 0);
    return std::clamp(sum, 1, kScoreMax);
}

Classification Reading::Result(ConversationFacts facts) const {
    Classification result;
    const bool closed = refused_ || customer_ || outsider_;
    result.visit_scheduled = !closed && visit_;
    result.crm_converted = !closed && conversion_;
    result.is_lead = !closed && (visit_ || conversion_ ||
                                 Strength() >= rules_.score.lead_strength_min);
    const std::size_t category = BestCategory(result);
    result.category = rules_.categories[category].key;
    if (result.is_lead) {
        int topics = 0;
        for (const std::optional<Evidence>& topic : topics_) {
            if (topic) {
                ++topics;
                result.evidence.push_back(*topic);
            }
        }
        result.score = ScoreOf(rules_.score, topics, result.visit_scheduled, result.crm_converted,
                               facts);
    }
    if (result.visit_scheduled) {
        result.evidence.push_back(*visit_);
    }
    if (result.crm_converted) {
        result.evidence.push_back(*conversion_);
    }
    result.evidence.insert(result.evidence.end(), negatives_.begin(), negatives_.end());
    if (!outsider_) {
        const std::vector<Evidence>& words = keywords_[category].second;
        result.evidence.insert(result.evidence.end(), words.begin(), words.end());
    }
    return result;
}

[[noreturn]] void RefusePattern(const RuleGroup& group, int line, const char* reason) {
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "The rules are not usable: line " + std::to_string(line) + ": a pattern of \"" +
                          group.name + "\" is not valid: " + reason);
}

}  // namespace

// The compiled rules: one Vectorscan database for all patterns of all groups.
class RuleClassifier::Program {
public:
    explicit Program(RuleSet rules)
        : rules_(std::move(rules)), reader_(rules_.spelling, rules_.clause_words) {
        if (rules_.categories.empty()) {
            throw base::Error(base::ErrorCode::kInvalidInput, "The rules have no category");
        }
        for (std::size_t group = 0; group < rules_.groups.size(); ++group) {
            for (const RulePattern& pattern : rules_.groups[group].patterns) {
                AddParts(pattern, group);
            }
        }
        Compile();
    }

    const RuleSet& rules() const { return rules_; }

    Classification Classify(std::span<const Message> messages, ConversationFacts facts) const {
        Scratch scratch = TakeScratch();
        Reading reading(rules_);
        for (const Message& message : messages) {
            const bool is_contact = message.author == Author::kContact;
            if (message.text.empty() || (!is_contact && !IsTeam(message.author))) {
                continue;
            }
            const ReadMessage read = Read(message, *scratch);
            is_contact ? reading.ReadContact(read) : reading.ReadTeam(read);
        }
        GiveBack(std::move(scratch));
        return reading.Result(facts);
    }

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
        std::size_t from;
        std::size_t to;
    };

    void AddParts(const RulePattern& pattern, std::size_t group) {
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

    void Compile() {
        std::vector<const char*> expressions;
        std::vector<unsigned> ids;
        for (const Expression& expression : expressions_) {
            ids.push_back(static_cast<unsigned>(expressions.size()));
            expressions.push_back(expression.text.c_str());
        }
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
        database_.reset(database);
        hs_scratch_t* scratch = nullptr;
        if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
            throw base::Error(base::ErrorCode::kFailed, "No memory for the rules");
        }
        scratch_model_.reset(scratch);
    }

    Scratch TakeScratch() const {
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

    void GiveBack(Scratch scratch) const {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(scratch));
    }

    ReadMessage Read(const Message& message, hs_scratch_t& scratch) const {
        ReadMessage read{message, reader_.Read(message.text), {}};
        const std::string& text = read.clauses.text();
        struct Sink {
            const Program& program;
            std::vector<Hit>& hits;
            std::vector<PartHit> parts;
        } sink{*this, read.hits, {}};
        // An expression has the blanks around its words, which are not part of them.
        const auto on_hit = [](unsigned id, unsigned long long from, unsigned long long to, unsigned,
                               void* context) {
            auto* found = static_cast<Sink*>(context);
            for (const Use& use : found->program.expressions_[id].uses) {
                const PlacedPattern& placed = found->program.patterns_[use.pattern];
                if (placed.pattern->parts.size() == 1) {
                    found->hits.push_back({placed.group, placed.pattern, from + 1, to - 1});
                } else {
                    found->parts.push_back({use, from + 1, to - 1});
                }
            }
            return 0;
        };
        hs_scan(database_.get(), text.data(), static_cast<unsigned>(text.size()), 0, &scratch, on_hit,
                &sink);
        JoinParts(text, sink.parts, read.hits);
        Sift(text, read.hits);
        return read;
    }

    // Makes hits of the parts that follow each other closely enough, each part's hit joined to the
    // nearest one before it.
    void JoinParts(std::string_view text, std::vector<PartHit>& parts, std::vector<Hit>& hits) const {
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

    static void JoinPattern(std::string_view text, std::span<PartHit> parts,
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

    static bool IsGap(std::string_view text, std::size_t from, std::size_t to) {
        return WordsBetween(text, from, to) <= kGapWordsMax &&
               text.substr(from, to - from).find_first_of(kMarks) == std::string_view::npos;
    }

    // Drops the hits that their surroundings take back, and puts the rest into reading order.
    void Sift(std::string_view text, std::vector<Hit>& hits) const {
        std::stable_sort(hits.begin(), hits.end(),
                         [](const Hit& a, const Hit& b) { return a.from < b.from; });
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

    bool IsExcepted(const Hit& hit, const std::vector<Hit>& hits) const {
        return std::any_of(hits.begin(), hits.end(), [&](const Hit& other) {
            const RuleGroup& group = rules_.groups[other.group];
            return group.kind == RuleKind::kException && group.owner == hit.group &&
                   other.from < hit.to && hit.from < other.to;
        });
    }

    bool IsNegated(std::string_view text, const Hit& hit, const std::vector<Hit>& hits) const {
        const std::size_t clause = ClauseBegin(text, hit.from);
        const auto reach = static_cast<std::size_t>(rules_.negation_reach_words);
        return IsNegatedAfter(text, hit) ||
               std::any_of(hits.begin(), hits.end(), [&](const Hit& other) {
                   return rules_.groups[other.group].kind == RuleKind::kNegation &&
                          other.from >= clause && other.to <= hit.from &&
                          WordsBetween(text, other.to, hit.from) <= reach;
               });
    }

    bool IsSupposed(std::string_view text, const Hit& hit, const std::vector<Hit>& hits) const {
        const std::size_t clause = ClauseBegin(text, hit.from);
        return IsAsked(text, hit) ||
               std::any_of(hits.begin(), hits.end(), [&](const Hit& other) {
                   return rules_.groups[other.group].kind == RuleKind::kCondition &&
                          other.from >= clause && other.to <= hit.from;
               });
    }

    const RuleSet rules_;
    const ClauseReader reader_;
    std::vector<PlacedPattern> patterns_;
    std::vector<Expression> expressions_;  // their indexes are the database's ids
    std::unordered_map<std::string, std::size_t> expression_at_;
    Database database_;
    Scratch scratch_model_;
    mutable std::mutex mutex_;
    mutable std::vector<Scratch> idle_;  // guarded by mutex_; one per thread that ever ran at once
};

RuleClassifier::RuleClassifier(RuleSet rules)
    : program_(std::make_unique<const Program>(std::move(rules))) {}
RuleClassifier::~RuleClassifier() = default;
RuleClassifier::RuleClassifier(RuleClassifier&&) noexcept = default;
RuleClassifier& RuleClassifier::operator=(RuleClassifier&&) noexcept = default;

Classification RuleClassifier::Classify(std::span<const Message> messages,
                                        ConversationFacts facts) const {
    return program_->Classify(messages, facts);
}

std::string_view RuleClassifier::version() const { return program_->rules().version; }

std::span<const Category> RuleClassifier::categories() const {
    return program_->rules().categories;
}

}  // namespace geniai::analysis
