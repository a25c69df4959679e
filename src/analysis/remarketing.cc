#include "analysis/remarketing.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include <boost/json.hpp>

#include "analysis/local_analyst.h"
#include "analysis/remarketing_answer.h"
#include "analysis/remarketing_prompt.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "llm/prices.h"
#include "llm/usage.h"
#include "pg/sql_error.h"
#include "warehouse/lead_analyses.h"

namespace geniai::analysis {

namespace {

constexpr std::string_view kPurpose = "remarketing";
// So many leads tell how long the prompts are; more are counted only.
constexpr int kForecastLeadsMax = 500;
// When the provider fails so often in a row, it fails for the other leads too.
constexpr int kTroublesMax = 10;
constexpr int kClaimsMin = 20;
constexpr int kClaimsMax = 200;
constexpr double kWarehouseWaitSeconds = 60;
constexpr std::chrono::milliseconds kWarehousePause{300};
constexpr std::string_view kNobodyAnswered =
    "Ninguém respondeu a este contato: nem a equipe, nem o robô. Sem resposta não há o que retomar; a "
    "análise é feita depois que alguém responder.";

std::vector<SpokenLine> LinesOf(const warehouse::Lead& lead) {
    return SpokenLines(warehouse::ParseTranscript(lead.message_compiled));
}

SuggestionFacts FactsOf(const warehouse::Lead& lead) {
    return {lead.contact_name, "", lead.tenant_name, lead.band, lead.idle_hours};
}

// What is the provider's trouble, and no fault of the lead or of what was answered about it.
bool IsProvidersTrouble(std::string_view cause) {
    return cause == "timeout" || cause == "broken_connection" || cause == "not_json" ||
           cause == "insufficient_quota" || (cause.starts_with("http_") && cause != "http_400");
}

// What nobody mends by asking again: a wrong key, a model that does not exist, an empty account.
bool IsHopeless(std::string_view cause) {
    return cause == "http_401" || cause == "http_403" || cause == "http_404" ||
           cause == "insufficient_quota";
}

// A lead whose question is on its way.
struct Pending {
    warehouse::Lead lead;
    std::vector<SpokenLine> lines;
    Mask mask;
    RemarketingPrompt prompt;
    base::MicroBrl cost_max;
    llm::Reply reply;
};

}  // namespace

// One run over one tenant. The thread that runs it claims, asks and stores; only the replies come in on
// the gateway's threads.
class Remarketing::Round {
public:
    Round(Remarketing& of, base::TenantId tenant, const RemarketingOptions& options)
        : of_(of), tenant_(tenant), options_(options) {
        summary_.tenant = tenant;
    }
    // The replies of questions on their way come here.
    ~Round() {
        std::unique_lock lock(mutex_);
        came_.wait(lock, [this] { return std::ssize(replied_) >= asked_; });
    }
    Round(const Round&) = delete;
    Round& operator=(const Round&) = delete;

    RemarketingSummary Run() {
        const base::Stopwatch stopwatch;
        EndStale();
        do {
            if (claimed_.empty()) Claim();
            while (!claimed_.empty() && asked_ < options_.workers) BeginNext();
            if (asked_ > 0) StoreReplies();
        } while (asked_ > 0 || !claimed_.empty() || MayClaim());
        summary_.seconds = stopwatch.Seconds();
        return std::move(summary_);
    }

private:
    // Does `work` in a transaction, again after errors that pass: an answer that is paid for is not lost
    // because the warehouse restarts.
    template <class Work>
    auto InScope(const Work& work) {
        const base::Stopwatch waited;
        while (true) {
            try {
                const pg::Pool::Lease connection = of_.warehouse_.Acquire();
                tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant_);
                auto result = work(scope);
                scope.Commit();
                return result;
            } catch (const base::Error& error) {
                if (!pg::IsTransient(error) || waited.Seconds() > kWarehouseWaitSeconds) throw;
            }
            std::this_thread::sleep_for(kWarehousePause);
        }
    }

    void EndStale() {
        summary_.stale = InScope([](auto& scope) { return warehouse::EndStaleAnalyses(scope); });
    }

    bool IsEnding() const { return options_.stop.stop_requested() || summary_.ended_by; }

    bool MayClaim() const { return !IsEnding() && !all_claimed_ && begun_ < options_.limit; }

    // A few ahead, for to find the next one takes as long as to find many.
    void Claim() {
        if (!MayClaim()) return;
        const int wanted =
            std::min(std::clamp(options_.workers, kClaimsMin, kClaimsMax), options_.limit - begun_);
        const auto claims = InScope([&](auto& scope) {
            return warehouse::ClaimSilentLeads(scope, wanted, options_.lease);
        });
        claimed_.assign(claims.begin(), claims.end());
        claimed_since_ = base::Stopwatch();
        begun_ += static_cast<int>(claims.size());
        all_claimed_ = std::ssize(claims) < wanted;
    }

