#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "demo/calendar.h"
#include "demo/company.h"
#include "demo/conversation_script.h"
#include "demo/people.h"
#include "demo/seeded_random.h"

namespace geniai::demo {

// Chatwoot's numbers, as its columns hold them.
enum class MessageType { kIncoming = 0, kOutgoing = 1, kActivity = 2, kTemplate = 3 };
enum class ConversationStatus { kOpen = 0, kResolved = 1, kPending = 2, kSnoozed = 3 };
inline constexpr int kTextContent = 0;
inline constexpr int kStickerContent = 11;
inline constexpr int kSurveyContent = 9;

enum class SenderType { kNobody, kContact, kUser, kAgentBot, kCaptain };

struct PlotMessage {
    Instant at;
    Instant updated_at;
    MessageType type = MessageType::kIncoming;
    bool is_private = false;
    int content_type = kTextContent;
    SenderType sender = SenderType::kNobody;
    std::int64_t sender_id = 0;
    std::optional<std::string> text;
    std::optional<std::string> content_attributes;  // as the json column holds it
    std::string additional_attributes = "{}";
    std::string attachment;  // "image", "audio", "file" or nothing
};

struct SurveyAnswer {
    std::size_t message = 0;  // index of the survey's own message
    int rating = 0;
    std::string feedback;  // may be empty
    Instant at;
};

// One conversation as it happened.
struct ConversationPlot {
    std::vector<PlotMessage> messages;  // in order of time, at least one
    std::vector<SurveyAnswer> answers;
    std::vector<std::string> labels;
    ConversationStatus status = ConversationStatus::kOpen;
    std::optional<int> priority;
    std::optional<std::int64_t> assignee_id;
    std::optional<std::size_t> team;  // index into the company's teams
    bool from_campaign = false;
    Instant created_at;
    Instant updated_at;
    Instant last_activity_at;
    std::optional<Instant> first_reply_at;
    std::optional<Instant> waiting_since;
    std::optional<Instant> snoozed_until;
    std::optional<Instant> resolved_at;
};

// What real databases have a little of, and a reader must survive. Few conversations have one.
enum class Oddity {
    kNone,
    kHostileText,    // control characters, text that runs backwards, characters outside the BMP
    kHostileJson,    // the escape of NUL in content_attributes
    kRemovedSender,  // the agent was deleted: messages without a sender
    kUnknownAgent,   // assignee and sender that are in no table
    kExternalEcho,   // the team answered from the telephone's own app
    kAutomation,     // an automation rule writes
    kRatedTwice,
    kDeletedMessage,
    kEditedMessage,
    kUnknownContact,  // the contact's row is gone
    kNoContact,       // the contact was emptied
};

// A user id that no user has.
inline constexpr int kUnknownUserId = 9001;

struct PlotRequest {
    const Company& company;
    const Inbox& inbox;
    const ScriptBook& book;
    const Person& contact;
    std::int64_t contact_id = 0;
    ScenarioKind kind = ScenarioKind::kOther;
    Oddity oddity = Oddity::kNone;
    Instant arrival;
    Instant now;  // nothing happens later
};

// Plots one conversation. `arrival` lies before `now`. The same request and the same state of
// `random` give the same plot.
ConversationPlot PlotConversation(const PlotRequest& request, SeededRandom& random);

}  // namespace geniai::demo
