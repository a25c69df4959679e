#pragma once

#include <string>

#include "base/error.h"

struct pg_conn;
struct pg_result;

namespace geniai::pg {

// A statement or a connection failed. `sqlstate()` is PostgreSQL's five characters, empty when the
// server did not answer at all.
class SqlError : public base::Error {
public:
    SqlError(base::ErrorCode code, const std::string& message, std::string detail,
             std::string sqlstate);

    const std::string& sqlstate() const { return sqlstate_; }

private:
    std::string sqlstate_;
};

inline constexpr const char* kUniqueViolation = "23505";
inline constexpr const char* kInsufficientPrivilege = "42501";
inline constexpr const char* kUndefinedTable = "42P01";

namespace detail {

// Throws the error of a failed result; `what` names the statement.
[[noreturn]] void ThrowResultError(pg_conn* connection, const pg_result* result,
                                   const std::string& what);

// Throws the error of a connection that could not be made. `target` is free of secrets.
[[noreturn]] void ThrowConnectError(pg_conn* connection, const std::string& target);

}  // namespace detail

}  // namespace geniai::pg
