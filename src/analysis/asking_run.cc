#include "analysis/asking_run.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "analysis/answer_reader.h"
#include "analysis/patient_scope.h"
#include "analysis/provider_trouble.h"
#include "base/clock.h"
#include "llm/prices.h"
#include "llm/usage.h"
#include "tenancy/tenants.h"

namespace geniai::analysis {

namespace {

// So many conversations tell how long the prompts are; more are counted only.
constexpr int kForecastSampleMax = 500;
constexpr int kClaimsMin = 20;
constexpr int kClaimsMax = 200;

// A case whose question is on its way.
struct Pending {
    std::unique_ptr<Case> of;
    base::MicroBrl cost_max;
    llm::Reply reply;
};

// One run over one tenant. The thread that runs it claims, asks and stores; only the replies come in on
// the gateway's threads.
class Round {
public:
    Round(const AskingParts& parts, base::TenantId tenant, Task& task, const AskingOptions& options)
        : parts_(parts), tenant_(tenant), task_(task), options_(options) {
        summary_.tenant = tenant;
    }
    // The replies of questions on their way come here.
    ~Round() {
        std::unique_lock lock(mutex_);
        came_.wait(lock, [this] { return std::ssize(replied_) >= asked_; });
    }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    AskingSummary Run() {
        const base::Stopwatch stopwatch;
        do {
            if (claimed_.empty()) Claim();
            while (!claimed_.empty() && asked_ < options_.workers) BeginNext();
            if (asked_ > 0) StoreReplies();
        } while (asked_ > 0 || !claimed_.empty() || MayClaim());
        summary_.seconds = stopwatch.Seconds();
        return std::move(summary_);
    }

private:
    template <class Work>
    auto InScope(const Work& work) {
        return InPatientScope(parts_.warehouse, tenant_, work);
    }

    bool IsEnding() const { return options_.stop.stop_requested() || summary_.ended_by; }

    bool MayClaim() const { return !IsEnding() && !all_claimed_ && begun_ < options_.limit; }

    // A few ahead, for to find the next one takes as long as to find many.
    void Claim() {
        if (!MayClaim()) return;
        const int wanted =
            std::min(std::clamp(options_.workers, kClaimsMin, kClaimsMax), options_.limit - begun_);
        const auto claims = InScope([&](auto& scope) {
            return warehouse::ClaimConversations(scope, task_.purpose(), wanted, options_.lease);
        });
        claimed_.assign(claims.begin(), claims.end());
        claimed_since_ = base::Stopwatch();
        begun_ += static_cast<int>(claims.size());
        all_claimed_ = std::ssize(claims) < wanted;
    }

    void BeginNext() {
        const warehouse::Claim claim = claimed_.front();
        claimed_.pop_front();
        if (IsEnding()) return Release(claim);
        // One that has waited for long would outlive its lease: it is claimed anew.
        if (4 * claimed_since_.Seconds() > static_cast<double>(options_.lease.count())) {
            --begun_;
            all_claimed_ = false;
            return Release(claim);
        }
        auto of = InScope([&](auto& scope) {
            return task_.Open(scope, claim, options_.conversation_tokens_max);
        });
        if (!of) return Release(claim);
        const CaseEnd known = InScope([&](auto& scope) { return task_.StoreKnown(scope, *of); });
        if (known != CaseEnd::kWaiting) return Count(known);
        Ask(std::move(of));
    }

    void Release(const warehouse::Claim& claim) {
        InScope([&](auto& scope) { return warehouse::ReleaseClaim(scope, task_.purpose(), claim); });
    }

    void Ask(std::unique_ptr<Case> of) {
        auto pending = std::make_shared<Pending>();
        pending->of = std::move(of);
        if (!FitsCostMax(*pending)) return Release(pending->of->claim);
        ++asked_;
        cost_on_its_way_ += pending->cost_max;
        parts_.gateway->Ask(QuestionOf(*pending->of), [this, pending](llm::Reply reply) {
            const std::lock_guard lock(mutex_);
            pending->reply = std::move(reply);
            replied_.push_back(pending);
            came_.notify_one();
        });
    }

