#include "analysis/waiting_cases.h"

#include <algorithm>

#include "analysis/provider_trouble.h"
#include "llm/prices.h"

namespace geniai::analysis {

namespace {

constexpr int kClaimsMin = 20;
constexpr int kClaimsMax = 500;

}  // namespace

std::unique_ptr<Case> WaitingCases::Next() {
    while (!claimed_.empty() || Claim()) {
        const warehouse::Claim claim = claimed_.front();
        claimed_.pop_front();
        if (auto of = Open(claim)) return of;
    }
    return nullptr;
}

// A few ahead, for to find the next one takes as long as to find many.
bool WaitingCases::Claim() {
    if (IsEnding() || all_claimed_ || begun_ >= options_.limit) return false;
    const int wanted =
        std::min(std::clamp(options_.workers, kClaimsMin, kClaimsMax), options_.limit - begun_);
    const auto claims = InScope([&](auto& scope) {
        return warehouse::ClaimConversations(scope, task_.purpose(), wanted, options_.lease);
    });
    claimed_.assign(claims.begin(), claims.end());
    claimed_since_ = base::Stopwatch();
    begun_ += static_cast<int>(claims.size());
    all_claimed_ = std::ssize(claims) < wanted;
    return !claimed_.empty();
}

std::unique_ptr<Case> WaitingCases::Open(const warehouse::Claim& claim) {
    if (IsEnding()) {
        Release(claim);
        return nullptr;
    }
    // One that has waited for long would outlive its lease: it is claimed anew.
    if (4 * claimed_since_.Seconds() > static_cast<double>(options_.lease.count())) {
        --begun_;
        all_claimed_ = false;
        Release(claim);
        return nullptr;
    }
    std::unique_ptr<Case> of;
    const CaseEnd known = InScope([&](auto& scope) {
        of = task_.Open(scope, claim, options_.conversation_tokens_max, std::nullopt);
        if (of) return task_.StoreKnown(scope, *of);
        warehouse::ReleaseClaim(scope, task_.purpose(), claim);
        return CaseEnd::kGone;
    });
    if (known == CaseEnd::kWaiting) return of;
    if (known != CaseEnd::kGone) Count(known);
    return nullptr;
}

llm::Question WaitingCases::QuestionOf(const Case& of) const {
    llm::Question question;
    question.tenant = tenant_;
    question.purpose = warehouse::NameOf(task_.purpose());
    question.prompt_version = task_.prompt_version();
    question.input_hash = of.prompt.input_hash;
    question.input_tokens = of.prompt.input_tokens;
    question.chat = of.prompt.chat;
    return question;
}

base::MicroBrl WaitingCases::CostAtMost(const Case& of) {
    const auto cost = InScope([&](auto& scope) {
        return llm::CostOf(scope, parts_.model, of.prompt.input_tokens, 0,
                           of.prompt.chat.output_tokens_max);
    });
    return cost.value_or(base::MicroBrl(0));  // without a price it is refused anyway
}

void WaitingCases::Count(CaseEnd end) {
    switch (end) {
        case CaseEnd::kSkipped: ++summary_.skipped; break;
        case CaseEnd::kLost: ++summary_.lost; break;
        case CaseEnd::kReused: ++summary_.reused; [[fallthrough]];
        default: ++summary_.analysed;
    }
    Progress();
}

void WaitingCases::Fail(const warehouse::Claim& claim, std::string_view cause) {
    ++summary_.failures[std::string(cause)];
    parts_.log.Warning("analysis.failed", {{"tenant_id", tenant_.value()},
                                           {"purpose", warehouse::NameOf(task_.purpose())},
                                           {"conversation_id", claim.conversation.value()},
                                           {"cause", cause}});
    InScope([&](auto& scope) {
        return warehouse::StoreFailure(scope, task_.purpose(), claim, cause,
                                       IsProvidersTrouble(cause) ? warehouse::Blame::kProvider
                                                                 : warehouse::Blame::kConversation);
    });
    Progress();
}

void WaitingCases::Release(const warehouse::Claim& claim) {
    InScope([&](auto& scope) { return warehouse::ReleaseClaim(scope, task_.purpose(), claim); });
}

void WaitingCases::ReleaseRest() {
    for (const warehouse::Claim& claim : claimed_) Release(claim);
    claimed_.clear();
}

void WaitingCases::Progress() {
    ++done_;
    if (options_.on_progress) options_.on_progress(done_);
}

}  // namespace geniai::analysis
