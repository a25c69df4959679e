#include "testing/chatwoot_writers.h"

#include <array>
#include <utility>

namespace geniai::testing {

namespace {

// How far a clock of an application server is off at most. Less than the margin of the sync.
constexpr int kClockErrorSeconds = 30;

// What the process's clock shows; $1 is how far it is off.
const std::string kNow = "(clock_timestamp() at time zone 'UTC' + $1::interval)";
// What an import writes: whole seconds of last year.
const std::string kPast = "date_trunc('second', " + kNow + " - interval '400 days')";

// $2 account, $3 inbox, $4 and $5 name and phone of the contact, $6 status, $7 text, $8 how many
// messages of it.
std::string NewConversationSql(const std::string& stamp) {
    return "with k as (insert into contacts (account_id, name, phone_number, created_at, updated_at)"
           " values ($2::int, $4, $5, " + stamp + ", " + stamp + ") returning id),"
           " c as (insert into conversations (account_id, inbox_id, contact_id, status, display_id,"
           " created_at, updated_at, last_activity_at) select $2::int, $3::int, k.id, $6::int, 0, " +
           stamp + ", " + stamp + ", " + stamp + " from k returning id, contact_id),"
           " m as (insert into messages (account_id, inbox_id, conversation_id, message_type,"
           " sender_type, sender_id, content, created_at, updated_at)"
           " select $2::int, $3::int, c.id, 0, 'Contact', c.contact_id, $7, " + stamp + ", " + stamp +
           " from c cross join generate_series(1, $8::int))"
           " select id from c";
}

// $2 conversation, $3 text, $4 type, $5 sender's type, $6 private, $7 content_attributes; $8 how many.
std::string NewMessageSql(const std::string& stamp) {
    return "insert into messages (account_id, inbox_id, conversation_id, message_type, sender_type,"
           " sender_id, content, private, content_attributes, created_at, updated_at)"
           " select c.account_id, c.inbox_id, c.id, $4::int, $5::varchar,"
           " case $5::varchar when 'Contact' then c.contact_id when 'User' then 1 end,"
           " $3, $6::boolean, $7::json, " + stamp + ", " + stamp +
           " from conversations c cross join generate_series(1, $8::int) where c.id = $2"
           " returning id";
}

struct MessageKind {
    int type;
    const char* sender_type;  // nullptr: nobody
    bool is_private;
};
constexpr std::array<MessageKind, 7> kMessageKinds{{
    {0, "Contact", false},
    {1, "User", false},
    {1, "User", true},
    {1, "AgentBot", false},
    {1, nullptr, false},
    {2, nullptr, false},
    {3, nullptr, false},
}};

// Objects, objects encoded twice, and escapes that no cast to jsonb survives.
constexpr std::array<const char*, 6> kAttributes{
    "{}",
    R"("{\"external_echo\":true}")",
    R"({"automation_rule_id": 7})",
    R"("{\"external_error\":\"nul \\u0000 here\"}")",
    R"({"external_error":"half \ud83d of a pair \u0000"})",
    nullptr,
};

constexpr std::array<const char*, 6> kTexts{
    "Oi, quero agendar uma visita",
    "linha um\nlinha dois\ttab \\ barra \"aspas\" 'simples'",
    R"(\u0000 como texto, \ud83d também)",
    "😀 acentuação ção, \u202e bidi, \u2028 fim",
    "",
    "{\"a\": [1, 2]}",
};

}  // namespace

ChatwootWriters::ChatwootWriters(std::span<pg::Connection> sessions, Settings settings)
    : settings_(std::move(settings)), random_(settings_.seed) {
    int number = 0;
    for (pg::Connection& session : sessions) {
        processes_.emplace_back(&session, ++number);
        if (settings_.clocks == Clocks::kApart) StepClock(processes_.back());
    }
}

std::span<const ChatwootWriters::Operation> ChatwootWriters::Operations() {
    using enum Repertoire;
    using W = ChatwootWriters;
    static constexpr auto kAlways = Clocks::kExact;
    static constexpr std::array<Operation, 29> kOperations{{
        {"new conversation", 14, kConversationStamps, kAlways, &W::AddConversation},
        {"new message and touch", 10, kConversationStamps, kAlways, &W::AddMessageAndTouch},
        {"new message, touch later", 10, kConversationStamps, kAlways, &W::AddMessageToTouchLater},
        {"change status", 8, kConversationStamps, kAlways, &W::ChangeStatus},
        {"move to inbox", 3, kConversationStamps, kAlways, &W::MoveToInbox},
        {"assign team", 3, kConversationStamps, kAlways, &W::AssignTeam},
        {"set label", 4, kConversationStamps, kAlways, &W::SetLabel},
        {"one stamp for all", 1, kConversationStamps, kAlways, &W::ChangeAllWithOneStamp},
        {"stamp the future", 3, kConversationStamps, kAlways, &W::StampTheFuture},
        {"step clock", 3, kConversationStamps, Clocks::kApart, &W::StepClock},
        {"import conversation", 5, kStamps, kAlways, &W::ImportConversation},
        {"import messages", 5, kStamps, kAlways, &W::ImportMessages},
        {"change contact", 10, kStamps, kAlways, &W::ChangeContact},
        {"send survey", 4, kConversationStamps, kAlways, &W::SendSurvey},
        {"answer survey", 7, kStamps, kAlways, &W::AnswerSurvey},
        {"change answer", 7, kStamps, kAlways, &W::ChangeAnswer},
        {"draw message", 10, kStamps, Clocks::kApart, &W::DrawMessage},
        {"unassign all", 2, kRowVersions, kAlways, &W::UnassignAll},
        {"change all without stamp", 1, kRowVersions, kAlways, &W::ChangeAllWithoutStamp},
        {"change contact without stamp", 8, kRowVersions, kAlways, &W::ChangeContactWithoutStamp},
        {"change nothing", 2, kRowVersions, kAlways, &W::ChangeNothing},
        {"edit message", 6, kEverything, kAlways, &W::EditMessage},
        {"delete message", 4, kEverything, kAlways, &W::DeleteMessage},
        {"attach late", 3, kEverything, kAlways, &W::AttachLate},
        {"remove labels", 4, kEverything, kAlways, &W::RemoveLabels},
        {"rename team", 2, kEverything, kAlways, &W::RenameTeam},
        {"merge contacts", 4, kEverything, kAlways, &W::MergeContacts},
        {"delete conversation", 5, kEverything, kAlways, &W::DeleteConversation},
        {"delete contact", 3, kEverything, kAlways, &W::DeleteContact},
    }};
    return kOperations;
}

bool ChatwootWriters::IsAllowed(const Operation& operation) const {
    return operation.needs <= settings_.repertoire &&
           (operation.clocks == Clocks::kExact || settings_.clocks == Clocks::kApart);
}

const ChatwootWriters::Operation& ChatwootWriters::ChooseOperation() {
    int total = 0;
    for (const Operation& operation : Operations()) {
        if (IsAllowed(operation)) total += operation.weight;
    }
    int left = Below(total);
    for (const Operation& operation : Operations()) {
        if (!IsAllowed(operation)) continue;
        left -= operation.weight;
        if (left < 0) return operation;
    }
    return Operations().front();
}

void ChatwootWriters::Step() {
    Process& process = processes_[static_cast<std::size_t>(Below(static_cast<int>(processes_.size())))];
    if (process.transaction && Happens(0.3)) {
        End(process);
        return;
    }
    if (!process.transaction) {
        if (Happens(0.6)) CatchUp(process);
        Begin(process);
    }
    if (Happens(0.15)) {
        OperateInSavepoint(process);
    } else {
        Operate(process);
    }
    if (Happens(0.5)) End(process);
}

void ChatwootWriters::Settle() {
    for (Process& process : processes_) {
        if (process.transaction) End(process);
    }
    for (Process& process : processes_) CatchUp(process);
}

void ChatwootWriters::AddInbox(int inbox) {
    RemoveInbox(inbox);
    settings_.inboxes.push_back(inbox);
}

void ChatwootWriters::RemoveInbox(int inbox) {
    std::erase(settings_.inboxes, inbox);
}

void ChatwootWriters::DrawMessages() {
    for (Process& process : processes_) {
        if (!process.transaction) Begin(process);
        DrawMessage(process);
    }
}

void ChatwootWriters::WriteDrawnMessages() {
    for (Process& process : processes_) {
        if (!process.drawn) continue;
        if (!process.transaction) Begin(process);
        InsertDrawnMessage(process);
        process.transaction->Commit();
        process.transaction.reset();
    }
}

bool ChatwootWriters::HoldsDrawnIds() const {
    for (const Process& process : processes_) {
        if (process.drawn) return true;
    }
    return false;
}

void ChatwootWriters::Begin(Process& process) {
    process.transaction.emplace(*process.session);
    // A transaction gets its id with its first write, a moment after the stamps of that write.
    if (settings_.clocks == Clocks::kExact) Execute(process, "select pg_current_xact_id()");
    Note(process, "begin");
}

void ChatwootWriters::OperateInSavepoint(Process& process) {
    Execute(process, "savepoint step");
    Operate(process);
    const bool keep = Happens(0.5);
    Execute(process, keep ? "release savepoint step" : "rollback to savepoint step");
    Note(process, keep ? "release savepoint" : "rollback to savepoint");
}

void ChatwootWriters::Operate(Process& process) {
    if (process.drawn && Happens(0.3)) {
        InsertDrawnMessage(process);
        return;
    }
    const Operation& operation = ChooseOperation();
    Note(process, std::string(operation.name));
    (this->*operation.run)(process);
}

void ChatwootWriters::End(Process& process) {
    const bool commit = Happens(0.85);
    if (commit) process.transaction->Commit();
    process.transaction.reset();
    Note(process, commit ? "commit" : "rollback");
}

// What Chatwoot does in transactions of their own, after the one that asked for it.
void ChatwootWriters::CatchUp(Process& process) {
    std::vector<std::int64_t> held;
    for (const std::int64_t conversation : std::exchange(process.to_touch, {})) {
        process.transaction.emplace(*process.session);
        if (!Touch(process, conversation)) held.push_back(conversation);
        process.transaction->Commit();
        process.transaction.reset();
    }
    process.to_touch = std::move(held);
    for (const std::int64_t conversation : std::exchange(process.to_clean_up, {})) {
        process.transaction.emplace(*process.session);
        Execute(process, R"sql(
            delete from messages where id in (
                select id from messages as m
                 where m.conversation_id = $1
                   and not exists (select from conversations c where c.id = m.conversation_id)
                   for update skip locked))sql", conversation);
        process.transaction->Commit();
        process.transaction.reset();
    }
}

// Stamps that move conversations.updated_at.

void ChatwootWriters::AddConversation(Process& process) {
    const pg::Result added =
        Execute(process, NewConversationSql(kNow), process.clock, settings_.account, SomeInbox(),
                SomeName(), SomePhone(), Below(4), SomeText(), Below(4));
    Note(process, "  it is " + added.One()["id"].String());
}

void ChatwootWriters::AddMessageAndTouch(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    InsertMessage(process, *conversation);
    Touch(process, *conversation);
}

// Since 4.12 Chatwoot touches the conversation when the message is committed.
void ChatwootWriters::AddMessageToTouchLater(Process& process) {
    const auto conversation = Find(process, "conversations");
    if (!conversation) return;
    InsertMessage(process, *conversation);
    process.to_touch.push_back(*conversation);
}

void ChatwootWriters::ChangeStatus(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    Execute(process,
            "update conversations set status = $3, assignee_id = nullif($4, 0), updated_at = " + kNow +
                " where id = $2",
            process.clock, *conversation, Below(4), Below(kUsers + 1));
}

void ChatwootWriters::MoveToInbox(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    const int inbox = SomeInbox();
    Execute(process,
            "update conversations set inbox_id = $3, updated_at = " + kNow + " where id = $2",
            process.clock, *conversation, inbox);
    Note(process, "  to " + std::to_string(inbox));
}

void ChatwootWriters::AssignTeam(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    Execute(process,
            "update conversations set updated_at = " + kNow +
                ", team_id = (select min(id) from teams where account_id = $3) where id = $2",
            process.clock, *conversation, settings_.account);
}

void ChatwootWriters::SetLabel(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    Execute(process,
            "insert into taggings (tag_id, taggable_type, taggable_id, context, created_at)"
            " values ($3::int, 'Conversation', $2, 'labels', " + kNow + ")",
            process.clock, *conversation, 1 + Below(kTags));
    Touch(process, *conversation);
}

void ChatwootWriters::ChangeAllWithOneStamp(Process& process) {
    Execute(process,
            "update conversations set priority = $3, updated_at = one.stamp from (select " + kNow +
                " as stamp) one where id in"
                " (select id from conversations where account_id = $2 for update skip locked)",
            process.clock, settings_.account, Below(4));
}

void ChatwootWriters::SendSurvey(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    Execute(process,
            "insert into messages (account_id, inbox_id, conversation_id, message_type, content,"
            " content_type, created_at, updated_at) select account_id, inbox_id, id, 3, 'Como foi?', 9, " +
                kNow + ", " + kNow + " from conversations where id = $2",
            process.clock, *conversation);
    Touch(process, *conversation);
}

void ChatwootWriters::StampTheFuture(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    Execute(process,
            "update conversations set status = $3, updated_at = " + kNow +
                " + interval '3 years' where id = $2",
            process.clock, *conversation, Below(4));
}

void ChatwootWriters::StepClock(Process& process) {
    process.clock = std::to_string(Below(2 * kClockErrorSeconds + 1) - kClockErrorSeconds) + " s";
    Note(process, "  to " + process.clock);
}

// Stamps that move something else, and new messages with any stamp.

void ChatwootWriters::ImportConversation(Process& process) {
    const pg::Result added =
        Execute(process, NewConversationSql(kPast), process.clock, settings_.account, SomeInbox(),
                SomePhone(), SomePhone(), Below(4), SomeText(), 1 + Below(3));
    Note(process, "  it is " + added.One()["id"].String());
}

void ChatwootWriters::ImportMessages(Process& process) {
    const auto conversation = Find(process, "conversations");
    if (!conversation) return;
    Execute(process, NewMessageSql(kPast), process.clock, *conversation, SomeText(), 0, "Contact",
            false, "{}", 1 + Below(3));
}

void ChatwootWriters::ChangeContact(Process& process) {
    const auto contact = Lock(process, "contacts");
    if (!contact) return;
    Execute(process,
            "update contacts set name = $3, phone_number = $4, blocked = not blocked, updated_at = " +
                kNow + " where id = $2",
            process.clock, *contact, SomeName(), SomePhone());
}

// Its message was sent before; so this touches nothing else.
void ChatwootWriters::AnswerSurvey(Process& process) {
    const auto message = Execute(process, R"sql(
        select m.id from messages m
         where m.account_id = $1 and m.content_type = 9
           and not exists (select from csat_survey_responses a where a.message_id = m.id)
         limit 1 for update skip locked)sql",
                                 settings_.account)
                             .MaybeOne();
    if (!message) return;
    Execute(process,
            "insert into csat_survey_responses (account_id, conversation_id, message_id, rating,"
            " feedback_message, contact_id, created_at, updated_at)"
            " select account_id, conversation_id, id, $3::int, $4, 1, " + kNow + ", " + kNow +
            " from messages where id = $2",
            process.clock, (*message)["id"].Int64(), 1 + Below(5), SomeText());
}

