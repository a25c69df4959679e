#include "analysis/batch_run.h"

#include <utility>

#include <boost/json.hpp>

#include "analysis/answer_reader.h"
#include "analysis/provider_trouble.h"
#include "analysis/waiting_cases.h"
#include "llm/prices.h"

namespace geniai::analysis {

namespace json = boost::json;

namespace {

// As long as a reservation in a batch holds, and an hour for who collects late.
constexpr std::chrono::hours kBatchClaim{27};
constexpr int kBatchClaimsAhead = 500;

// What travels with a question, so that its answer finds its conversation, and is held against the
// question as it would be now.
struct Subject {
    warehouse::Claim claim;
    std::string as_of;
    std::string input_hash;
    std::int32_t tokens_max = 0;
};

std::string EncodeSubject(const Case& of, std::int32_t tokens_max) {
    return json::serialize(json::object{{"claim", of.claim.id.value()},
                                        {"conversation", of.claim.conversation.value()},
                                        {"last_message_at", of.claim.last_message_at},
                                        {"as_of", of.as_of},
                                        {"input_hash", of.prompt.input_hash},
                                        {"tokens_max", tokens_max}});
}

Subject DecodeSubject(const std::string& payload) {
    const json::value value = json::parse(payload);
    const auto number = [&](const char* name) { return value.at(name).to_number<std::int64_t>(); };
    return {{warehouse::ClaimId(number("claim")), base::ConversationId(number("conversation")),
             number("last_message_at")},
            json::value_to<std::string>(value.at("as_of")),
            json::value_to<std::string>(value.at("input_hash")),
            static_cast<std::int32_t>(number("tokens_max"))};
}

llm::Reply ReplyOf(const llm::BatchResult& result) {
    llm::Reply reply;
    reply.kind = llm::Reply::Kind::kAnswered;
    reply.content = result.content;
    reply.call = result.call;
    reply.usage = result.usage;
    reply.cost = result.cost;
    reply.attempts = 1;
    return reply;
}

AskingOptions ClaimingAhead(AskingOptions options) {
    options.workers = kBatchClaimsAhead;
    return options;
}

// One submission of one tenant.
class BatchRound {
public:
    BatchRound(const AskingParts& parts, llm::Batches& batches, base::TenantId tenant, Task& task,
               const AskingOptions& options)
        : batches_(batches), tenant_(tenant), task_(task), options_(ClaimingAhead(options)),
          cases_(parts, tenant, task, options_, summary_) {
        summary_.tenant = tenant;
        batch_percent_ = cases_
                             .InScope([&](auto& scope) {
                                 return llm::BatchPercentOf(scope, parts.model);
                             })
                             .value_or(100);
    }

    BatchSummary Run() {
        const base::Stopwatch stopwatch;
        const llm::Submission submission =
            batches_.Submit(tenant_, warehouse::NameOf(task_.purpose()), [this] { return Next(); },
                            [this](tenancy::TenantScope& scope, const auto& payloads) {
                                HoldClaims(scope, payloads);
                            });
        for (const llm::BatchRefusal& refusal : submission.refused) TakeBack(refusal);
        if (submission.ended_by) summary_.ended_by = submission.ended_by;
        if (summary_.ended_by) cases_.ReleaseRest();
        summary_.asked = submission.requests;
        summary_.reserved = submission.reserved;
        summary_.batches = submission.batches;
        summary_.not_sent = submission.not_sent;
        summary_.trouble = submission.trouble;
        summary_.seconds = stopwatch.Seconds();
        return std::move(summary_);
    }

private:
    std::optional<llm::BatchQuestion> Next() {
        const auto of = cases_.Next();
        if (!of) return std::nullopt;
        if (!FitsCostMax(*of)) {
            cases_.Release(of->claim);
            return std::nullopt;
        }
        cases_.Progress();
        return llm::BatchQuestion{cases_.QuestionOf(*of),
                                  EncodeSubject(*of, options_.conversation_tokens_max)};
    }

    bool FitsCostMax(const Case& of) {
        if (!options_.cost_max) return true;
        const std::int64_t live = cases_.CostAtMost(of).micros();
        const base::MicroBrl by_batch((live * batch_percent_ + 99) / 100);
        if (cost_at_most_ + by_batch > *options_.cost_max) {
            summary_.ended_by = kEndedByCostMax;
            return false;
        }
        cost_at_most_ += by_batch;
        return true;
    }

