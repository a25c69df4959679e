#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;
struct pg_result;

namespace geniai::pg {

struct FinishConnection {
    void operator()(pg_conn* connection) const;
};
using ConnectionPtr = std::unique_ptr<pg_conn, FinishConnection>;

struct ClearResult {
    void operator()(pg_result* result) const;
};
using ResultPtr = std::unique_ptr<pg_result, ClearResult>;

// How bytes go to the server and come back; for the classes of this folder. Every wait for a server
// is in here, and none goes on for longer than `silence_max` in which nothing comes and nothing of
// what was sent arrives; zero waits for ever. After such a silence the wire is cut: no byte is sent
// any more, and every call returns at once. Nothing here throws: whoever gets nothing, or false,
// throws detail::ThrowResultError().
class Wire {
public:
    Wire(ConnectionPtr connected, std::chrono::milliseconds silence_max);

    std::chrono::milliseconds silence_max() const { return silence_max_; }
    void set_silence_max(std::chrono::milliseconds silence_max) { silence_max_ = silence_max; }

    // Runs a statement, or without values also several, to the end. Returns the first result that
    // failed or else the last one; for a COPY the result that starts it. Nothing when the wire is
    // lost.
    ResultPtr Execute(const char* statements);
    ResultPtr Execute(const char* statement, std::span<const char* const> values);
    // The same; the statement is prepared when it comes for the first time.
    ResultPtr ExecutePrepared(const char* statement, std::span<const char* const> values);
    struct Statement {
        const char* sql;
        std::span<const char* const> values;
    };
    // Runs statements one after the other in one round trip; each is prepared when it comes for the
    // first time. Returns their results in order, up to the first that failed; fewer when the wire is
    // lost.
    std::vector<ResultPtr> ExecuteTogether(std::span<const Statement> statements);
    // The result that ends a COPY, chosen in the same way.
    ResultPtr LastResult();

    // The next row of a COPY to us, to be freed with PQfreemem. Returns its length, -1 after the
    // last row or an error of the server, which LastResult() tells, and -2 when the wire is lost.
    int ReadCopyRow(char** row);
    // Sends rows of a COPY from us; returns when the system has taken them. False: the wire is
    // lost.
    bool SendCopyRows(std::string_view rows);
    // Ends a COPY from us, without `reason` well; with it, the server gives the rows up.
    bool EndCopy(const char* reason);
    // Reads to the end and drops what the present statement still brings.
    void Discard();

    // Closes the socket in both directions: for a session whose state nobody knows any more.
    void Cut();

    // True after Cut() and once the server or the network has ended the session.
    bool lost() const;
    // Why the last call gave nothing, in one line of libpq's words or ours; may be empty.
    std::string Trouble() const;
    pg_conn* handle() const { return connection_.get(); }

private:
    ResultPtr NextResult();
    // The name that a statement is prepared under, and whether that is new to the server.
    struct Prepared {
        std::string name;
        bool is_new;
    };
    Prepared NameOf(const char* statement);
    void SendPrepared(const Statement& statement);
    bool Flush();
    class Silence;
    bool LetBytesFlow(short events, Silence& silence);
    int PollTimeout(const Silence& silence) const;

    ConnectionPtr connection_;
    std::chrono::milliseconds silence_max_;
    bool encrypted_;
    bool cut_ = false;
    std::string trouble_;
    // The text of each statement that was sent to be prepared, and its name. After a failure nobody
    // knows which of them the server has: all get new names.
    std::map<std::string, std::string, std::less<>> prepared_;
    int names_ = 0;
};

}  // namespace geniai::pg