void ChatwootWriters::ChangeAnswer(Process& process) {
    const auto answer = Lock(process, "csat_survey_responses");
    if (!answer) return;
    Execute(process,
            "update csat_survey_responses set rating = $3, feedback_message = $4, updated_at = " +
                kNow + " where id = $2",
            process.clock, *answer, 1 + Below(5), SomeText());
}

void ChatwootWriters::DrawMessage(Process& process) {
    if (process.drawn) return;
    const pg::Row row = Execute(process,
                                "select nextval('messages_id_seq') as id, " + kNow + "::text as stamp",
                                process.clock)
                            .One();
    process.drawn = {row["id"].Int64(), row["stamp"].String()};
    Note(process, "  message " + row["id"].String());
}

void ChatwootWriters::InsertDrawnMessage(Process& process) {
    const auto conversation = Find(process, "conversations");
    if (!conversation) return;
    const DrawnMessage drawn = *std::exchange(process.drawn, std::nullopt);
    Execute(process, R"sql(
        insert into messages (id, account_id, inbox_id, conversation_id, message_type, sender_type,
                              sender_id, content, created_at, updated_at)
        select $1, c.account_id, c.inbox_id, c.id, 0, 'Contact', c.contact_id, $3, $4::timestamp,
               $4::timestamp
          from conversations c where c.id = $2)sql",
            drawn.id, *conversation, SomeText(), drawn.stamp);
    Note(process, "insert drawn message " + std::to_string(drawn.id) + " into " +
                      std::to_string(*conversation));
}