    llm::Question QuestionOf(const Case& of) const {
        llm::Question question;
        question.tenant = tenant_;
        question.purpose = warehouse::NameOf(task_.purpose());
        question.prompt_version = task_.prompt_version();
        question.input_hash = of.prompt.input_hash;
        question.input_tokens = of.prompt.input_tokens;
        question.chat = of.prompt.chat;
        return question;
    }

    // Whether the run's own limit covers this question too, at its dearest.
    bool FitsCostMax(Pending& pending) {
        if (!options_.cost_max) return true;
        const ConversationPrompt& prompt = pending.of->prompt;
        const auto cost = InScope([&](auto& scope) {
            return llm::CostOf(scope, parts_.model, prompt.input_tokens, 0,
                               prompt.chat.output_tokens_max);
        });
        pending.cost_max = cost.value_or(base::MicroBrl(0));  // without a price it is refused anyway
        if (summary_.cost + cost_on_its_way_ + pending.cost_max <= *options_.cost_max) return true;
        summary_.ended_by = "max_cost";
        return false;
    }

    // Waits for at least one.
    void StoreReplies() {
        std::deque<std::shared_ptr<Pending>> replied;
        {
            std::unique_lock lock(mutex_);
            came_.wait(lock, [this] { return !replied_.empty(); });
            replied.swap(replied_);
        }
        for (const auto& pending : replied) {
            --asked_;
            cost_on_its_way_ = cost_on_its_way_ - pending->cost_max;
            StoreReply(*pending);
        }
    }

    void StoreReply(const Pending& pending) {
        const llm::Reply& reply = pending.reply;
        summary_.cost += reply.cost;
        summary_.input_tokens += reply.usage.input_tokens;
        summary_.output_tokens += reply.usage.output_tokens;
        if (reply.kind == llm::Reply::Kind::kRefused) {
            summary_.ended_by = reply.cause;
            summary_.not_before = reply.not_before;
            return Release(pending.of->claim);
        }
        if (reply.kind == llm::Reply::Kind::kFailed) return Fail(pending, reply.cause);
        try {
            Count(InScope([&](auto& scope) { return task_.StoreReply(scope, *pending.of, reply); }));
            troubles_in_a_row_ = 0;
        } catch (const BadAnswer& bad) {
            Fail(pending, bad.cause);
        }
    }

    void Fail(const Pending& pending, const std::string& cause) {
        const warehouse::Claim& claim = pending.of->claim;
        ++summary_.failures[cause];
        parts_.log.Warning("analysis.failed", {{"tenant_id", tenant_.value()},
                                               {"purpose", warehouse::NameOf(task_.purpose())},
                                               {"conversation_id", claim.conversation.value()},
                                               {"cause", std::string_view(cause)}});
        const bool is_trouble = IsProvidersTrouble(cause);
        troubles_in_a_row_ = is_trouble ? troubles_in_a_row_ + 1 : 0;
        if (IsHopeless(cause) || troubles_in_a_row_ >= kTroublesInARowMax) summary_.ended_by = cause;
        InScope([&](auto& scope) {
            return warehouse::StoreFailure(
                scope, task_.purpose(), claim, cause,
                is_trouble ? warehouse::Blame::kProvider : warehouse::Blame::kConversation);
        });
        Progress();
    }

    void Count(CaseEnd end) {
        switch (end) {
            case CaseEnd::kSkipped: ++summary_.skipped; break;
            case CaseEnd::kLost: ++summary_.lost; break;
            case CaseEnd::kReused: ++summary_.reused; [[fallthrough]];
            default: ++summary_.analysed;
        }
        Progress();
    }

    void Progress() {
        ++done_;
        if (options_.on_progress) options_.on_progress(done_);
    }

