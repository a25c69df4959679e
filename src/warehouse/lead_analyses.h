#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/money.h"
#include "tenancy/scope.h"
#include "warehouse/claims.h"
#include "warehouse/quote.h"

// Silent leads and what is known about them. Who is silent for long enough is decided by one function in
// the warehouse, remarketing_band(); the table refuses what breaks the rule of 24 hours.
namespace geniai::warehouse {

using AnalysisId = base::StrongId<struct AnalysisTag>;
// What an analyst has to know of a lead.
struct Lead {
    Claim claim;
    std::string band;              // REMARKETING_RECENTE …
    bool was_answered = false;     // by a person or a bot
    bool awaits_call = false;      // or an answer: it was promised, or asked for
    double idle_hours = 0;
    std::string tenant_name;
    std::string inbox_name;
    std::string contact_name;
    int score = 0;                 // of the classification, as category and evidence
    bool visit_scheduled = false;
    std::string category;
    std::string evidence;          // JSON
    std::string message_compiled;  // JSON
};

// What an analyst found out.
struct LeadFindings {
    std::string summary;
    std::optional<std::string> suggested_message;
    std::string message_source;  // "model", "template"; empty without a message
    int priority = 0;            // 0 to 5
    std::vector<std::string> keywords;
    double confidence = 0;       // 0 to 1
    std::optional<std::string> interest;
    std::vector<std::string> objections;
    std::string urgency;         // alta, media, baixa; empty: unknown
    std::optional<std::string> next_step;
    std::optional<std::string> customer_name;  // as the customer gave it
    std::vector<Quote> evidence;
};

// How it was found out, and for what money.
struct AnalysisOrigin {
    std::string analyst;          // "model", "local"
    std::optional<std::string> model;
    std::string prompt_version;
    std::string input_hash;       // as base::DigestOf() makes it
    std::optional<AnalysisId> reused_from;
    std::optional<std::int64_t> call;
    std::int32_t input_tokens = 0;
    std::int32_t cached_input_tokens = 0;
    std::int32_t output_tokens = 0;
    base::MicroBrl cost;
    double seconds = 0;
    std::string metadata = "{}";  // JSON
};

// Keeps the analyses of leads that have written again, or were written to, as history. Returns how many.
// Role etl_service, as all here where nothing else is said.
std::int64_t EndStaleAnalyses(tenancy::TenantScope& scope);

// The lead as it is now; nothing when it is silent no more.
std::optional<Lead> FindSilentLead(tenancy::TenantScope& scope, const Claim& claim);

// Stores what was found and ends the claim. A lead that has written meanwhile keeps it as history. False,
// and nothing is stored: the claim is somebody else's by now.
// The type of the conversation is the band of the silence at this moment.
bool StoreAnalysis(tenancy::TenantScope& scope, const Claim& claim, const LeadFindings& findings,
                   const AnalysisOrigin& origin);

// The same for a lead that nobody ever answered: its type is SKIP_NO_RESPONSE.
bool StoreSkip(tenancy::TenantScope& scope, const Claim& claim, const LeadFindings& findings,
               const AnalysisOrigin& origin);

// The answer to the same question about the same conversation, unless somebody found it invalid or asked
// for another one. Never that about another conversation: what is masked in the question, and so equal,
// is not masked in the answer.
struct EarlierAnswer {
    AnalysisId analysis;
    LeadFindings findings;
};
std::optional<EarlierAnswer> FindEarlierAnswer(tenancy::TenantScope& scope,
                                               base::ConversationId conversation,
                                               std::string_view input_hash, std::string_view model,
                                               std::string_view prompt_version);

// A stored analysis, as `geniai analysis show` tells it. Times are RFC 3339.
struct AnalysisRecord {
    AnalysisId id;
    base::ConversationId conversation;
    std::string state;
    std::string conversation_type;
    std::string analysed_at;
    std::string last_message_at;
    std::optional<std::string> ended_at;
    std::optional<std::string> end_reason;
    std::optional<std::string> temperature;  // quente, morna, fria, by the priority; none of a skip
    LeadFindings findings;
    AnalysisOrigin origin;
};

// All analyses of a conversation, the newest first. Any role.
std::vector<AnalysisRecord> ListAnalyses(tenancy::TenantScope& scope,
                                         base::ConversationId conversation);

// Marks a conversation's current analysis as wrong, with the reason; it stays as history and the lead
// waits for a new one. False when there is none.
bool InvalidateAnalysis(tenancy::TenantScope& scope, base::ConversationId conversation,
                        std::string_view reason);
// The lead waits for a new analysis, whatever came of earlier attempts. False when it is no lead that
// could get one.
bool RequestAnalysis(tenancy::TenantScope& scope, base::ConversationId conversation,
                     std::string_view reason);

// How far a tenant's leads are.
struct AnalysisProgress {
    std::int64_t pending = 0;     // silent leads without an analysis of this silence
    std::int64_t given_up = 0;    // of these, those that failed too often
    std::int64_t claimed = 0;     // somebody works on them now
    std::int64_t in_batches = 0;  // a batch of the provider has their questions
    std::int64_t analysed = 0;    // current analyses
    std::int64_t skipped = 0;     // of these, leads that nobody ever answered
    std::int64_t high_priority = 0;  // of these, 4 and 5
    std::int64_t analysed_last_hour = 0;
    std::int64_t leads = 0;
    std::int64_t visits = 0;

    AnalysisProgress& operator+=(const AnalysisProgress& other);
};
AnalysisProgress ReadAnalysisProgress(tenancy::TenantScope& scope);

}  // namespace geniai::warehouse
