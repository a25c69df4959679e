#include "analysis/model_classification.h"

#include "analysis/model_verdict.h"
#include "warehouse/transcript.h"

namespace geniai::analysis {

namespace {

class ClassificationTask : public Task {
public:
    explicit ClassificationTask(std::string model) : model_(std::move(model)) {}

    warehouse::Purpose purpose() const override { return warehouse::Purpose::kClassification; }
    std::string_view prompt_version() const override { return kVerdictPromptVersion; }

    std::unique_ptr<Case> Open(tenancy::TenantScope& scope, const warehouse::Claim& claim,
                               std::int32_t tokens_max,
                               const std::optional<std::string>& /*as_of*/) override {
        const auto conversation = warehouse::FindUnclassified(scope, claim);
        if (!conversation) return nullptr;
        auto of = std::make_unique<Case>();
        of->claim = claim;
        of->lines = SpokenLines(warehouse::ParseTranscript(conversation->message_compiled));
        of->prompt = MakeVerdictPrompt(conversation->inbox_name, of->lines, tokens_max, of->mask);
        return of;
    }

    bool NeedsModel(const Case&) const override { return true; }

    CaseEnd StoreKnown(tenancy::TenantScope& scope, const Case& of) override {
        const bool renewed = warehouse::RenewModelVerdict(scope, of.claim, of.prompt.input_hash,
                                                          model_, kVerdictPromptVersion);
        return renewed ? CaseEnd::kReused : CaseEnd::kWaiting;
    }

    CaseEnd StoreReply(tenancy::TenantScope& scope, const Case& of,
                       const llm::Reply& reply) override {
        const auto verdict = ReadVerdictAnswer(reply.content, of.mask, of.lines);
        const bool stored =
            warehouse::StoreModelVerdict(scope, of.claim, verdict, OriginOf(*this, model_, of, reply));
        return stored ? CaseEnd::kAnalysed : CaseEnd::kLost;
    }

private:
    std::string model_;
};

}  // namespace

AskingSummary ModelClassification::Classify(base::TenantId tenant, const AskingOptions& options) {
    ClassificationTask task(parts_.model);
    return RunTask(parts_, tenant, task, options);
}

AskingForecast ModelClassification::Forecast(base::TenantId tenant, const AskingOptions& options) {
    ClassificationTask task(parts_.model);
    return ForecastTask(parts_, tenant, task, options);
}

llm::Way ModelClassification::WayFor(base::TenantId tenant, const AskingOptions& options) {
    const ClassificationTask task(parts_.model);
    return WayOf(parts_, tenant, task, options);
}

BatchSummary ModelClassification::Submit(base::TenantId tenant, llm::Batches& batches,
                                         const AskingOptions& options) {
    ClassificationTask task(parts_.model);
    return SubmitTask(parts_, batches, tenant, task, options);
}

CollectionSummary ModelClassification::Collect(std::optional<base::TenantId> tenant,
                                               llm::Batches& batches) {
    return CollectTask(
        parts_.log, batches, tenant, warehouse::Purpose::kClassification,
        [](const std::string& model) { return std::make_unique<ClassificationTask>(model); });
}

}  // namespace geniai::analysis
