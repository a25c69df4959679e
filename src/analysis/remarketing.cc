#include "analysis/remarketing.h"

#include <boost/json.hpp>

#include "analysis/local_analyst.h"
#include "analysis/remarketing_answer.h"
#include "analysis/remarketing_prompt.h"
#include "base/digest.h"
#include "warehouse/lead_analyses.h"

namespace geniai::analysis {

namespace {

constexpr std::string_view kNobodyAnswered =
    "Ninguém respondeu a este contato: nem a equipe, nem o robô. Sem resposta não há o que retomar; a "
    "análise é feita depois que alguém responder.";

SuggestionFacts FactsOf(const warehouse::Lead& lead) {
    return {lead.contact_name, "", lead.tenant_name, lead.band, lead.idle_hours};
}

struct LeadCase : Case {
    warehouse::Lead lead;
};

class RemarketingTask : public Task {
public:
    // No model: the local analyst.
    explicit RemarketingTask(std::optional<std::string> model) : model_(std::move(model)) {}

    warehouse::Purpose purpose() const override { return warehouse::Purpose::kRemarketing; }
    std::string_view prompt_version() const override { return kRemarketingPromptVersion; }

    std::unique_ptr<Case> Open(tenancy::TenantScope& scope, const warehouse::Claim& claim,
                               std::int32_t tokens_max,
                               const std::optional<std::string>& as_of) override {
        auto lead = warehouse::FindSilentLead(scope, claim);
        if (!lead) return nullptr;
        auto of = std::make_unique<LeadCase>();
        of->claim = claim;
        of->lead = std::move(*lead);
        of->as_of = as_of.value_or(of->lead.band);
        of->lines = SpokenLines(warehouse::ParseTranscript(of->lead.message_compiled));
        if (NeedsModel(*of)) {
            of->prompt =
                MakeRemarketingPrompt(of->lead, of->as_of, of->lines, tokens_max, of->mask);
        }
        return of;
    }

    bool NeedsModel(const Case& of) const override {
        return model_.has_value() && LeadOf(of).was_answered;
    }

    CaseEnd StoreKnown(tenancy::TenantScope& scope, const Case& of) override {
        const warehouse::Lead& lead = LeadOf(of);
        if (!lead.was_answered) return Skip(scope, lead);
        if (!model_) {
            return Store(scope, of, AnalyseLocally(lead, of.lines), LocalOrigin(lead),
                         CaseEnd::kAnalysed);
        }
        // The same question has been answered before.
        const auto earlier =
            warehouse::FindEarlierAnswer(scope, of.claim.conversation, of.prompt.input_hash,
                                         *model_, kRemarketingPromptVersion);
        if (!earlier) return CaseEnd::kWaiting;
        warehouse::AnalysisOrigin origin = ModelOrigin(of, {});
        origin.reused_from = earlier->analysis;
        return Store(scope, of, earlier->findings, origin, CaseEnd::kReused);
    }

    CaseEnd StoreReply(tenancy::TenantScope& scope, const Case& of,
                       const llm::Reply& reply) override {
        auto answer = ReadRemarketingAnswer(reply.content, of.mask, of.lines, FactsOf(LeadOf(of)));
        if (auto* bad = std::get_if<BadAnswer>(&answer)) throw std::move(*bad);
        return Store(scope, of, std::get<warehouse::LeadFindings>(answer), ModelOrigin(of, reply),
                     CaseEnd::kAnalysed);
    }

private:
    static const warehouse::Lead& LeadOf(const Case& of) {
        return static_cast<const LeadCase&>(of).lead;
    }

    static CaseEnd Skip(tenancy::TenantScope& scope, const warehouse::Lead& lead) {
        warehouse::LeadFindings findings;
        findings.summary = kNobodyAnswered;
        findings.confidence = 1;
        return warehouse::StoreSkip(scope, lead.claim, findings, LocalOrigin(lead))
                   ? CaseEnd::kSkipped
                   : CaseEnd::kLost;
    }

