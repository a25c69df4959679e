#include "analysis/asking_run.h"

#include <algorithm>
#include <cmath>

#include "analysis/answer_reader.h"
#include "analysis/provider_trouble.h"
#include "analysis/reply_queue.h"
#include "analysis/waiting_cases.h"
#include "base/clock.h"
#include "llm/prices.h"
#include "llm/usage.h"
#include "tenancy/tenants.h"

namespace geniai::analysis {

namespace {

// So many conversations tell how long the prompts are; more are counted only.
constexpr int kForecastSampleMax = 500;

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
        : parts_(parts), task_(task), options_(options),
          cases_(parts, tenant, task, options, summary_) {
        summary_.tenant = tenant;
    }

    AskingSummary Run() {
        const base::Stopwatch stopwatch;
        for (AskMore(); replies_.on_their_way() > 0; AskMore()) StoreReplies();
        summary_.seconds = stopwatch.Seconds();
        return std::move(summary_);
    }

private:
    void AskMore() {
        while (replies_.on_their_way() < options_.workers) {
            auto of = cases_.Next();
            if (!of) return;
            Ask(std::move(of));
        }
    }

    void Ask(std::unique_ptr<Case> of) {
        auto pending = std::make_shared<Pending>();
        pending->of = std::move(of);
        if (!FitsCostMax(*pending)) return cases_.Release(pending->of->claim);
        cost_on_its_way_ += pending->cost_max;
        replies_.Ask(*parts_.gateway, cases_.QuestionOf(*pending->of), pending);
    }

    // Whether the run's own limit covers this question too, at its dearest.
    bool FitsCostMax(Pending& pending) {
        if (!options_.cost_max) return true;
        pending.cost_max = cases_.CostAtMost(*pending.of);
        if (summary_.cost + cost_on_its_way_ + pending.cost_max <= *options_.cost_max) return true;
        summary_.ended_by = kEndedByCostMax;
        return false;
    }

    void StoreReplies() {
        for (const auto& pending : replies_.Take()) {
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
            return cases_.Release(pending.of->claim);
        }
        if (reply.kind == llm::Reply::Kind::kFailed) return Fail(pending, reply.cause);
        try {
            cases_.Count(cases_.InScope(
                [&](auto& scope) { return task_.StoreReply(scope, *pending.of, reply); }));
            troubles_in_a_row_ = 0;
        } catch (const BadAnswer& bad) {
            Fail(pending, bad.cause);
        }
    }

    void Fail(const Pending& pending, const std::string& cause) {
        troubles_in_a_row_ = IsProvidersTrouble(cause) ? troubles_in_a_row_ + 1 : 0;
        if (IsHopeless(cause) || troubles_in_a_row_ >= kTroublesInARowMax) summary_.ended_by = cause;
        cases_.Fail(pending.of->claim, cause);
    }

    const AskingParts& parts_;
    Task& task_;
    const AskingOptions& options_;
    AskingSummary summary_;
    WaitingCases cases_;
    int troubles_in_a_row_ = 0;
    base::MicroBrl cost_on_its_way_;
    ReplyQueue<Pending> replies_;  // goes first, for it waits for what is on its way
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
        const auto of = task.Open(scope, claim, options.conversation_tokens_max, std::nullopt);
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
    const auto batch_percent = llm::BatchPercentOf(scope, parts.model);
    forecast.way = llm::ChooseWay(options.time_left, forecast.calls, batch_percent);
    if (forecast.cost && forecast.way == llm::Way::kBatch) {
        forecast.cost = base::MicroBrl(forecast.cost->micros() * *batch_percent / 100);
    }
    return forecast;
}

llm::Way WayOf(const AskingParts& parts, base::TenantId tenant, const Task& task,
               const AskingOptions& options) {
    if (parts.gateway == nullptr) return llm::Way::kLive;
    const pg::Pool::Lease connection = parts.warehouse.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant);
    const std::int64_t waiting = warehouse::CountWaiting(scope, task.purpose());
    return llm::ChooseWay(options.time_left, std::min<std::int64_t>(waiting, options.limit),
                          llm::BatchPercentOf(scope, parts.model));
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
