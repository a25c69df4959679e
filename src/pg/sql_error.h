#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

struct pg_conn;
struct pg_result;

namespace geniai::pg {

class Wire;

// A statement or a connection failed. `sqlstate()` is PostgreSQL's five characters, empty when the
// server did not answer at all.
class SqlError : public base::Error {
public:
    // Whether the same may succeed on a new connection, a little later.
    enum class Retry { kUseless, kWorthwhile };

    SqlError(base::ErrorCode code, const std::string& message, std::string detail,
             std::string sqlstate, Retry retry);

    const std::string& sqlstate() const { return sqlstate_; }
    Retry retry() const { return retry_; }

private:
    std::string sqlstate_;
    Retry retry_;
};

inline constexpr const char* kUniqueViolation = "23505";
inline constexpr const char* kInsufficientPrivilege = "42501";
inline constexpr const char* kUndefinedTable = "42P01";
inline constexpr const char* kQueryCanceled = "57014";

// True for an SqlError that passes: the connection was lost or not made, the server starts, stops
// or is full, or PostgreSQL gave this transaction up in favour of another. The whole transaction is
// to be repeated, on a new connection; after a Commit() that failed it may have been stored
// already.
bool IsTransient(const base::Error& error);

// True when PostgreSQL refused a value that it was given, and so would take the rows without it.
bool IsDataError(const SqlError& error);

namespace detail {

// Text of several lines, as libpq's messages are, in one line.
std::string OneLine(std::string_view text);

// Throws the error of a failed result, or of a wire that gave none; `what` names the statement.
[[noreturn]] void ThrowResultError(const Wire& wire, const pg_result* result,
                                   const std::string& what);

// Throws the error of a connection that could not be made. `target` is free of secrets.
[[noreturn]] void ThrowConnectError(pg_conn* connection, const std::string& target);

// Whether libpq's message of a failed connection has words of a server in it.
bool IsRefusal(std::string_view message);

// What libpq says, verbosely, of a failed connection: the message in one line, without the SQLSTATE
// and the places in PostgreSQL's source; and the last SQLSTATE, empty when no server has spoken.
struct ConnectFailure {
    std::string message;
    std::string sqlstate;
};
ConnectFailure ReadConnectFailure(std::string_view verbose);

// Whether a connection that failed so is worth another attempt.
SqlError::Retry RetryOf(const ConnectFailure& failure);

}  // namespace detail

}  // namespace geniai::pg