// No stamp moves, but the version of a row does.

void ChatwootWriters::UnassignAll(Process& process) {
    Execute(process, R"sql(
        update conversations set assignee_id = null where id in (
            select id from conversations where account_id = $1 and assignee_id = $2
               for update skip locked))sql",
            settings_.account, 1 + Below(kUsers));
}

void ChatwootWriters::ChangeAllWithoutStamp(Process& process) {
    Execute(process, R"sql(
        update conversations set campaign_id = nullif($2, 0), snoozed_until = null where id in (
            select id from conversations where account_id = $1 for update skip locked))sql",
            settings_.account, Below(3));
}

void ChatwootWriters::ChangeContactWithoutStamp(Process& process) {
    const auto contact = Lock(process, "contacts");
    if (!contact) return;
    Execute(process, "update contacts set name = $2, email = $3 where id = $1", *contact, SomeName(),
            SomeName() + "@example.com");
}

void ChatwootWriters::ChangeNothing(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    Execute(process, "update conversations set status = status where id = $1", *conversation);
}

// Nothing but a comparison of all rows finds these.

void ChatwootWriters::EditMessage(Process& process) {
    const auto message = Lock(process, "messages");
    if (!message) return;
    Execute(process, "update messages set content = $3, updated_at = " + kNow + " where id = $2",
            process.clock, *message, SomeText() + " (editada)");
}

