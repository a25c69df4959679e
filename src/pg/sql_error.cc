#include "pg/sql_error.h"

#include <libpq-fe.h>

#include <string_view>
#include <utility>

namespace geniai::pg {

namespace {

// libpq's messages end in newlines and may have several lines; people get one.
std::string OneLine(std::string_view text) {
    std::string line;
    for (const char c : text) {
        if (c == '\n' || c == '\t') {
            if (!line.empty() && line.back() != ' ') line += ' ';
        } else {
            line += c;
        }
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

std::string FieldOf(const pg_result* result, int field) {
    const char* text = result == nullptr ? nullptr : PQresultErrorField(result, field);
    return text == nullptr ? std::string() : OneLine(text);
}

base::ErrorCode CodeOf(std::string_view sqlstate) {
    const std::string_view sql_class = sqlstate.substr(0, 2);
    if (sqlstate.empty() || sql_class == "08" || sql_class == "28") {
        return base::ErrorCode::kDatabaseUnreachable;
    }
    if (sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03") {
        return base::ErrorCode::kDatabaseUnreachable;
    }
    if (sqlstate == kUniqueViolation) return base::ErrorCode::kConflict;
    return base::ErrorCode::kFailed;
}

}  // namespace

SqlError::SqlError(base::ErrorCode code, const std::string& message, std::string detail,
                   std::string sqlstate)
    : base::Error(code, message, std::move(detail)), sqlstate_(std::move(sqlstate)) {}

namespace detail {

void ThrowResultError(pg_conn* connection, const pg_result* result, const std::string& what) {
    const std::string sqlstate = FieldOf(result, PG_DIAG_SQLSTATE);
    std::string message = FieldOf(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = OneLine(PQerrorMessage(connection));
    if (message.empty()) message = "the connection was lost";
    std::string detail = "query " + what;
    // Not DETAIL and CONTEXT: they quote rows, and so what customers wrote.
    for (const int field : {PG_DIAG_MESSAGE_HINT, PG_DIAG_TABLE_NAME, PG_DIAG_CONSTRAINT_NAME}) {
        const std::string text = FieldOf(result, field);
        if (!text.empty()) detail += "; " + text;
    }
    const bool lost = PQstatus(connection) == CONNECTION_BAD;
    const base::ErrorCode code =
        lost ? base::ErrorCode::kDatabaseUnreachable : CodeOf(sqlstate.empty() ? "XX000" : sqlstate);
    throw SqlError(code, "PostgreSQL: " + message, std::move(detail), sqlstate);
}

void ThrowConnectError(pg_conn* connection, const std::string& target) {
    throw SqlError(base::ErrorCode::kDatabaseUnreachable,
                   "cannot connect to " + target + ": " + OneLine(PQerrorMessage(connection)), "",
                   "");
}

}  // namespace detail

}  // namespace geniai::pg