    void HoldClaims(tenancy::TenantScope& scope, const std::vector<std::string>& payloads) {
        std::vector<warehouse::Claim> claims;
        for (const std::string& payload : payloads) claims.push_back(DecodeSubject(payload).claim);
        warehouse::MoveClaimsToBatch(scope, task_.purpose(), claims, kBatchClaim);
    }

    // A question that is larger than a file fails; what a limit refuses waits again.
    void TakeBack(const llm::BatchRefusal& refusal) {
        const warehouse::Claim claim = DecodeSubject(refusal.payload).claim;
        if (refusal.cause == "too_large") return cases_.Fail(claim, refusal.cause);
        if (refusal.not_before) summary_.not_before = refusal.not_before;
        if (!summary_.ended_by) summary_.ended_by = refusal.cause;
        cases_.Release(claim);
    }

    llm::Batches& batches_;
    base::TenantId tenant_;
    Task& task_;
    AskingOptions options_;
    BatchSummary summary_;
    WaitingCases cases_;
    std::int64_t batch_percent_ = 100;
    base::MicroBrl cost_at_most_;
};

// Stores one result, in the transaction that marks it as taken.
void TakeBatchResult(Task& task, tenancy::TenantScope& scope, const llm::BatchResult& result,
                     CollectionSummary& summary) {
    const Subject subject = DecodeSubject(result.payload);
    const auto fail = [&](const std::string& cause) {
        ++summary.failures[cause];
        warehouse::StoreFailure(scope, task.purpose(), subject.claim, cause,
                                IsProvidersTrouble(cause) ? warehouse::Blame::kProvider
                                                          : warehouse::Blame::kConversation);
    };
    const auto release = [&] {
        warehouse::ReleaseClaim(scope, task.purpose(), subject.claim);
    };
    if (result.cause == "batch_cancelled" || result.cause == "tenant_not_allowed") {
        ++summary.failures[result.cause];
        return release();
    }
    if (!result.cause.empty()) return fail(result.cause);
    const auto of = task.Open(scope, subject.claim, subject.tokens_max, subject.as_of);
    if (!of || of->prompt.input_hash != subject.input_hash) {
        ++summary.outdated;
        return release();
    }
    try {
        const CaseEnd end = task.StoreReply(scope, *of, ReplyOf(result));
        ++(end == CaseEnd::kLost ? summary.lost : summary.analysed);
    } catch (const BadAnswer& bad) {
        fail(bad.cause);
    }
}

}  // namespace

CollectionSummary& CollectionSummary::operator+=(const CollectionSummary& other) {
    batches += other.batches;
    waiting += other.waiting;
    busy += other.busy;
    analysed += other.analysed;
    outdated += other.outdated;
    lost += other.lost;
    for (const auto& [cause, count] : other.failures) failures[cause] += count;
    cost += other.cost;
    troubles.insert(troubles.end(), other.troubles.begin(), other.troubles.end());
    return *this;
}

BatchSummary SubmitTask(const AskingParts& parts, llm::Batches& batches, base::TenantId tenant,
                        Task& task, const AskingOptions& options) {
    BatchSummary summary = BatchRound(parts, batches, tenant, task, options).Run();
    parts.log.Info("analysis.submitted", {{"tenant_id", tenant.value()},
                                          {"purpose", warehouse::NameOf(task.purpose())},
                                          {"asked", summary.asked},
                                          {"reserved_micro_brl", summary.reserved.micros()},
                                          {"seconds", summary.seconds}});
    return summary;
}

CollectionSummary CollectTask(const obs::Log& log, llm::Batches& batches,
                              std::optional<base::TenantId> tenant, warehouse::Purpose purpose,
                              const MakeTask& make_task) {
    CollectionSummary summary;
    const llm::Collection collection = batches.Collect(
        tenant, warehouse::NameOf(purpose),
        [&](tenancy::TenantScope& scope, const llm::BatchResult& result) {
            TakeBatchResult(*make_task(result.model), scope, result, summary);
        });
    summary.batches = collection.batches;
    summary.waiting = collection.waiting;
    summary.busy = collection.busy;
    summary.cost = collection.cost;
    summary.troubles = collection.troubles;
    if (summary.batches > 0) {
        log.Info("analysis.collected", {{"purpose", warehouse::NameOf(purpose)},
                                        {"batches", summary.batches},
                                        {"waiting", summary.waiting},
                                        {"analysed", summary.analysed},
                                        {"outdated", summary.outdated},
                                        {"cost_micro_brl", summary.cost.micros()}});
    }
    return summary;
}

}  // namespace geniai::analysis
