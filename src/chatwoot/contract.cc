#include "chatwoot/contract.h"

#include <algorithm>
#include <array>

namespace geniai::chatwoot {

namespace {

using enum TypeFamily;

constexpr Need kOptional = Need::kOptional;

constexpr std::array kConversationColumns{
    Column{"conversation_id", kInteger},
    Column{"display_id", kInteger},
    Column{"conversation_uuid", kUuid},
    Column{"account_id", kInteger},
    Column{"inbox_id", kInteger},
    Column{"contact_id", kInteger},
    Column{"assignee_id", kInteger},
    Column{"team_id", kInteger},
    Column{"campaign_id", kInteger, kOptional},
    Column{"status", kInteger},
    Column{"priority", kInteger, kOptional},
    Column{"conversation_created_at", kTimestamp},
    Column{"conversation_updated_at", kTimestamp},
    Column{"last_activity_at", kTimestamp},
    Column{"first_reply_created_at", kTimestamp},
    Column{"waiting_since", kTimestamp, kOptional},
    Column{"snoozed_until", kTimestamp, kOptional},
    Column{"assignee_name", kText, kOptional},
    Column{"team_name", kText, kOptional},
    Column{"labels", kTextArray},
    Column{"t_messages", kInteger},
    Column{"contact_messages_count", kInteger},
    Column{"user_messages_count", kInteger},
    Column{"bot_messages_count", kInteger},
    Column{"private_notes_count", kInteger},
    Column{"mc_first_message_at", kTimestamp},
    Column{"mc_last_message_at", kTimestamp},
    Column{"first_public_message_at", kTimestamp},
    Column{"last_public_message_at", kTimestamp},
    Column{"first_contact_message_at", kTimestamp},
    Column{"last_contact_message_at", kTimestamp},
    Column{"first_human_reply_at", kTimestamp},
    Column{"csat_rating", kInteger, kOptional},
    Column{"csat_feedback", kText, kOptional},
    Column{"message_compiled", kJson},
};

constexpr std::array kContactColumns{
    Column{"contact_id", kInteger},          Column{"name", kText},
    Column{"email", kText},                  Column{"phone_number", kText},
    Column{"identifier", kText},             Column{"contact_created_at", kTimestamp},
    Column{"contact_updated_at", kTimestamp},
};

// Chatwoot 3.0 has all of these; what came later is not used.
constexpr std::array kBaseTableColumns{
    TableColumn{"accounts", {"id", kInteger}},
    TableColumn{"accounts", {"name", kText}},
    TableColumn{"inboxes", {"id", kInteger}},
    TableColumn{"inboxes", {"account_id", kInteger}},
    TableColumn{"inboxes", {"name", kText}},
    TableColumn{"inboxes", {"channel_type", kText}},
    TableColumn{"contacts", {"id", kInteger}},
    TableColumn{"contacts", {"account_id", kInteger}},
    TableColumn{"contacts", {"name", kText}},
    TableColumn{"contacts", {"email", kText}},
    TableColumn{"contacts", {"phone_number", kText}},
    TableColumn{"contacts", {"identifier", kText}},
    TableColumn{"contacts", {"created_at", kTimestamp}},
    TableColumn{"contacts", {"updated_at", kTimestamp}},
    TableColumn{"users", {"id", kInteger}},
    TableColumn{"users", {"name", kText}},
    TableColumn{"users", {"display_name", kText}},
    TableColumn{"teams", {"id", kInteger}},
    TableColumn{"teams", {"account_id", kInteger}},
    TableColumn{"teams", {"name", kText}},
    TableColumn{"agent_bots", {"id", kInteger}},
    TableColumn{"agent_bots", {"account_id", kInteger}},
    TableColumn{"agent_bots", {"name", kText}},
    TableColumn{"tags", {"id", kInteger}},
    TableColumn{"tags", {"name", kText}},
    TableColumn{"taggings", {"tag_id", kInteger}},
    TableColumn{"taggings", {"taggable_id", kInteger}},
    TableColumn{"taggings", {"taggable_type", kText}},
    TableColumn{"taggings", {"context", kText}},
    TableColumn{"conversations", {"id", kInteger}},
    TableColumn{"conversations", {"display_id", kInteger}},
    TableColumn{"conversations", {"uuid", kUuid}},
    TableColumn{"conversations", {"account_id", kInteger}},
    TableColumn{"conversations", {"inbox_id", kInteger}},
    TableColumn{"conversations", {"contact_id", kInteger}},
    TableColumn{"conversations", {"assignee_id", kInteger}},
    TableColumn{"conversations", {"team_id", kInteger}},
    TableColumn{"conversations", {"campaign_id", kInteger}},
    TableColumn{"conversations", {"status", kInteger}},
    TableColumn{"conversations", {"priority", kInteger}},
    TableColumn{"conversations", {"created_at", kTimestamp}},
    TableColumn{"conversations", {"updated_at", kTimestamp}},
    TableColumn{"conversations", {"last_activity_at", kTimestamp}},
    TableColumn{"conversations", {"first_reply_created_at", kTimestamp}},
    TableColumn{"conversations", {"waiting_since", kTimestamp}},
    TableColumn{"conversations", {"snoozed_until", kTimestamp}},
    TableColumn{"messages", {"id", kInteger}},
    TableColumn{"messages", {"account_id", kInteger}},
    TableColumn{"messages", {"conversation_id", kInteger}},
    TableColumn{"messages", {"content", kText}},
    TableColumn{"messages", {"message_type", kInteger}},
    TableColumn{"messages", {"private", kBoolean}},
    TableColumn{"messages", {"content_type", kInteger}},
    TableColumn{"messages", {"content_attributes", kJson}},
    TableColumn{"messages", {"additional_attributes", kJson}},
    TableColumn{"messages", {"sender_type", kText}},
    TableColumn{"messages", {"sender_id", kInteger}},
    TableColumn{"messages", {"created_at", kTimestamp}},
    TableColumn{"attachments", {"id", kInteger}},
    TableColumn{"attachments", {"account_id", kInteger}},
    TableColumn{"attachments", {"message_id", kInteger}},
    TableColumn{"attachments", {"file_type", kInteger}},
    TableColumn{"csat_survey_responses", {"id", kInteger}},
    TableColumn{"csat_survey_responses", {"account_id", kInteger}},
    TableColumn{"csat_survey_responses", {"conversation_id", kInteger}},
    TableColumn{"csat_survey_responses", {"rating", kInteger}},
    TableColumn{"csat_survey_responses", {"feedback_message", kText}},
    TableColumn{"csat_survey_responses", {"created_at", kTimestamp}},
};

}  // namespace

std::span<const Column> ConversationColumns() {
    return kConversationColumns;
}

std::span<const Column> ContactColumns() {
    return kContactColumns;
}

std::span<const TableColumn> BaseTableColumns() {
    return kBaseTableColumns;
}

std::string_view NameOf(TypeFamily family) {
    switch (family) {
        case kInteger: return "integer";
        case kText: return "text";
        case kTextArray: return "text[]";
        case kTimestamp: return "timestamp";
        case kUuid: return "uuid";
        case kJson: return "json";
        case kBoolean: return "boolean";
    }
    return "";
}

bool IsOfFamily(std::string_view pg_type, TypeFamily family) {
    const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::find(names, pg_type) != names.end();
    };
    switch (family) {
        case kInteger: return is_one_of({"int2", "int4", "int8"});
        case kText: return is_one_of({"text", "varchar", "bpchar", "citext"});
        case kTextArray: return is_one_of({"_text", "_varchar"});
        case kTimestamp: return pg_type == "timestamp";
        case kUuid: return pg_type == "uuid";
        case kJson: return is_one_of({"json", "jsonb"});
        case kBoolean: return pg_type == "bool";
    }
    return false;
}

}  // namespace geniai::chatwoot
