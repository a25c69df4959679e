#include <boost/json.hpp>

#include "base/error.h"
#include "warehouse/lead_report.h"
#include "web/api.h"
#include "web/inbox_choices.h"
#include "web/json_response.h"
#include "web/parameters.h"
#include "web/session_guard.h"

namespace geniai::web {

namespace {

boost::json::object Encode(const warehouse::ConversationSummary& summary,
                           const CategoryStyle& style) {
    return {{"conversation_id", summary.id.value()},
            {"display_id", summary.display_id},
            {"contact_name", Nullable(summary.contact_name)},
            {"contact_phone", Nullable(summary.contact_phone)},
            {"inbox_id", summary.inbox.value()},
            {"inbox_name", summary.inbox_name},
            {"status", summary.status},
            {"status_label", summary.status_label},
            {"first_message_at", Nullable(summary.first_message_at)},
            {"last_message_at", Nullable(summary.last_message_at)},
            {"messages", summary.messages},
            {"is_lead", summary.is_lead},
            {"visit_scheduled", summary.visit_scheduled},
            {"crm_converted", summary.crm_converted},
            {"score", summary.score},
            {"label", summary.label},
            {"category", summary.category},
            {"category_label", style.label},
            {"assignee_name", Nullable(summary.assignee_name)},
            {"labels", boost::json::parse(summary.labels_json)}};
}

// A stored message as the page takes it. A transcript does not repeat the name of its own contact.
boost::json::object EncodeMessage(const boost::json::object& stored,
                                  const boost::json::value& contact_name) {
    const auto member = [&](const char* key) -> boost::json::value {
        const boost::json::value* found = stored.if_contains(key);
        return found == nullptr ? boost::json::value(nullptr) : *found;
    };
    const boost::json::value attachments = member("attachments");
    const bool is_contact = member("author") == "contact" && member("sender_name").is_null();
    return {{"id", member("message_id")},
            {"author", member("author")},
            {"author_name", is_contact ? contact_name : member("sender_name")},
            {"text", member("text")},
            {"sent_at", member("sent_at")},
            {"attachments", attachments.is_array() ? attachments : boost::json::array()}};
}

boost::json::array EncodeMessages(const std::string& message_compiled,
                                  const boost::json::value& contact_name) {
    boost::json::array messages;
    const boost::json::value stored = boost::json::parse(message_compiled);
    for (const boost::json::value& message : stored.as_array()) {
        messages.push_back(EncodeMessage(message.as_object(), contact_name));
    }
    return messages;
}

}  // namespace

http::Response Api::Leads(const http::Request& request) const {
    const auth::Principal principal = RequirePrincipal(sessions_, request);
    const base::TenantId tenant = RequireTenant(principal, request);
    const warehouse::LeadFilter filter = ParseLeadFilter(request);

    auto connection = pool_.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kAuthenticatedUsers, tenant);
    const warehouse::ReportPeriod period =
        warehouse::SettlePeriod(scope, ParseReportFilter(request));
    const warehouse::LeadPage page = warehouse::ReadLeads(scope, period, filter);

    boost::json::array leads;
    for (const auto& lead : page.leads)
        leads.push_back(Encode(lead, StyleOf(lead.category)));
    return JsonResponse({{"period", {{"from", period.first_day}, {"to", period.last_day}}},
                         {"page", filter.page},
                         {"page_size", warehouse::kLeadsPerPage},
                         {"total", page.total},
                         {"leads", leads},
                         {"inboxes", EncodeInboxChoices(warehouse::ReadInboxChoices(scope))},
                         {"complete_up_to", Nullable(warehouse::ReadCompleteUpTo(scope))}});
}

http::Response Api::Conversation(const http::Request& request) const {
    const auth::Principal principal = RequirePrincipal(sessions_, request);
    const base::TenantId tenant = RequireTenant(principal, request);
    const base::ConversationId id(RequirePathId(request, "conversation_id"));

    auto connection = pool_.Acquire();
    tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kAuthenticatedUsers, tenant);
    const auto detail = warehouse::FindConversation(scope, id);
    if (!detail) throw base::Error(base::ErrorCode::kNotFound, "Conversa não encontrada.");

    boost::json::object conversation = Encode(detail->summary, StyleOf(detail->summary.category));
    conversation["contact_email"] = Nullable(detail->contact_email);
    conversation["team_name"] = Nullable(detail->team_name);
    conversation["channel_type"] = detail->channel_type;
    conversation["created_at"] = detail->created_at;
    conversation["first_response_seconds"] = Nullable(detail->first_response_seconds);
    conversation["csat_rating"] = Nullable(detail->csat_rating);
    conversation["csat_feedback"] = Nullable(detail->csat_feedback);
    conversation["evidence"] = boost::json::parse(detail->evidence_json);
    conversation["messages"] =
        EncodeMessages(detail->messages_json, conversation.at("contact_name"));
    return JsonResponse({{"conversation", conversation}});
}

}  // namespace geniai::web