void ChatwootWriters::DeleteMessage(Process& process) {
    const auto message = Lock(process, "messages");
    if (!message) return;
    Execute(process,
            "update messages set content = 'Esta mensagem foi excluída', content_type = 0,"
            " content_attributes = $3::json, updated_at = " + kNow + " where id = $2",
            process.clock, *message, R"("{\"deleted\":true}")");
    Execute(process, "delete from attachments where message_id = $1", *message);
}

void ChatwootWriters::AttachLate(Process& process) {
    const auto message = Lock(process, "messages");
    if (!message) return;
    Execute(process,
            "insert into attachments (file_type, message_id, account_id, created_at, updated_at)"
            " values ($4::int, $2, $3, " + kNow + ", " + kNow + ")",
            process.clock, *message, settings_.account, Below(4));
}

void ChatwootWriters::RemoveLabels(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    Execute(process, "delete from taggings where taggable_type = 'Conversation' and taggable_id = $1",
            *conversation);
}

void ChatwootWriters::RenameTeam(Process& process) {
    Execute(process, R"sql(
        update teams set name = $2 where id in (
            select id from teams where account_id = $1 for update skip locked))sql",
            settings_.account, SomeName());
}

void ChatwootWriters::MergeContacts(Process& process) {
    const auto base = Lock(process, "contacts");
    const auto mergee = Lock(process, "contacts");
    if (!base || !mergee || *base == *mergee) return;
    Execute(process,
            "update conversations set contact_id = $3, updated_at = " + kNow +
                " where id in (select id from conversations where account_id = $4"
                " and contact_id = $2 for update skip locked)",
            process.clock, *mergee, *base, settings_.account);
    Execute(process,
            "update messages set sender_id = $3, updated_at = " + kNow +
                " where id in (select id from messages where account_id = $4"
                " and sender_type = 'Contact' and sender_id = $2 for update skip locked)",
            process.clock, *mergee, *base, settings_.account);
    Execute(process, "delete from contacts where id = $1", *mergee);
    Note(process, "  " + std::to_string(*mergee) + " into " + std::to_string(*base));
}

