#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "demo/calendar.h"
#include "demo/company.h"
#include "demo/conversation_plot.h"
#include "demo/people.h"
#include "pg/copy.h"
#include "pg/transaction.h"

namespace geniai::demo {

// The rows of one table on their way to COPY.
class RowBuffer {
public:
    // `table` and `columns` are literals.
    RowBuffer(const char* table, const char* columns) : table_(table), columns_(columns) {}

    RowBuffer& Add(std::string_view text);
    RowBuffer& Add(const char* text) { return Add(std::string_view(text)); }
    RowBuffer& Add(std::int64_t value);
    RowBuffer& Add(int value) { return Add(std::int64_t{value}); }
    RowBuffer& Add(bool value);
    RowBuffer& Add(Instant at);
    RowBuffer& AddNull();
    // The value, or NULL if the condition does not hold.
    template <class T>
    RowBuffer& AddIf(bool condition, const T& value) {
        return condition ? Add(value) : AddNull();
    }
    template <class T>
    RowBuffer& AddOptional(const std::optional<T>& value) {
        return value ? Add(*value) : AddNull();
    }
    void EndRow();

    // Copies the rows into the table and forgets them.
    void Send(pg::Transaction& transaction);

private:
    const char* table_;
    const char* columns_;
    pg::CopyRow row_;
    std::string rows_;
};

// A contact and the way to him through one inbox.
struct ContactEntry {
    std::int64_t contact_id = 0;
    std::int64_t contact_inbox_id = 0;
    int inbox_id = 0;
    Instant last_seen_at;
};

// What stands around one plot in the database.
struct ConversationFrame {
    const Company& company;
    const Inbox& inbox;
    const Person& person;
    ContactEntry contact;
    bool new_contact = false;
    Oddity oddity = Oddity::kNone;
};

// Turns plots into rows of Chatwoot's tables, with ids in the order in which they come.
class ChatwootRows {
public:
    ChatwootRows() = default;

    // `random` yields what only the rows need: uuids, source ids.
    void AddConversation(const ConversationFrame& frame, const ConversationPlot& plot,
                         SeededRandom& random);
    // Sends what has gathered. Call it now and then: it bounds the memory.
    void Send(pg::Transaction& transaction);

private:
    void AddContact(const ConversationFrame& frame, const ConversationPlot& plot);
    void AddConversationRow(const ConversationFrame& frame, const ConversationPlot& plot,
                            SeededRandom& random);
    void AddMessage(const ConversationFrame& frame, const PlotMessage& message,
                    SeededRandom& random);
    void AddAttachment(const ConversationFrame& frame, const PlotMessage& message);
    void AddRatings(const ConversationFrame& frame, const ConversationPlot& plot,
                    std::int64_t first_message_id);
    void AddLabels(const ConversationFrame& frame, const ConversationPlot& plot);
    void AddEvents(const ConversationFrame& frame, const ConversationPlot& plot);
    void AddEvent(const ConversationFrame& frame, const ConversationPlot& plot, const char* name,
                  Instant end);

    std::int64_t conversation_id_ = 0;
    std::int64_t message_id_ = 0;

    RowBuffer contacts_{"contacts",
                        "id, name, email, phone_number, account_id, created_at, updated_at, "
                        "additional_attributes, last_activity_at, contact_type"};
    RowBuffer contact_inboxes_{
        "contact_inboxes",
        "id, contact_id, inbox_id, source_id, created_at, updated_at, pubsub_token"};
    RowBuffer conversations_{
        "conversations",
        "id, account_id, inbox_id, status, assignee_id, created_at, updated_at, contact_id, "
        "display_id, contact_last_seen_at, agent_last_seen_at, additional_attributes, "
        "contact_inbox_id, uuid, last_activity_at, team_id, campaign_id, snoozed_until, "
        "first_reply_created_at, priority, waiting_since, cached_label_list"};
    RowBuffer messages_{"messages",
                        "id, content, account_id, inbox_id, conversation_id, message_type, "
                        "created_at, updated_at, private, status, source_id, content_type, "
                        "content_attributes, sender_type, sender_id, additional_attributes, "
                        "processed_message_content"};
    RowBuffer attachments_{
        "attachments",
        "file_type, external_url, message_id, account_id, created_at, updated_at, "
        "extension, meta"};
    RowBuffer ratings_{"csat_survey_responses",
                       "account_id, conversation_id, message_id, rating, feedback_message, "
                       "contact_id, assigned_agent_id, created_at, updated_at"};
    RowBuffer taggings_{"taggings", "tag_id, taggable_type, taggable_id, context, created_at"};
    RowBuffer events_{"reporting_events",
                      "name, value, account_id, inbox_id, user_id, conversation_id, created_at, "
                      "updated_at, value_in_business_hours, event_start_time, event_end_time"};
};

// The titles of all companies' labels, in the order of their tag ids, which begin at 1.
const std::vector<std::string>& TagNames();

// The tables that do not grow with the conversations: accounts, users, inboxes, teams, labels and
// so on, all made at `founded`.
void AddCompanies(pg::Transaction& transaction, Instant founded);

}  // namespace geniai::demo
