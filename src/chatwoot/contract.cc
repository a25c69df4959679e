#include "chatwoot/contract.h"

#include <algorithm>
#include <array>

namespace geniai::chatwoot {

namespace {

using enum TypeFamily;

constexpr Column Optional(std::string_view name, TypeFamily family, std::string_view cost) {
    return {name, family, Need::kOptional, cost};
}

constexpr std::string_view kNoAssignee = "assignees stay empty";
constexpr std::string_view kNoTeam = "teams stay empty";
constexpr std::string_view kNoCampaign = "campaigns stay empty";
constexpr std::string_view kNoPriority = "priorities stay empty";
constexpr std::string_view kNoFirstReply = "Chatwoot's own time of the first reply stays empty";
constexpr std::string_view kNoWaiting = "since when a customer waits stays empty";
constexpr std::string_view kNoSnooze = "until when a conversation is snoozed stays empty";
constexpr std::string_view kNoAgentName = "names of agents stay empty";
constexpr std::string_view kNoTeamName = "names of teams stay empty";
constexpr std::string_view kNoBotName = "names of bots stay empty in transcripts";
constexpr std::string_view kNoLabels = "labels stay empty";
constexpr std::string_view kNoAttachments = "transcripts do not show that something was attached";
constexpr std::string_view kNoRating = "ratings stay empty";
constexpr std::string_view kNoFeedback = "what customers wrote to their rating stays empty";
constexpr std::string_view kNoEmail = "e-mails of contacts stay empty";
constexpr std::string_view kNoPhone = "phone numbers of contacts stay empty";
constexpr std::string_view kNoBlocked = "blocked contacts (Chatwoot 3.7 and later) are among those to win back";
constexpr std::string_view kNoIdentifier = "identifiers of contacts stay empty";
constexpr std::string_view kNoMedium = "WhatsApp by Twilio is not marked as needing a template";
constexpr std::string_view kNoContactAge = "since when a contact is known stays empty";

constexpr std::array kConversationColumns{
    Column{"conversation_id", kInteger},
    Column{"display_id", kInteger},
    Column{"conversation_uuid", kUuid},
    Column{"account_id", kInteger},
    Column{"inbox_id", kInteger},
    Column{"contact_id", kInteger},
    Optional("assignee_id", kInteger, kNoAssignee),
    Optional("team_id", kInteger, kNoTeam),
    Optional("campaign_id", kInteger, kNoCampaign),
    Column{"status", kInteger},
    Optional("priority", kInteger, kNoPriority),
    Column{"conversation_created_at", kTimestamp},
    Column{"conversation_updated_at", kTimestamp},
    Column{"last_activity_at", kTimestamp},
    Optional("first_reply_created_at", kTimestamp, kNoFirstReply),
    Optional("waiting_since", kTimestamp, kNoWaiting),
    Optional("snoozed_until", kTimestamp, kNoSnooze),
    Optional("assignee_name", kText, kNoAgentName),
    Optional("team_name", kText, kNoTeamName),
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
    Optional("csat_rating", kInteger, kNoRating),
    Optional("csat_feedback", kText, kNoFeedback),
    Column{"message_compiled", kJson},
};

constexpr std::array kContactColumns{
    Column{"contact_id", kInteger},
    Column{"name", kText},
    Optional("email", kText, kNoEmail),
    Optional("phone_number", kText, kNoPhone),
    Optional("identifier", kText, kNoIdentifier),
    Optional("contact_created_at", kTimestamp, kNoContactAge),
    Optional("blocked", kBoolean, kNoBlocked),
};

constexpr std::array kViewOnlyColumns{
    Optional("contact_name", kText, "names of contacts stay empty"),
    Optional("contact_email", kText, kNoEmail),
    Optional("contact_phone", kText, kNoPhone),
    Optional("contact_identifier", kText, kNoIdentifier),
    Optional("inbox_name", kText, "names of inboxes stay empty"),
    Optional("inbox_channel_type", kText, "channels of inboxes stay empty"),
    Optional("account_name", kText, "names of accounts stay empty"),
};

constexpr TableColumn Needed(std::string_view table, std::string_view name, TypeFamily family) {
    return {table, {name, family}};
}

constexpr TableColumn Detecting(std::string_view table, std::string_view name, TypeFamily family) {
    return {table, {name, family}, Detects::kChanges};
}

constexpr TableColumn Spared(std::string_view table, std::string_view name, TypeFamily family,
                             std::string_view cost, Detects detects = Detects::kNothing) {
    return {table, Optional(name, family, cost), detects};
}

// Chatwoot 3.0 has all of these but for contacts.blocked, which came with 3.7. Required is what says
// whose a row is, when it was, and who wrote what: without it facts would be wrong. Everything else
// can be empty.
constexpr std::array kBaseTableColumns{
    Detecting("accounts", "id", kInteger),
    Detecting("accounts", "name", kText),
    Detecting("inboxes", "id", kInteger),
    Detecting("inboxes", "account_id", kInteger),
    Detecting("inboxes", "name", kText),
    Detecting("inboxes", "channel_type", kText),
    Spared("inboxes", "channel_id", kInteger, kNoMedium),
    Spared("channel_twilio_sms", "id", kInteger, kNoMedium),
    Spared("channel_twilio_sms", "medium", kInteger, kNoMedium),
    Detecting("contacts", "id", kInteger),
    Detecting("contacts", "account_id", kInteger),
    Detecting("contacts", "name", kText),
    Spared("contacts", "email", kText, kNoEmail),
    Spared("contacts", "phone_number", kText, kNoPhone),
    Spared("contacts", "identifier", kText, kNoIdentifier),
    Spared("contacts", "created_at", kTimestamp, kNoContactAge),
    Detecting("contacts", "updated_at", kTimestamp),
    Spared("contacts", "blocked", kBoolean, kNoBlocked),
    Spared("users", "id", kInteger, kNoAgentName),
    Spared("users", "name", kText, kNoAgentName),
    Spared("users", "display_name", kText, "agents appear under their full name"),
    Spared("teams", "id", kInteger, kNoTeamName),
    Spared("teams", "account_id", kInteger, kNoTeamName),
    Spared("teams", "name", kText, kNoTeamName),
    Spared("agent_bots", "id", kInteger, kNoBotName),
    Spared("agent_bots", "account_id", kInteger, "a bot is named whatever account it is of"),
    Spared("agent_bots", "name", kText, kNoBotName),
    Spared("tags", "id", kInteger, kNoLabels),
    Spared("tags", "name", kText, kNoLabels),
    Spared("taggings", "tag_id", kInteger, kNoLabels),
    Spared("taggings", "taggable_id", kInteger, kNoLabels),
    Spared("taggings", "taggable_type", kText, kNoLabels),
    Spared("taggings", "context", kText, kNoLabels),
    Detecting("conversations", "id", kInteger),
    Needed("conversations", "display_id", kInteger),
    Needed("conversations", "uuid", kUuid),
    Detecting("conversations", "account_id", kInteger),
    Detecting("conversations", "inbox_id", kInteger),
    Detecting("conversations", "contact_id", kInteger),
    Spared("conversations", "assignee_id", kInteger, kNoAssignee),
    Spared("conversations", "team_id", kInteger, kNoTeam),
    Spared("conversations", "campaign_id", kInteger, kNoCampaign),
    Needed("conversations", "status", kInteger),
    Spared("conversations", "priority", kInteger, kNoPriority),
    Needed("conversations", "created_at", kTimestamp),
    Detecting("conversations", "updated_at", kTimestamp),
    Needed("conversations", "last_activity_at", kTimestamp),
    Spared("conversations", "first_reply_created_at", kTimestamp, kNoFirstReply),
    Spared("conversations", "waiting_since", kTimestamp, kNoWaiting),
    Spared("conversations", "snoozed_until", kTimestamp, kNoSnooze),
    Detecting("messages", "id", kInteger),
    Detecting("messages", "account_id", kInteger),
    Detecting("messages", "conversation_id", kInteger),
    Needed("messages", "content", kText),
    Needed("messages", "message_type", kInteger),
    Needed("messages", "private", kBoolean),
    Needed("messages", "content_type", kInteger),
    Needed("messages", "content_attributes", kJson),
    Needed("messages", "additional_attributes", kJson),
    Needed("messages", "sender_type", kText),
    Needed("messages", "sender_id", kInteger),
    Detecting("messages", "created_at", kTimestamp),
    Spared("attachments", "id", kInteger, "several attachments of a message have no order"),
    Spared("attachments", "account_id", kInteger, kNoAttachments),
    Spared("attachments", "message_id", kInteger, kNoAttachments),
    Spared("attachments", "file_type", kInteger, "attachments are of unknown kind"),
    Spared("csat_survey_responses", "id", kInteger,
           "of ratings given at the same instant any counts"),
    Spared("csat_survey_responses", "account_id", kInteger, kNoRating, Detects::kSurveyAnswers),
    Spared("csat_survey_responses", "conversation_id", kInteger, kNoRating,
           Detects::kSurveyAnswers),
    Spared("csat_survey_responses", "rating", kInteger, kNoRating),
    Spared("csat_survey_responses", "feedback_message", kText, kNoFeedback),
    Spared("csat_survey_responses", "created_at", kTimestamp,
           "of several ratings of a conversation the one with the greatest id counts"),
    Spared("csat_survey_responses", "updated_at", kTimestamp,
           "a new or changed rating is found by reconcile only", Detects::kSurveyAnswers),
};

struct TableCost {
    std::string_view table;
    std::string_view cost;
};

constexpr std::array kTableCosts{
    TableCost{"channel_twilio_sms", kNoMedium},
    TableCost{"users", kNoAgentName},
    TableCost{"teams", kNoTeamName},
    TableCost{"agent_bots", kNoBotName},
    TableCost{"tags", kNoLabels},
    TableCost{"taggings", kNoLabels},
    TableCost{"attachments", kNoAttachments},
    TableCost{"csat_survey_responses", kNoRating},
};

// A release is known by what all releases from it on have. The numbers are the newest of a release:
// a column's own migration may be older than the release that it came with.
constexpr std::array kReleaseSigns{
    ReleaseSign{"3.0", "conversations", "waiting_since", "20230714"},
    ReleaseSign{"3.4", "conversations", "cached_label_list", ""},
    ReleaseSign{"3.6", "contacts", "contact_type", ""},
    ReleaseSign{"3.7", "contacts", "blocked", ""},
    ReleaseSign{"4.0", "captain_assistants", "id", ""},
    ReleaseSign{"4.0.2", "attachments", "meta", ""},
    ReleaseSign{"4.2", "accounts", "settings", ""},
    ReleaseSign{"4.7", "contacts", "company_id", ""},
    ReleaseSign{"4.8", "conversations", "assignee_agent_bot_id", ""},
    ReleaseSign{"4.10", "csat_survey_responses", "csat_review_notes", ""},
    ReleaseSign{"4.13", "calls", "id", ""},
    ReleaseSign{"4.15", "", "", "20260611184600"},
};

}  // namespace

std::span<const Column> ConversationColumns() {
    return kConversationColumns;
}

std::span<const Column> ContactColumns() {
    return kContactColumns;
}

std::span<const Column> ViewOnlyColumns() {
    return kViewOnlyColumns;
}

std::span<const TableColumn> BaseTableColumns() {
    return kBaseTableColumns;
}

std::string_view CostOfTable(std::string_view table) {
    const auto found = std::ranges::find(kTableCosts, table, &TableCost::table);
    return found == kTableCosts.end() ? "" : found->cost;
}

std::span<const ReleaseSign> ReleaseSigns() {
    return kReleaseSigns;
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