void ChatwootWriters::DeleteConversation(Process& process) {
    const auto conversation = Lock(process, "conversations");
    if (!conversation) return;
    Execute(process, "delete from conversations where id = $1", *conversation);
    if (Happens(0.7)) process.to_clean_up.push_back(*conversation);
}

void ChatwootWriters::DeleteContact(Process& process) {
    const auto contact = Lock(process, "contacts");
    if (!contact) return;
    Execute(process, "delete from contacts where id = $1", *contact);
}

// The parts of which these are made.

template <class... Values>
pg::Result ChatwootWriters::Execute(Process& process, const std::string& sql,
                                    const Values&... values) {
    return process.transaction->Execute({"test.writer", sql}, values...);
}

std::optional<std::int64_t> ChatwootWriters::Lock(Process& process, const std::string& table) {
    const auto row = Execute(process,
                             "select id from " + table + " where account_id = $1"
                             " order by md5(id::text || $2) limit 1 for update skip locked",
                             settings_.account, Salt())
                         .MaybeOne();
    if (!row) return std::nullopt;
    const std::int64_t id = (*row)["id"].Int64();
    Note(process, "  " + table + " " + std::to_string(id));
    return id;
}

std::optional<std::int64_t> ChatwootWriters::Find(Process& process, const std::string& table) {
    const auto row = Execute(process,
                             "select id from " + table + " where account_id = $1"
                             " order by md5(id::text || $2) limit 1",
                             settings_.account, Salt())
                         .MaybeOne();
    if (!row) return std::nullopt;
    const std::int64_t id = (*row)["id"].Int64();
    Note(process, "  " + table + " " + std::to_string(id));
    return id;
}