    const AskingParts& parts_;
    base::TenantId tenant_;
    Task& task_;
    const AskingOptions& options_;
    AskingSummary summary_;
    std::deque<warehouse::Claim> claimed_;  // and not yet begun
    base::Stopwatch claimed_since_;
    bool all_claimed_ = false;
    int begun_ = 0;
    int asked_ = 0;  // questions on their way
    int troubles_in_a_row_ = 0;
    std::int64_t done_ = 0;
    base::MicroBrl cost_on_its_way_;
    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<std::shared_ptr<Pending>> replied_;  // guarded by mutex_
};

}  // namespace

AskingSummary RunTask(const AskingParts& parts, base::TenantId tenant, Task& task,
                      const AskingOptions& options) {
    // Questions that wait for a window end at once, those in flight are answered.
    const std::stop_callback stop(options.stop, [&parts] {
        if (parts.gateway != nullptr) parts.gateway->Stop();
    });
    AskingSummary summary = Round(parts, tenant, task, options).Run();
    parts.log.Info("analysis.done", {{"tenant_id", tenant.value()},
                                     {"purpose", warehouse::NameOf(task.purpose())},
                                     {"analysed", summary.analysed},
                                     {"skipped", summary.skipped},
                                     {"reused", summary.reused},
                                     {"cost_micro_brl", summary.cost.micros()},
                                     {"seconds", summary.seconds}});
    return summary;
}

AskingForecast ForecastTask(const AskingParts& parts, base::TenantId tenant, Task& task,
                            const AskingOptions& options) {
    const pg::Pool::Lease connection = parts.warehouse.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant);
    AskingForecast forecast;
    std::int64_t sampled = 0;
    std::int64_t input_tokens_max = 0;
    std::int32_t output_tokens_max = 0;
    for (const warehouse::Claim& claim : warehouse::ListWaiting(
             scope, task.purpose(), std::min(options.limit, kForecastSampleMax))) {
        const auto of = task.Open(scope, claim, options.conversation_tokens_max);
        if (!of) continue;
        ++sampled;
        if (task.NeedsModel(*of)) {
            ++forecast.calls;
            input_tokens_max += of->prompt.input_tokens;
            output_tokens_max = of->prompt.chat.output_tokens_max;
        } else if (parts.gateway != nullptr) {
            ++forecast.skipped;
        }
    }
    forecast.waiting = std::min<std::int64_t>(warehouse::CountWaiting(scope, task.purpose()),
                                              options.limit);
    const double waiting_of_one =
        sampled == 0 ? 0 : static_cast<double>(forecast.waiting) / static_cast<double>(sampled);
    const auto of_all = [&](std::int64_t of_sample) {
        return std::llround(static_cast<double>(of_sample) * waiting_of_one);
    };
    forecast.skipped = of_all(forecast.skipped);
    forecast.calls = of_all(forecast.calls);
    input_tokens_max = of_all(input_tokens_max);
    const llm::CallHabit habit =
        llm::ReadCallHabit(scope, warehouse::NameOf(task.purpose()), parts.model,
                           task.prompt_version(), output_tokens_max);
    forecast.input_tokens =
        static_cast<std::int64_t>(static_cast<double>(input_tokens_max) * habit.input_share);
    forecast.output_tokens =
        static_cast<std::int64_t>(static_cast<double>(forecast.calls) * habit.output_tokens);
    const auto cached = static_cast<std::int64_t>(static_cast<double>(forecast.input_tokens) *
                                                  habit.cached_share);
    forecast.cost = forecast.calls == 0
                        ? base::MicroBrl(0)
                        : llm::CostOf(scope, parts.model, forecast.input_tokens, cached,
                                      forecast.output_tokens);
    return forecast;
}

warehouse::AnalysisOrigin OriginOf(const Task& task, const std::string& model, const Case& of,
                                   const llm::Reply& reply) {
    warehouse::AnalysisOrigin origin;
    origin.analyst = "model";
    origin.model = model;
    origin.prompt_version = task.prompt_version();
    origin.input_hash = of.prompt.input_hash;
    if (reply.attempts > 0) origin.call = reply.call.value();
    origin.input_tokens = reply.usage.input_tokens;
    origin.cached_input_tokens = reply.usage.cached_input_tokens;
    origin.output_tokens = reply.usage.output_tokens;
    origin.cost = reply.cost;
    origin.seconds = static_cast<double>(reply.took.count()) / 1000;
    return origin;
}

bool MayUseModel(pg::Pool& warehouse, base::TenantId tenant) {
    const pg::Pool::Lease connection = warehouse.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant);
    return tenancy::GetScopedTenant(scope).uses_model;
}

}  // namespace geniai::analysis
