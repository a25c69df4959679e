#pragma once

#include "analysis/batch_run.h"

// How to win back the leads that went silent: a model or the local analyst says so, the answer is checked
// against the conversation, and what is left is stored.
namespace geniai::analysis {

using RemarketingOptions = AskingOptions;
using RemarketingForecast = AskingForecast;
using RemarketingSummary = AskingSummary;

class Remarketing {
public:
    // `gateway` is null for the local analyst; `model` is its model. All outlive this.
    Remarketing(pg::Pool& warehouse, llm::Gateway* gateway, std::string model, const obs::Log& log);

    // Analyses a tenant's silent leads, those that wait longest first; by the local analyst where the
    // tenant's messages may not be sent to a model. As RunTask().
    RemarketingSummary Analyse(base::TenantId tenant, const RemarketingOptions& options);
    RemarketingForecast Forecast(base::TenantId tenant, const RemarketingOptions& options);
    // Live where the local analyst works.
    llm::Way WayFor(base::TenantId tenant, const RemarketingOptions& options);

    // As SubmitTask() and CollectTask(); for tenants that use a model.
    BatchSummary Submit(base::TenantId tenant, llm::Batches& batches,
                        const RemarketingOptions& options);
    CollectionSummary Collect(std::optional<base::TenantId> tenant, llm::Batches& batches);

private:
    std::int64_t EndStale(base::TenantId tenant);
    AskingParts PartsFor(base::TenantId tenant) const;

    AskingParts parts_;
};

}  // namespace geniai::analysis
