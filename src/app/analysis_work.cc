#include "app/analysis_work.h"

#include "analysis/model_classification.h"
#include "analysis/remarketing.h"
#include "base/error.h"

namespace geniai::app {

namespace {

class RemarketingWork : public AnalysisWork {
public:
    RemarketingWork(pg::Pool& warehouse, llm::Gateway* gateway, const Context& context)
        : has_model_(gateway != nullptr),
          remarketing_(warehouse, gateway, context.settings.models.model, context.log) {}

    bool IsFor(const tenancy::Tenant&, bool) const override { return true; }
    std::string AnalystOf(const tenancy::Tenant& tenant) const override {
        return has_model_ && tenant.uses_model ? "model" : "local";
    }
    std::string NoteOn(const tenancy::Tenant& tenant) const override {
        if (!has_model_ || tenant.uses_model) return "";
        return "; by the local analyst: its messages may not be sent to a model"
               " (geniai tenant set --use-model yes)";
    }
    analysis::AskingForecast Forecast(base::TenantId tenant,
                                      const analysis::AskingOptions& options) override {
        return remarketing_.Forecast(tenant, options);
    }
    llm::Way WayFor(base::TenantId tenant, const analysis::AskingOptions& options) override {
        return remarketing_.WayFor(tenant, options);
    }
    analysis::AskingSummary Do(base::TenantId tenant,
                               const analysis::AskingOptions& options) override {
        return remarketing_.Analyse(tenant, options);
    }
    analysis::BatchSummary Submit(base::TenantId tenant, llm::Batches& batches,
                                  const analysis::AskingOptions& options) override {
        return remarketing_.Submit(tenant, batches, options);
    }
    analysis::CollectionSummary Collect(std::optional<base::TenantId> tenant,
                                        llm::Batches& batches) override {
        return remarketing_.Collect(tenant, batches);
    }

private:
    bool has_model_;
    analysis::Remarketing remarketing_;
};

class ClassificationWork : public AnalysisWork {
public:
    ClassificationWork(pg::Pool& warehouse, llm::Gateway* gateway, const Context& context)
        : classification_(warehouse, Required(gateway), context.settings.models.model,
                          context.log) {}

    // Of all tenants those that use one; somebody who asks for another is told why not.
    bool IsFor(const tenancy::Tenant& tenant, bool is_asked_for) const override {
        if (tenant.uses_model || !is_asked_for) return tenant.uses_model;
        const std::string id = tenant.id.ToString();
        throw base::Error(base::ErrorCode::kConflict,
                          "the messages of tenant " + id + " may not be sent to a model; geniai "
                          "tenant set --tenant-id " + id + " --use-model yes");
    }
    std::string AnalystOf(const tenancy::Tenant&) const override { return "model"; }
    analysis::AskingForecast Forecast(base::TenantId tenant,
                                      const analysis::AskingOptions& options) override {
        return classification_.Forecast(tenant, options);
    }
    llm::Way WayFor(base::TenantId tenant, const analysis::AskingOptions& options) override {
        return classification_.WayFor(tenant, options);
    }
    analysis::AskingSummary Do(base::TenantId tenant,
                               const analysis::AskingOptions& options) override {
        return classification_.Classify(tenant, options);
    }
    analysis::BatchSummary Submit(base::TenantId tenant, llm::Batches& batches,
                                  const analysis::AskingOptions& options) override {
        return classification_.Submit(tenant, batches, options);
    }
    analysis::CollectionSummary Collect(std::optional<base::TenantId> tenant,
                                        llm::Batches& batches) override {
        return classification_.Collect(tenant, batches);
    }

private:
    static llm::Gateway& Required(llm::Gateway* gateway) {
        if (gateway != nullptr) return *gateway;
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "no model is set, and the rules classify without being asked: set "
                          "OPENAI_API_KEY or OPENAI_BASE_URL");
    }

    analysis::ModelClassification classification_;
};

}  // namespace

std::unique_ptr<AnalysisWork> MakeAnalysisWork(const std::string& what, pg::Pool& warehouse,
                                               llm::Gateway* gateway, const Context& context) {
    if (what == "remarketing") return std::make_unique<RemarketingWork>(warehouse, gateway, context);
    if (what == "classification") {
        return std::make_unique<ClassificationWork>(warehouse, gateway, context);
    }
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "--what takes remarketing or classification, not '" + what + "'");
}

}  // namespace geniai::app
