#pragma once

#include <memory>
#include <optional>
#include <string>

#include "analysis/batch_run.h"
#include "app/command.h"
#include "pg/pool.h"
#include "tenancy/tenants.h"

namespace geniai::app {

// A kind of work that a model does on a tenant's conversations.
class AnalysisWork {
public:
    virtual ~AnalysisWork() = default;

    // Throws base::Error(kConflict) for a tenant that was asked for by name and cannot have it.
    virtual bool IsFor(const tenancy::Tenant& tenant, bool is_asked_for) const = 0;
    // "model", "local"
    virtual std::string AnalystOf(const tenancy::Tenant& tenant) const = 0;
    // What people should know of it, to go behind a line; or nothing.
    virtual std::string NoteOn(const tenancy::Tenant&) const { return ""; }
    virtual analysis::AskingForecast Forecast(base::TenantId tenant,
                                              const analysis::AskingOptions& options) = 0;
    virtual llm::Way WayFor(base::TenantId tenant, const analysis::AskingOptions& options) = 0;
    virtual analysis::AskingSummary Do(base::TenantId tenant,
                                       const analysis::AskingOptions& options) = 0;
    virtual analysis::BatchSummary Submit(base::TenantId tenant, llm::Batches& batches,
                                          const analysis::AskingOptions& options) = 0;
    virtual analysis::CollectionSummary Collect(std::optional<base::TenantId> tenant,
                                                llm::Batches& batches) = 0;
};

// "remarketing" or "classification"; throws base::Error(kInvalidInput) for anything else, and for a
// classification without a gateway. All references outlive the work; `gateway` may be null.
std::unique_ptr<AnalysisWork> MakeAnalysisWork(const std::string& what, pg::Pool& warehouse,
                                               llm::Gateway* gateway, const Context& context);

// Both kinds, where there is a gateway.
inline constexpr const char* kAnalysisKinds[] = {"remarketing", "classification"};

}  // namespace geniai::app
