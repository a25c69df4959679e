#pragma once

#include "analysis/asking_run.h"

// How to win back the leads that went silent: a model or the local analyst says so, the answer is checked
// against the conversation, and what is left is stored.
namespace geniai::analysis {

using RemarketingOptions = AskingOptions;
using RemarketingForecast = AskingForecast;

struct RemarketingSummary : AskingSummary {
    std::int64_t stale = 0;  // analyses that newer messages made obsolete
};

class Remarketing {
public:
    // `gateway` is null for the local analyst; `model` is its model. All outlive this.
    Remarketing(pg::Pool& warehouse, llm::Gateway* gateway, std::string model, const obs::Log& log);

    // Analyses a tenant's silent leads, those that wait longest first; by the local analyst where the
    // tenant's messages may not be sent to a model. As RunTask().
    RemarketingSummary Analyse(base::TenantId tenant, const RemarketingOptions& options);
    RemarketingForecast Forecast(base::TenantId tenant, const RemarketingOptions& options);

private:
    AskingParts PartsFor(base::TenantId tenant) const;

    AskingParts parts_;
};

}  // namespace geniai::analysis
