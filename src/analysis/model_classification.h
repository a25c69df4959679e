#pragma once

#include "analysis/batch_run.h"

namespace geniai::analysis {

// A model's verdict on the conversations of tenants that use one, as work after the load: whether it is
// a lead, a booked visit, a sale, and how it stands. It is kept beside the rules' verdict, which speaks
// again when the conversation goes on.
class ModelClassification {
public:
    // All outlive this.
    ModelClassification(pg::Pool& warehouse, llm::Gateway& gateway, std::string model,
                        const obs::Log& log)
        : parts_{warehouse, &gateway, std::move(model), log} {}

    // The newest conversations first. As RunTask(). A tenant that does not use a model has none that
    // wait.
    AskingSummary Classify(base::TenantId tenant, const AskingOptions& options);
    AskingForecast Forecast(base::TenantId tenant, const AskingOptions& options);
    llm::Way WayFor(base::TenantId tenant, const AskingOptions& options);

    // As SubmitTask() and CollectTask().
    BatchSummary Submit(base::TenantId tenant, llm::Batches& batches, const AskingOptions& options);
    CollectionSummary Collect(std::optional<base::TenantId> tenant, llm::Batches& batches);

private:
    AskingParts parts_;
};

}  // namespace geniai::analysis
