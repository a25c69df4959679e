#include "testing/chatwoot_fixture.h"

#include "embedded/files.h"
#include "pg/transaction.h"

namespace geniai::testing {

ChatwootFixture::ChatwootFixture() : owner_(database_.Connect()) {
    Run(std::string(embedded::Get("db/source/chatwoot_schema.sql")));
    Run("grant select on all tables in schema public to test_reader");
}

void ChatwootFixture::Run(const std::string& sql) {
    pg::Transaction transaction(owner_);
    transaction.RunScript({"test.chatwoot", sql});
    transaction.Commit();
}

std::int64_t ChatwootFixture::Count(const std::string& from_where) {
    pg::Transaction transaction(owner_);
    return transaction.Execute({"test.count", "select count(*) as n from " + from_where})
        .One()["n"]
        .Int64();
}

void ChatwootFixture::AddAccount(int id, const std::string& name) {
    pg::Transaction transaction(owner_);
    transaction.Execute({"test.account", R"sql(
        insert into accounts (id, name, created_at, updated_at)
        values ($1, $2, '2026-01-01', '2026-01-01'))sql"},
                        id, name);
    transaction.Commit();
}

void ChatwootFixture::AddInbox(int id, int account, const std::string& name) {
    pg::Transaction transaction(owner_);
    transaction.Execute({"test.inbox", R"sql(
        insert into inboxes (id, channel_id, account_id, name, channel_type, created_at, updated_at)
        values ($1, $1, $2, $3, 'Channel::Whatsapp', '2026-01-01', '2026-01-01'))sql"},
                        id, account, name);
    transaction.Commit();
}

void ChatwootFixture::AddContact(int id, int account, const std::string& name) {
    pg::Transaction transaction(owner_);
    transaction.Execute({"test.contact", R"sql(
        insert into contacts (id, account_id, name, phone_number, created_at, updated_at)
        values ($1::int, $2, $3, '+551190000' || lpad($1::int::text, 4, '0'), '2026-01-01', '2026-01-01'))sql"},
                        id, account, name);
    transaction.Commit();
}

void ChatwootFixture::AddConversation(int id, int account, int inbox, int contact,
                                      const std::string& at) {
    pg::Transaction transaction(owner_);
    transaction.Execute({"test.conversation", R"sql(
        insert into conversations (id, account_id, inbox_id, contact_id, status, created_at,
                                   updated_at, last_activity_at)
        values ($1, $2, $3, $4, 0, $5::timestamp, $5::timestamp, $5::timestamp))sql"},
                        id, account, inbox, contact, at);
    transaction.Commit();
}

void ChatwootFixture::AddContactMessage(int id, int account, int conversation,
                                        const std::string& text, const std::string& at) {
    AddMessage(id, account, conversation, 0, "Contact", text, at);
}

void ChatwootFixture::AddHumanMessage(int id, int account, int conversation,
                                      const std::string& text, const std::string& at) {
    AddMessage(id, account, conversation, 1, "User", text, at);
}

void ChatwootFixture::AddMessage(int id, int account, int conversation, int type,
                                 const std::string& sender, const std::string& text,
                                 const std::string& at) {
    pg::Transaction transaction(owner_);
    transaction.Execute({"test.message", R"sql(
        insert into messages (id, account_id, inbox_id, conversation_id, message_type, sender_type,
                              sender_id, content, private, content_type, created_at, updated_at)
        select $1, $2, inbox_id, $3, $4, $5, coalesce(contact_id, 1), $6, false, 0,
               $7::timestamp, $7::timestamp
          from conversations where id = $3)sql"},
                        id, account, conversation, type, sender, text, at);
    transaction.Commit();
}

void ChatwootFixture::Touch(int conversation, const std::string& at) {
    pg::Transaction transaction(owner_);
    transaction.Execute({"test.touch",
                         "update conversations set updated_at = $2::timestamp where id = $1"},
                        conversation, at);
    transaction.Commit();
}

}  // namespace geniai::testing
