#pragma once

#include <string>

#include "pg/connection.h"
#include "testing/test_database.h"

namespace geniai::testing {

// A Chatwoot database for one test, with the real table structure and no rows. Speaks the domain:
// what a test does not say gets a usual value. Times are UTC without zone, as Chatwoot has them.
class ChatwootFixture {
public:
    ChatwootFixture();

    // A read-only user's settings, as the sync gets them.
    pg::ConnectionSettings ReaderSettings() const { return database_.Settings(TestDatabase::kReader); }
    pg::ConnectionSettings OwnerSettings() const { return database_.Settings(); }

    void Run(const std::string& sql);
    std::int64_t Count(const std::string& from_where);

    void AddAccount(int id, const std::string& name);
    void AddInbox(int id, int account, const std::string& name);
    void AddContact(int id, int account, const std::string& name);
    // A conversation that was created and changed at `at` ("2026-03-01 12:00:00").
    void AddConversation(int id, int account, int inbox, int contact, const std::string& at);
    // A message of the contact, and one of a person of the team.
    void AddContactMessage(int id, int account, int conversation, const std::string& text,
                           const std::string& at);
    void AddHumanMessage(int id, int account, int conversation, const std::string& text,
                         const std::string& at);
    // What Chatwoot does to a conversation when something in it changes.
    void Touch(int conversation, const std::string& at);

private:
    void AddMessage(int id, int account, int conversation, int type, const std::string& sender,
                    const std::string& text, const std::string& at);

    TestDatabase database_;
    pg::Connection owner_;
};

}  // namespace geniai::testing
