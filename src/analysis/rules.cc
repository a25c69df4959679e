#include "analysis/rules.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <string>
#include <utility>

#include "analysis/rule_matcher.h"

namespace geniai::analysis {
namespace {

using warehouse::Author;
using warehouse::Classification;
using warehouse::Evidence;
using warehouse::Message;

constexpr std::size_t kEvidencePerRuleMax = 8;  // enough to judge a decision; keeps rows small
constexpr std::size_t kQuoteBytesMax = 200;
constexpr int kScoreMax = 100;
constexpr int kBuyingWeight = 3;   // a lead topic this strong outweighs being a customer already
constexpr int kStrongConfirm = 2;  // a confirmation that needs no day or time in the request
constexpr int kClearRequest = 2;   // a wish that stands by itself once it names a day or a time
// "Combinado!" or "bom fim de semana" is said once after a promise; who goes on talking has come back.
constexpr int kTurnsAfterPromise = 1;

bool IsTeam(Author author) {
    return author == Author::kHuman || author == Author::kBot || author == Author::kTemplate ||
           author == Author::kCampaign;
}

std::string QuoteOf(const MatchedMessage& read, const Hit& hit) {
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

    void ReadContact(const MatchedMessage& read) {
        team_speaks_ = false;
        for (const Hit& hit : read.hits) {
            TakeHit(read, hit);
        }
        ReadAnswer(read);
    }

    void ReadTeam(const MatchedMessage& read) {
        if (!std::exchange(team_speaks_, true)) {
            proposal_open_ = false;
            BeginTeamTurn();
        }
        // What a machine promises, the first person who writes keeps.
        const bool by_person = read.message.author == Author::kHuman;
        if (by_person && call_is_by_machine_) {
            call_.reset();
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
            request_has_when_ =
                false;  // the wish stays, but now only a plain confirmation books it
        }
        for (const Hit& hit : read.hits) {
            const RuleGroup& group = rules_.groups[hit.group];
            if (IsSentenceAsked(text, hit)) {
                continue;
            }
            if (group.kind == RuleKind::kTeamPromise && (by_person || !IsCallOfAPerson()) &&
                !Has(read, RuleKind::kTeamConfirm)) {
                SetCall(EvidenceOf("call", read, hit), !by_person);
            }
            const bool confirms = group.kind == RuleKind::kTeamConfirm;
            if (confirms && request_ && (group.weight >= kStrongConfirm || request_has_when_)) {
                SetVisit(*std::exchange(request_, std::nullopt), false);
            }
        }
    }

    Classification Result(ConversationFacts facts) const;

private:
    bool Has(const MatchedMessage& read, RuleKind kind) const {
        return std::any_of(read.hits.begin(), read.hits.end(),
                           [&](const Hit& hit) { return rules_.groups[hit.group].kind == kind; });
    }

    Evidence EvidenceOf(const char* rule, const MatchedMessage& read, const Hit& hit) const {
        return {.rule = rule, .message_id = read.message.id, .quote = QuoteOf(read, hit)};
    }

    void SetVisit(Evidence evidence, bool is_wish) {
        visit_ = std::move(evidence);
        visit_is_wish_ = is_wish;
        Reopen(visit_->message_id);
        call_.reset();
    }

    // Not in the message that asks to be left alone, whatever else it says.
    void Reopen(std::int64_t message) {
        if (opted_out_in_ == message) {
            return;
        }
        refused_ = false;
        opted_out_in_.reset();
    }

    void SetCall(Evidence evidence, bool is_by_machine) {
        call_ = std::move(evidence);
        call_is_by_machine_ = is_by_machine;
        turns_since_call_ = 0;
    }

    bool IsCallOfAPerson() const { return call_ && !call_is_by_machine_; }

    void BeginTeamTurn() {
        if (++turns_since_call_ > kTurnsAfterPromise) {
            call_.reset();
        }
    }

    void TakeHit(const MatchedMessage& read, const Hit& hit) {
        switch (rules_.groups[hit.group].kind) {
            case RuleKind::kLead: return TakeInterest(read, hit);
            case RuleKind::kRefusal: return TakeRefusal(read, hit);
            case RuleKind::kCustomer: return TakeCustomer(read, hit);
            case RuleKind::kOutsider: outsider_ = true; return AddNegative(read, hit);
            case RuleKind::kOptOut: return TakeOptOut(read, hit);
            case RuleKind::kCallRequest: return SetCall(EvidenceOf("call", read, hit), false);
            case RuleKind::kConversion:
                Reopen(read.message.id);
                call_.reset();
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

    void TakeInterest(const MatchedMessage& read, const Hit& hit) {
        const int weight = rules_.groups[hit.group].weight;
        if (!topics_[hit.group]) {
            topics_[hit.group] = EvidenceOf("lead", read, hit);
        }
        if (weight >= rules_.score.lead_strength_min) {
            Reopen(read.message.id);
        }
        if (weight >= kBuyingWeight) {
            customer_ = false;
        }
    }

    // A refusal of one thing beside a wish for another ("não quero musculação, quero natação") is
    // none.
    void TakeRefusal(const MatchedMessage& read, const Hit& hit) {
        const bool has_wish =
            std::any_of(read.hits.begin(), read.hits.end(), [&](const Hit& other) {
                const RuleGroup& group = rules_.groups[other.group];
                return group.kind == RuleKind::kLead &&
                       group.weight >= rules_.score.lead_strength_min;
            });
        if (rules_.groups[hit.group].yields && has_wish) {
            return;
        }
        Refuse(read, hit);
    }

    void TakeOptOut(const MatchedMessage& read, const Hit& hit) {
        opted_out_in_ = read.message.id;
        Refuse(read, hit);
    }

    void Refuse(const MatchedMessage& read, const Hit& hit) {
        refused_ = true;
        proposal_open_ = false;
        visit_.reset();
        request_.reset();
        conversion_.reset();
        call_.reset();
        AddNegative(read, hit);
    }

    // Somebody who bought or booked earlier in this very conversation is a customer because of it.
    // In the same message it is the other way round: "paguei e a catraca não libera" is no new
    // sale. Words that buyers use as well ("boleto") say nothing once somebody showed interest.
    void TakeCustomer(const MatchedMessage& read, const Hit& hit) {
        const auto is_earlier = [&](const std::optional<Evidence>& evidence) {
            return evidence && evidence->message_id != read.message.id;
        };
        const bool yields = rules_.groups[hit.group].yields;
        if (is_earlier(visit_) || is_earlier(conversion_) ||
            (yields && (proposal_open_ || HasInterestBefore(read.message)))) {
            return;
        }
        customer_ = true;
        visit_.reset();
        conversion_.reset();
        AddNegative(read, hit);
    }

    bool HasInterestBefore(const Message& message) const {
        int strength = 0;
        for (std::size_t i = 0; i < topics_.size(); ++i) {
            const bool is_before = topics_[i] && topics_[i]->message_id != message.id;
            strength += is_before ? rules_.groups[i].weight : 0;
        }
        return strength >= rules_.score.lead_strength_min && !customer_ && !refused_;
    }

    void TakeRequest(const MatchedMessage& read, const Hit& hit) {
        if (!request_ || request_->message_id != read.message.id) {
            request_ = EvidenceOf("visit", read, hit);
        }
        request_has_when_ = Has(read, RuleKind::kWhen);
        if (request_has_when_ && rules_.groups[hit.group].weight >= kClearRequest &&
            !IsSentenceAsked(read.clauses.text(), hit)) {
            SetVisit(*request_, true);
        }
    }

    // What the contact answers to an open proposal: agrees, puts it off, or names another day or
    // time, which then waits for the team's confirmation.
    void ReadAnswer(const MatchedMessage& read) {
        if (!proposal_open_) {
            return;
        }
        const auto deferral = std::find_if(read.hits.begin(), read.hits.end(), [&](const Hit& hit) {
            return rules_.groups[hit.group].kind == RuleKind::kDeferral;
        });
        if (deferral != read.hits.end()) {
            proposal_open_ = false;
            return TakeOtherTime(read, deferral->to);
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
        TakeOtherTime(read, 0);
    }

    // A day or a time at or after `from` becomes the request.
    void TakeOtherTime(const MatchedMessage& read, std::size_t from) {
        for (const Hit& hit : read.hits) {
            if (rules_.groups[hit.group].kind == RuleKind::kWhen && hit.from >= from) {
                request_ = EvidenceOf("visit", read, hit);
                request_has_when_ = true;
                return;
            }
        }
    }

    void TakeKeyword(const MatchedMessage& read, const Hit& hit) {
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

    void AddNegative(const MatchedMessage& read, const Hit& hit) {
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
        const Category& category =
            rules_.categories[static_cast<std::size_t>(best - points.begin())];
        const bool none = outsider_ || *best == 0 || (refused_ && category.needs_interest);
        return none ? points.size() - 1 : static_cast<std::size_t>(best - points.begin());
    }

    const RuleSet& rules_;
    std::vector<std::optional<Evidence>> topics_;  // per group; only those of kLead are ever set
    std::vector<std::pair<std::vector<const RulePattern*>, std::vector<Evidence>>>
        keywords_;             // per category
    std::vector<int> points_;  // per category
    std::vector<Evidence> negatives_;
    std::optional<Evidence> visit_;
    std::optional<Evidence> conversion_;
    std::optional<Evidence> request_;  // the contact's wish that the team has not confirmed yet
    bool request_has_when_ = false;
    bool visit_is_wish_ = false;  // visit_ stands unless the team declines it
    bool proposal_open_ = false;  // the team's last words offer a day or a time
    bool team_speaks_ = false;
    std::optional<Evidence> call_;  // promised or asked for
    bool call_is_by_machine_ = false;
    int turns_since_call_ = 0;  // of the team
    bool refused_ = false;
    std::optional<std::int64_t> opted_out_in_;  // message
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
    result.opted_out = opted_out_in_.has_value();
    result.awaits_call = !closed && call_;
    result.is_lead =
        !closed && (visit_ || conversion_ || Strength() >= rules_.score.lead_strength_min);
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
        result.score =
            ScoreOf(rules_.score, topics, result.visit_scheduled, result.crm_converted, facts);
    }
    if (result.visit_scheduled) {
        result.evidence.push_back(*visit_);
    }
    if (result.crm_converted) {
        result.evidence.push_back(*conversion_);
    }
    if (result.awaits_call) {
        result.evidence.push_back(*call_);
    }
    result.evidence.insert(result.evidence.end(), negatives_.begin(), negatives_.end());
    if (!outsider_) {
        const std::vector<Evidence>& words = keywords_[category].second;
        result.evidence.insert(result.evidence.end(), words.begin(), words.end());
    }
    return result;
}

}  // namespace

class RuleClassifier::Program {
public:
    Program(RuleSet rules, const std::string& cache_directory)
        : rules_(std::move(rules)),
          contact_matcher_(rules_, Speaker::kContact, cache_directory),
          team_matcher_(rules_, Speaker::kTeam, cache_directory) {
        assert(!rules_.categories.empty());
    }

    const RuleSet& rules() const { return rules_; }

    Classification Classify(std::span<const Message> messages, ConversationFacts facts) const {
        Reading reading(rules_);
        for (const Message& message : messages) {
            const bool is_contact = message.author == Author::kContact;
            if (message.text.empty() || (!is_contact && !IsTeam(message.author))) {
                continue;
            }
            if (is_contact) {
                reading.ReadContact(contact_matcher_.Match(message));
            } else {
                reading.ReadTeam(team_matcher_.Match(message));
            }
        }
        return reading.Result(facts);
    }

private:
    const RuleSet rules_;  // the matchers refer to it
    const RuleMatcher contact_matcher_;
    const RuleMatcher team_matcher_;
};

RuleClassifier::RuleClassifier(RuleSet rules, const std::string& cache_directory)
    : program_(std::make_unique<const Program>(std::move(rules), cache_directory)) {}
RuleClassifier::~RuleClassifier() = default;
RuleClassifier::RuleClassifier(RuleClassifier&&) noexcept = default;
RuleClassifier& RuleClassifier::operator=(RuleClassifier&&) noexcept = default;

Classification RuleClassifier::Classify(std::span<const Message> messages,
                                        ConversationFacts facts) const {
    return program_->Classify(messages, facts);
}

std::string_view RuleClassifier::version() const {
    return program_->rules().version;
}

std::span<const Category> RuleClassifier::categories() const {
    return program_->rules().categories;
}

}  // namespace geniai::analysis
