#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "warehouse/report_period.h"

namespace geniai::warehouse {

inline constexpr int kLeadsPerPage = 50;

enum class LeadFlag { kVisit, kConversion, kWithoutAnswer };

struct LeadFilter {
    std::optional<std::string> label;  // Alto, Médio, Baixo
    std::optional<LeadFlag> flag;
    std::optional<int> status;
    std::optional<std::string> category;
    std::string search;                // words of name or e-mail, a phone, or a display id
    int page = 1;
};

// A conversation as a list shows it.
struct ConversationSummary {
    base::ConversationId id;
    std::int64_t display_id = 0;
    std::optional<std::string> contact_name;
    std::optional<std::string> contact_phone;
    base::InboxId inbox;
    std::string inbox_name;
    int status = 0;
    std::string status_label;
    std::optional<std::string> first_message_at;
    std::optional<std::string> last_message_at;
    std::int64_t messages = 0;
    bool is_lead = false;
    bool visit_scheduled = false;
    bool crm_converted = false;
    int score = 0;
    std::string label;
    std::string category;
    std::optional<std::string> assignee_name;
    std::string labels_json;  // a JSON array of texts
};

struct LeadPage {
    std::int64_t total = 0;
    std::vector<ConversationSummary> leads;
};

// The leads among the conversations that began in the period, those with the latest message first.
LeadPage ReadLeads(tenancy::TenantScope& scope, const ReportPeriod& period,
                   const LeadFilter& filter);

// A conversation with all that is known of it.
struct ConversationDetail {
    ConversationSummary summary;
    std::optional<std::string> contact_email;
    std::optional<std::string> team_name;
    std::string channel_type;
    std::string created_at;
    std::optional<double> first_response_seconds;
    std::optional<std::int64_t> csat_rating;
    std::optional<std::string> csat_feedback;
    std::string evidence_json;  // as stored: [{"rule", "message_id", "quote"}]
    std::string messages_json;  // as stored: message_compiled
};

std::optional<ConversationDetail> FindConversation(tenancy::TenantScope& scope,
                                                   base::ConversationId id);

}  // namespace geniai::warehouse