    static CaseEnd Store(tenancy::TenantScope& scope, const Case& of,
                         const warehouse::LeadFindings& findings,
                         const warehouse::AnalysisOrigin& origin, CaseEnd end) {
        return warehouse::StoreAnalysis(scope, of.claim, findings, origin) ? end : CaseEnd::kLost;
    }

    static warehouse::AnalysisOrigin LocalOrigin(const warehouse::Lead& lead) {
        warehouse::AnalysisOrigin origin;
        origin.analyst = "local";
        origin.prompt_version = kLocalAnalystVersion;
        origin.input_hash = base::DigestOf(lead.message_compiled);
        return origin;
    }

    warehouse::AnalysisOrigin ModelOrigin(const Case& of, const llm::Reply& reply) const {
        warehouse::AnalysisOrigin origin = OriginOf(*this, *model_, of, reply);
        origin.metadata = boost::json::serialize(boost::json::object{
            {"tempo_inativo_horas", LeadOf(of).idle_hours},
            {"tentativas", reply.attempts},
            {"mensagens_fora", of.prompt.lines_left_out},
            {"mensagens_omitidas", of.prompt.lines_hidden},
            {"dados_mascarados", of.mask.size()}});
        return origin;
    }

    std::optional<std::string> model_;
};

std::optional<std::string> ModelOf(const AskingParts& parts) {
    if (parts.gateway == nullptr) return std::nullopt;
    return parts.model;
}

}  // namespace

Remarketing::Remarketing(pg::Pool& warehouse, llm::Gateway* gateway, std::string model,
                         const obs::Log& log)
    : parts_{warehouse, gateway, std::move(model), log} {}

AskingParts Remarketing::PartsFor(base::TenantId tenant) const {
    AskingParts parts = parts_;
    if (!MayUseModel(parts.warehouse, tenant)) parts.gateway = nullptr;
    return parts;
}

std::int64_t Remarketing::EndStale(base::TenantId tenant) {
    const pg::Pool::Lease connection = parts_.warehouse.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant);
    const std::int64_t stale = warehouse::EndStaleAnalyses(scope);
    scope.Commit();
    return stale;
}

RemarketingSummary Remarketing::Analyse(base::TenantId tenant, const RemarketingOptions& options) {
    const std::int64_t stale = EndStale(tenant);
    const AskingParts parts = PartsFor(tenant);
    RemarketingTask task(ModelOf(parts));
    RemarketingSummary summary = RunTask(parts, tenant, task, options);
    summary.stale = stale;
    return summary;
}

RemarketingForecast Remarketing::Forecast(base::TenantId tenant,
                                          const RemarketingOptions& options) {
    const AskingParts parts = PartsFor(tenant);
    RemarketingTask task(ModelOf(parts));
    return ForecastTask(parts, tenant, task, options);
}

llm::Way Remarketing::WayFor(base::TenantId tenant, const RemarketingOptions& options) {
    const AskingParts parts = PartsFor(tenant);
    const RemarketingTask task(ModelOf(parts));
    return WayOf(parts, tenant, task, options);
}

BatchSummary Remarketing::Submit(base::TenantId tenant, llm::Batches& batches,
                                 const RemarketingOptions& options) {
    const std::int64_t stale = EndStale(tenant);
    RemarketingTask task(parts_.model);
    BatchSummary summary = SubmitTask(parts_, batches, tenant, task, options);
    summary.stale = stale;
    return summary;
}

CollectionSummary Remarketing::Collect(std::optional<base::TenantId> tenant,
                                       llm::Batches& batches) {
    return CollectTask(
        parts_.log, batches, tenant, warehouse::Purpose::kRemarketing,
        [](const std::string& model) { return std::make_unique<RemarketingTask>(model); });
}

}  // namespace geniai::analysis
