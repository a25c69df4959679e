#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "tenancy/scope.h"
#include "warehouse/claims.h"
#include "warehouse/lead_analyses.h"

// What a model says about conversations, beside what the rules say.
namespace geniai::warehouse {

// What a model has to know of a conversation.
struct ConversationToClassify {
    Claim claim;
    std::string inbox_name;
    std::string message_compiled;  // JSON
};

struct ModelVerdict {
    bool is_lead = false;
    bool visit_scheduled = false;
    bool crm_converted = false;
    int score = 0;           // 0 to 100
    std::string resolution;  // resolvida, abandonada_cliente, abandonada_atendente …
    std::string interest;    // alto, medio, baixo, nenhum
    bool needs_remarketing = false;
    std::optional<std::string> remarketing_reason;
    std::vector<std::string> objections;
    std::vector<std::string> positive_signs;
    std::string summary;
    std::optional<std::string> suggested_message;
    std::optional<std::string> customer_name;  // as the customer gave it
    double confidence = 1;                     // 0 to 1
    std::vector<Quote> evidence;
};

// The conversation as it is now; nothing when it waits no more. Role etl_service, as all here where
// nothing else is said.
std::optional<ConversationToClassify> FindUnclassified(tenancy::TenantScope& scope,
                                                       const Claim& claim);

// Stores the verdict in the place of an older one, and ends the claim. Of the origin, `analyst`,
// `reused_from` and `metadata` are not kept. False, and nothing is stored: the claim is somebody else's.
bool StoreModelVerdict(tenancy::TenantScope& scope, const Claim& claim, const ModelVerdict& verdict,
                       const AnalysisOrigin& origin);

// The verdict on the same conversation to the same question, to be taken over without a call: when it
// wrote no more and only the claim is new. True when there was one; its claim is ended then.
bool RenewModelVerdict(tenancy::TenantScope& scope, const Claim& claim, std::string_view input_hash,
                       std::string_view model, std::string_view prompt_version);

// A flag, by the rules and by the model, of the conversations that both know as they are now.
struct FlagAgreement {
    std::string flag;        // is_lead, visit_scheduled, crm_converted
    std::int64_t both = 0;
    std::int64_t only_rules = 0;
    std::int64_t only_model = 0;
    std::int64_t neither = 0;

    std::int64_t compared() const { return both + only_rules + only_model + neither; }
    double agreement() const;  // 0 to 1; 1 when nothing was compared
};

// Any role that may read the tenant.
std::vector<FlagAgreement> CompareVerdicts(tenancy::TenantScope& scope);

// A conversation's verdicts side by side; nothing when there is no such conversation.
struct VerdictPair {
    bool rules_is_lead = false, rules_visit = false, rules_converted = false;
    int rules_score = 0;
    std::string rules_evidence;  // JSON
    std::optional<ModelVerdict> model;
    std::string model_name;
    std::string prompt_version;
    std::string classified_at;   // RFC 3339
    bool model_is_fresh = false;
    base::MicroBrl cost;
};
std::optional<VerdictPair> FindVerdicts(tenancy::TenantScope& scope, base::ConversationId conversation);

}  // namespace geniai::warehouse
