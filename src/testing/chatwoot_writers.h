#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pg/transaction.h"

namespace geniai::testing {

// What a random step may be. Each one takes in those before it.
enum class Repertoire {
    kConversationStamps,  // what moves conversations.updated_at, at the latest with the next touch
    kStamps,              // what moves some stamp, or inserts a message
    kRowVersions,         // all inserts and updates of conversations, contacts and survey answers
    kEverything,          // edits, deletes, merges, labels and names that change by themselves too
};

enum class Clocks {
    kExact,  // stamps are the server's time, taken when the transaction has its id
    kApart,  // up to 30 s fast or slow; ids and stamps are drawn before the transaction has an id
};

// Some processes of a Chatwoot that work on one account at once, all in one thread: each has a session
// and often an open transaction. Every step is random, and the same for the same seed and rows. Nothing
// ever waits for a lock: rows that another transaction holds are left alone.
class ChatwootWriters {
public:
    struct Settings {
        int account = 1;           // it has a team
        std::vector<int> inboxes;  // where conversations begin and move to
        Repertoire repertoire = Repertoire::kEverything;
        Clocks clocks = Clocks::kExact;
        std::uint64_t seed = 0;
    };

    // `sessions` may write the source, have no transaction open, and outlive the writers. The database
    // has the users 1 to kUsers and the tags 1 to kTags already.
    ChatwootWriters(std::span<pg::Connection> sessions, Settings settings);

    static constexpr int kUsers = 3;
    static constexpr int kTags = 3;

    // Does one random thing in one of the processes: a statement, a commit, a rollback.
    void Step();
    // Ends all open transactions at random, and then does what committed messages still ask for.
    void Settle();
    // New conversations begin and old ones move there as well from now on.
    void AddInbox(int inbox);
    void RemoveInbox(int inbox);

    // Every process takes an id and a stamp for a message, and writes it with the other call.
    void DrawMessages();
    void WriteDrawnMessages();
    // Whether a process holds an id or a stamp that it took before its transaction had an id.
    bool HoldsDrawnIds() const;
    // What was done so far, one entry a step.
    const std::vector<std::string>& history() const { return history_; }

private:
    struct DrawnMessage {
        std::int64_t id;
        std::string stamp;
    };
    struct Process {
        pg::Connection* session;
        int number;
        std::optional<pg::Transaction> transaction;
        std::string clock = "0 s";              // how far it is from the server's
        std::vector<std::int64_t> to_touch;     // conversations that got a message
        std::vector<std::int64_t> to_clean_up;  // conversations that are gone, unlike their messages
        std::optional<DrawnMessage> drawn;
    };
    struct Operation {
        std::string_view name;
        int weight;
        Repertoire needs;
        Clocks clocks;  // kApart: not with exact ones
        void (ChatwootWriters::*run)(Process& process);
    };
    static std::span<const Operation> Operations();
    bool IsAllowed(const Operation& operation) const;
    const Operation& ChooseOperation();

    void Begin(Process& process);
    void OperateInSavepoint(Process& process);
    void Operate(Process& process);
    void End(Process& process);
    void CatchUp(Process& process);

    void AddConversation(Process& process);
    void AddMessageAndTouch(Process& process);
    void AddMessageToTouchLater(Process& process);
    void ChangeStatus(Process& process);
    void MoveToInbox(Process& process);
    void AssignTeam(Process& process);
    void SetLabel(Process& process);
    void ChangeAllWithOneStamp(Process& process);
    void SendSurvey(Process& process);
    void StampTheFuture(Process& process);
    void StepClock(Process& process);
    void ImportConversation(Process& process);
    void ImportMessages(Process& process);
    void ChangeContact(Process& process);
    void AnswerSurvey(Process& process);
    void ChangeAnswer(Process& process);
    void DrawMessage(Process& process);
    void UnassignAll(Process& process);
    void ChangeAllWithoutStamp(Process& process);
    void ChangeContactWithoutStamp(Process& process);
    void ChangeNothing(Process& process);
    void EditMessage(Process& process);
    void DeleteMessage(Process& process);
    void AttachLate(Process& process);
    void RemoveLabels(Process& process);
    void RenameTeam(Process& process);
    void MergeContacts(Process& process);
    void DeleteConversation(Process& process);
    void DeleteContact(Process& process);

    template <class... Values>
    pg::Result Execute(Process& process, const std::string& sql, const Values&... values);
    // Some row of a table of the account, locked, or one that anybody may hold.
    std::optional<std::int64_t> Lock(Process& process, const std::string& table);
    std::optional<std::int64_t> Find(Process& process, const std::string& table);
    void InsertMessage(Process& process, std::int64_t conversation);
    void InsertDrawnMessage(Process& process);
    bool Touch(Process& process, std::int64_t conversation);
    void Note(const Process& process, const std::string& what);

    int Below(int limit);
    bool Happens(double probability);
    std::string Salt();
    std::string SomeName();
    std::string SomePhone();
    std::string SomeText();
    int SomeInbox();

    Settings settings_;
    std::mt19937_64 random_;
    std::deque<Process> processes_;
    std::vector<std::string> history_;
};

}  // namespace geniai::testing