    void BeginNext() {
        const warehouse::LeadClaim claim = claimed_.front();
        claimed_.pop_front();
        // One that has waited for long would outlive its lease.
        const bool is_old = 4 * claimed_since_.Seconds() > static_cast<double>(options_.lease.count());
        if (IsEnding() || is_old) return Release(claim);
        auto lead =
            InScope([&](auto& scope) { return warehouse::FindSilentLead(scope, claim); });
        if (!lead) return Release(claim);
        if (!lead->was_answered) return Skip(*lead);
        if (of_.gateway_ == nullptr) return AnalyseHere(*lead);
        Ask(std::move(*lead));
    }

    void Release(const warehouse::LeadClaim& claim) {
        InScope([&](auto& scope) { return warehouse::ReleaseClaim(scope, claim); });
    }

    void Skip(const warehouse::Lead& lead) {
        warehouse::LeadFindings findings;
        findings.summary = kNobodyAnswered;
        findings.confidence = 1;
        Store(lead, warehouse::kSkipNoResponse, findings, LocalOrigin(lead));
        ++summary_.skipped;
    }

    void AnalyseHere(const warehouse::Lead& lead) {
        Store(lead, lead.band, AnalyseLocally(lead, LinesOf(lead)), LocalOrigin(lead));
        ++summary_.analysed;
    }

    static warehouse::AnalysisOrigin LocalOrigin(const warehouse::Lead& lead) {
        warehouse::AnalysisOrigin origin;
        origin.analyst = "local";
        origin.prompt_version = kLocalAnalystVersion;
        origin.input_hash = base::DigestOf(lead.message_compiled);
        return origin;
    }

    void Ask(warehouse::Lead lead) {
        auto pending = std::make_shared<Pending>();
        pending->lead = std::move(lead);
        pending->lines = LinesOf(pending->lead);
        pending->prompt = MakeRemarketingPrompt(pending->lead, pending->lines,
                                                options_.conversation_tokens_max, pending->mask);
        if (Reuse(*pending)) return;
        if (!FitsCostMax(*pending)) return Release(pending->lead.claim);
        ++asked_;
        cost_on_its_way_ += pending->cost_max;
        of_.gateway_->Ask(QuestionOf(*pending), [this, pending](llm::Reply reply) {
            const std::lock_guard lock(mutex_);
            pending->reply = std::move(reply);
            replied_.push_back(pending);
            came_.notify_one();
        });
    }

    llm::Question QuestionOf(const Pending& pending) const {
        llm::Question question;
        question.tenant = tenant_;
        question.purpose = kPurpose;
        question.prompt_version = kRemarketingPromptVersion;
        question.input_hash = pending.prompt.input_hash;
        question.input_tokens = pending.prompt.input_tokens;
        question.chat = pending.prompt.chat;
        return question;
    }

    // The same question has been answered before.
    bool Reuse(const Pending& pending) {
        const auto earlier = InScope([&](auto& scope) {
            return warehouse::FindEarlierAnswer(scope, pending.lead.claim.conversation,
                                                pending.prompt.input_hash, of_.model_,
                                                kRemarketingPromptVersion);
        });
        if (!earlier) return false;
        warehouse::AnalysisOrigin origin = ModelOrigin(pending);
        origin.reused_from = earlier->analysis;
        Store(pending.lead, pending.lead.band, earlier->findings, origin);
        ++summary_.analysed;
        ++summary_.reused;
        return true;
    }

