#pragma once

#include <deque>
#include <memory>
#include <string_view>
#include <thread>

#include "analysis/asking_run.h"
#include "base/clock.h"
#include "pg/sql_error.h"
#include "tenancy/scope.h"

namespace geniai::analysis {

// Does `work` in a tenant's transaction, again after errors that pass: an answer that is paid for is not
// lost because the warehouse restarts.
template <class Work>
auto InPatientScope(pg::Pool& warehouse, base::TenantId tenant, const Work& work) {
    constexpr double kWaitSeconds = 60;
    constexpr std::chrono::milliseconds kPause{300};
    const base::Stopwatch waited;
    while (true) {
        try {
            const pg::Pool::Lease connection = warehouse.Acquire();
            tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant);
            auto result = work(scope);
            scope.Commit();
            return result;
        } catch (const base::Error& error) {
            if (!pg::IsTransient(error) || waited.Seconds() > kWaitSeconds) throw;
        }
        std::this_thread::sleep_for(kPause);
    }
}

// What is the provider's trouble, and no fault of the conversation or of what was answered about it.
bool IsProvidersTrouble(std::string_view cause);

// The conversations of a tenant that wait for a task, claimed a few ahead and handed out one by one, up
// to the run's limits. What came of each is counted in the run's summary. For one thread.
class WaitingCases {
public:
    // All outlive this.
    WaitingCases(const AskingParts& parts, base::TenantId tenant, Task& task,
                 const AskingOptions& options, AskingSummary& summary)
        : parts_(parts), tenant_(tenant), task_(task), options_(options), summary_(summary) {}

    // The next that a model has to be asked about. What is known without a call is stored on the way.
    // Null: there is none now, or the run ends (`ended_by` of the summary, or its stop).
    std::unique_ptr<Case> Next();

    llm::Question QuestionOf(const Case& of) const;
    // What the question costs at the most when it is asked live.
    base::MicroBrl CostAtMost(const Case& of);

    void Count(CaseEnd end);
    void Fail(const warehouse::Claim& claim, std::string_view cause);
    void Release(const warehouse::Claim& claim);
    // Of what was claimed ahead.
    void ReleaseRest();

    template <class Work>
    auto InScope(const Work& work) {
        return InPatientScope(parts_.warehouse, tenant_, work);
    }

private:
    bool IsEnding() const { return options_.stop.stop_requested() || summary_.ended_by; }
    bool Claim();
    std::unique_ptr<Case> Open(const warehouse::Claim& claim);
    void Progress();

    const AskingParts& parts_;
    base::TenantId tenant_;
    Task& task_;
    const AskingOptions& options_;
    AskingSummary& summary_;
    std::deque<warehouse::Claim> claimed_;  // and not yet opened
    base::Stopwatch claimed_since_;
    bool all_claimed_ = false;
    int begun_ = 0;
    std::int64_t done_ = 0;
};

}  // namespace geniai::analysis