void ChatwootWriters::InsertMessage(Process& process, std::int64_t conversation) {
    const MessageKind& kind = kMessageKinds[static_cast<std::size_t>(Below(kMessageKinds.size()))];
    std::optional<std::string> sender_type;
    if (kind.sender_type != nullptr) sender_type = kind.sender_type;
    std::optional<std::string> attributes;
    const char* some = kAttributes[static_cast<std::size_t>(Below(kAttributes.size()))];
    if (some != nullptr) attributes = some;
    const pg::Result added = Execute(process, NewMessageSql(kNow), process.clock, conversation,
                                     SomeText(), kind.type, sender_type, kind.is_private, attributes, 1);
    if (added.empty() || !Happens(0.2)) return;
    Execute(process,
            "insert into attachments (file_type, message_id, account_id, created_at, updated_at)"
            " values (0, $2, $3, " + kNow + ", " + kNow + ")",
            process.clock, added.One()["id"].Int64(), settings_.account);
}

// False when another transaction holds the conversation now.
bool ChatwootWriters::Touch(Process& process, std::int64_t conversation) {
    const pg::Result touched = Execute(
        process,
        "update conversations set updated_at = " + kNow + ", last_activity_at = " + kNow +
            " where id in (select id from conversations where id = $2 for update skip locked)",
        process.clock, conversation);
    if (touched.affected() > 0) return true;
    return Execute(process, "select from conversations where id = $1", conversation).empty();
}

void ChatwootWriters::Note(const Process& process, const std::string& what) {
    history_.push_back("process " + std::to_string(process.number) + ": " + what);
}

int ChatwootWriters::Below(int limit) {
    return std::uniform_int_distribution<int>(0, limit - 1)(random_);
}

bool ChatwootWriters::Happens(double probability) {
    return std::bernoulli_distribution(probability)(random_);
}

std::string ChatwootWriters::Salt() {
    return std::to_string(random_());
}

std::string ChatwootWriters::SomeName() {
    return "Contato Inventado " + std::to_string(random_());
}

std::string ChatwootWriters::SomePhone() {
    return "+5511900" + std::to_string(100'000 + Below(900'000));
}

std::string ChatwootWriters::SomeText() {
    return std::string(kTexts[static_cast<std::size_t>(Below(kTexts.size()))]) + " " +
           std::to_string(Below(1'000));
}

int ChatwootWriters::SomeInbox() {
    return settings_.inboxes[static_cast<std::size_t>(
        Below(static_cast<int>(settings_.inboxes.size())))];
}

}  // namespace geniai::testing