    // Whether the run's own limit covers this question too, at its dearest.
    bool FitsCostMax(Pending& pending) {
        if (!options_.cost_max) return true;
        const auto cost = InScope([&](auto& scope) {
            return llm::CostOf(scope, of_.model_, pending.prompt.input_tokens, 0,
                               pending.prompt.chat.output_tokens_max);
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
            return Release(pending.lead.claim);
        }
        if (reply.kind == llm::Reply::Kind::kFailed) return Fail(pending, reply.cause);
        auto answer = ReadRemarketingAnswer(reply.content, pending.mask, pending.lines,
                                            FactsOf(pending.lead));
        if (const auto* bad = std::get_if<BadAnswer>(&answer)) return Fail(pending, bad->cause);
        Store(pending.lead, pending.lead.band, std::get<warehouse::LeadFindings>(answer),
              ModelOrigin(pending));
        ++summary_.analysed;
        troubles_in_a_row_ = 0;
    }

    void Fail(const Pending& pending, const std::string& cause) {
        ++summary_.failures[cause];
        of_.log_.Warning("analysis.failed",
                         {{"tenant_id", tenant_.value()},
                          {"conversation_id", pending.lead.claim.conversation.value()},
                          {"cause", std::string_view(cause)}});
        const bool is_trouble = IsProvidersTrouble(cause);
        troubles_in_a_row_ = is_trouble ? troubles_in_a_row_ + 1 : 0;
        if (IsHopeless(cause) || troubles_in_a_row_ >= kTroublesMax) summary_.ended_by = cause;
        InScope([&](auto& scope) {
            return warehouse::StoreFailure(
                scope, pending.lead.claim, cause,
                is_trouble ? warehouse::Blame::kProvider : warehouse::Blame::kLead);
        });
        Progress();
    }

    warehouse::AnalysisOrigin ModelOrigin(const Pending& pending) const {
        const llm::Reply& reply = pending.reply;
        warehouse::AnalysisOrigin origin;
        origin.analyst = "model";
        origin.model = of_.model_;
        origin.prompt_version = kRemarketingPromptVersion;
        origin.input_hash = pending.prompt.input_hash;
        if (reply.attempts > 0) origin.call = reply.call.value();
        origin.input_tokens = reply.usage.input_tokens;
        origin.cached_input_tokens = reply.usage.cached_input_tokens;
        origin.output_tokens = reply.usage.output_tokens;
        origin.cost = reply.cost;
        origin.seconds = static_cast<double>(reply.took.count()) / 1000;
        origin.metadata = boost::json::serialize(boost::json::object{
            {"tempo_inativo_horas", pending.lead.idle_hours},
            {"tentativas", reply.attempts},
            {"mensagens_fora", pending.prompt.lines_left_out},
            {"mensagens_omitidas", pending.prompt.lines_hidden},
            {"dados_mascarados", pending.mask.size()}});
        return origin;
    }

    void Store(const warehouse::Lead& lead, std::string_view type,
               const warehouse::LeadFindings& findings, const warehouse::AnalysisOrigin& origin) {
        const bool stored = InScope([&](auto& scope) {
            return warehouse::StoreAnalysis(scope, lead, type, findings, origin);
        });
        if (!stored) ++summary_.lost;
        Progress();
    }

    void Progress() {
        ++done_;
        if (options_.on_progress) options_.on_progress(done_);
    }

    Remarketing& of_;
    base::TenantId tenant_;
    const RemarketingOptions& options_;
    RemarketingSummary summary_;
    std::deque<warehouse::LeadClaim> claimed_;  // and not yet begun
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

Remarketing::Remarketing(pg::Pool& warehouse, llm::Gateway* gateway, std::string model,
                         const obs::Log& log)
    : warehouse_(warehouse), gateway_(gateway), model_(std::move(model)), log_(log) {}

RemarketingSummary Remarketing::Analyse(base::TenantId tenant, const RemarketingOptions& options) {
    // Questions that wait for a window end at once, those in flight are answered.
    const std::stop_callback stop(options.stop, [this] {
        if (gateway_ != nullptr) gateway_->Stop();
    });
    RemarketingSummary summary = Round(*this, tenant, options).Run();
    log_.Info("analysis.done", {{"tenant_id", tenant.value()},
                                {"analysed", summary.analysed},
                                {"skipped", summary.skipped},
                                {"reused", summary.reused},
                                {"cost_micro_brl", summary.cost.micros()},
                                {"seconds", summary.seconds}});
    return summary;
}

RemarketingForecast Remarketing::Forecast(base::TenantId tenant, const RemarketingOptions& options) {
    const pg::Pool::Lease connection = warehouse_.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant);
    RemarketingForecast forecast;
    std::int64_t input_tokens_max = 0;
    std::int32_t output_tokens_max = 0;
    const std::int64_t pending = warehouse::ReadAnalysisProgress(scope).pending;
    const auto sample =
        warehouse::ListSilentLeads(scope, std::min(options.limit, kForecastLeadsMax));
    for (const warehouse::Lead& lead : sample) {
        if (!lead.was_answered) {
            ++forecast.skipped;
        } else if (gateway_ != nullptr) {
            Mask mask;
            const RemarketingPrompt prompt = MakeRemarketingPrompt(
                lead, LinesOf(lead), options.conversation_tokens_max, mask);
            ++forecast.calls;
            input_tokens_max += prompt.input_tokens;
            output_tokens_max = prompt.chat.output_tokens_max;
        }
    }
    forecast.leads = std::min<std::int64_t>(pending, options.limit);
    const double leads_of_one =
        sample.empty() ? 0
                       : static_cast<double>(forecast.leads) / static_cast<double>(sample.size());
    const auto of_all = [&](std::int64_t of_sample) {
        return std::llround(static_cast<double>(of_sample) * leads_of_one);
    };
    forecast.skipped = of_all(forecast.skipped);
    forecast.calls = of_all(forecast.calls);
    input_tokens_max = of_all(input_tokens_max);
    const llm::CallHabit habit =
        llm::ReadCallHabit(scope, kPurpose, model_, kRemarketingPromptVersion, output_tokens_max);
    forecast.input_tokens =
        static_cast<std::int64_t>(static_cast<double>(input_tokens_max) * habit.input_share);
    forecast.output_tokens =
        static_cast<std::int64_t>(static_cast<double>(forecast.calls) * habit.output_tokens);
    const auto cached = static_cast<std::int64_t>(static_cast<double>(forecast.input_tokens) *
                                                  habit.cached_share);
    forecast.cost = llm::CostOf(scope, model_, forecast.input_tokens, cached, forecast.output_tokens);
    if (gateway_ == nullptr) forecast.cost = base::MicroBrl(0);
    return forecast;
}

}  // namespace geniai::analysis
