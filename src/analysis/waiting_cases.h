#pragma once

#include <deque>
#include <memory>
#include <string_view>

#include "analysis/asking_run.h"
#include "analysis/patient_scope.h"
#include "base/clock.h"

namespace geniai::analysis {

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
    // One more is done with, for who watches.
    void Progress();

    template <class Work>
    auto InScope(const Work& work) {
        return InPatientScope(parts_.warehouse, tenant_, work);
    }

private:
    bool IsEnding() const { return options_.stop.stop_requested() || summary_.ended_by; }
    bool Claim();
    std::unique_ptr<Case> Open(const warehouse::Claim& claim);

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
