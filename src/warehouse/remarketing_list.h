#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "tenancy/scope.h"

// The leads to win back: view remarketing_list, which says who is one.
namespace geniai::warehouse {

// Times are RFC 3339. What comes from an analysis is empty until there is one.
struct RemarketingLead {
    base::ConversationId conversation;
    std::int64_t display_id = 0;  // the number that Chatwoot shows
    std::string contact_name;
    std::optional<std::string> contact_phone;
    std::string inbox_name;
    std::string channel_type;
    int score = 0;
    std::string category;
    bool visit_scheduled = false;
    std::string last_message_at;
    std::string band;    // REMARKETING_RECENTE, REMARKETING_MEDIO, REMARKETING_FRIO
    std::string reason;  // SEM_RESPOSTA, RETORNO_PENDENTE, SILENCIO
    std::optional<std::string> whatsapp_window_ends_at;  // of WhatsApp inboxes alone
    bool needs_template = false;
    std::optional<std::string> analysed_at;
    std::optional<std::int64_t> priority;    // 0 to 5
    std::optional<std::string> temperature;  // quente, morna, fria
    std::optional<std::string> next_step;
    std::optional<std::string> suggested_message;
};

// A filter that is not set lets all pass.
struct RemarketingFilter {
    std::optional<std::string> band = std::nullopt;
    std::optional<std::string> reason = std::nullopt;
    std::int64_t limit = 20;
};

struct RemarketingList {
    std::int64_t total = 0;  // that pass the filter
    std::vector<RemarketingLead> leads;
};

// Who waits for us first, then by priority, score, and whom silence began latest. Any role.
RemarketingList ListRemarketing(tenancy::TenantScope& scope, const RemarketingFilter& filter);

}  // namespace geniai::warehouse
