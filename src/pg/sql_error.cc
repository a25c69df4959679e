#include "pg/sql_error.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "pg/wire.h"

namespace geniai::pg {

namespace {

std::string FieldOf(const pg_result* result, int field) {
    const char* text = result == nullptr ? nullptr : PQresultErrorField(result, field);
    return text == nullptr ? std::string() : detail::OneLine(text);
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

// The states that pass, beside class 08, the lost connection.
constexpr std::array<std::string_view, 8> kTransientStates = {
    "40001",  // another transaction came first, or a standby had to go on with its recovery
    "40P01",  // deadlock
    "53300",  // too many connections
    "57P01",  // the server stops, or an administrator ended the session
    "57P02",  // another session crashed
    "57P03",  // the server starts
    "57P05",  // the session was idle for too long
    "25P03",  // the same inside of a transaction
};

bool IsTransientState(std::string_view sqlstate) {
    return sqlstate.starts_with("08") || std::ranges::count(kTransientStates, sqlstate) > 0;
}

SqlError::Retry RetryIf(bool passes) {
    return passes ? SqlError::Retry::kWorthwhile : SqlError::Retry::kUseless;
}

// libpq's own words for what no waiting mends: the settings disagree with the server.
constexpr std::array<std::string_view, 6> kSettingsTroubles = {
    "no password supplied", "does not support SSL", "certificate", "channel binding",
    "authentication method", "invalid "};

// In front of a server's words libpq writes their severity, a colon and two blanks; the severity is
// in the server's language.
constexpr std::string_view kSeverityEnd = ":  ";
// Starts a line of verbose messages: the place in PostgreSQL's source.
constexpr std::string_view kLocation = "LOCATION:  ";

std::size_t StartOfWords(std::string_view line) {
    const std::size_t severity = line.find(kSeverityEnd);
    return severity == std::string_view::npos ? line.size() : severity + kSeverityEnd.size();
}

// "28P01" at the head of "28P01: password authentication failed", or nothing.
std::string_view LeadingState(std::string_view words) {
    constexpr std::size_t kLength = 5;
    if (words.size() < kLength + 2 || words.substr(kLength, 2) != ": ") return {};
    const std::string_view state = words.substr(0, kLength);
    const bool fits = std::ranges::all_of(state, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    });
    return fits ? state : std::string_view();
}

}  // namespace

SqlError::SqlError(base::ErrorCode code, const std::string& message, std::string detail,
                   std::string sqlstate, Retry retry)
    : base::Error(code, message, std::move(detail)),
      sqlstate_(std::move(sqlstate)),
      retry_(retry) {}

bool IsTransient(const base::Error& error) {
    const auto* sql_error = dynamic_cast<const SqlError*>(&error);
    return sql_error != nullptr && sql_error->retry() == SqlError::Retry::kWorthwhile;
}

bool IsDataError(const SqlError& error) {
    const std::string_view state = error.sqlstate();
    // 22: a value does not fit its type; 23: it breaks a constraint; the others: it is too big for
    // an index, or nested too deep.
    return state.starts_with("22") || state.starts_with("23") || state == "54000" ||
           state == "54001";
}

namespace detail {

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

void ThrowResultError(const Wire& wire, const pg_result* result, const std::string& what) {
    const std::string sqlstate = FieldOf(result, PG_DIAG_SQLSTATE);
    const bool lost = wire.lost();
    std::string message = FieldOf(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = wire.Trouble();
    if (message.empty()) {
        message = lost ? "the connection was lost" : "the server gave another answer than expected";
    }
    std::string detail = "query " + what;
    // Not DETAIL and CONTEXT: they quote rows, and so what customers wrote.
    for (const int field : {PG_DIAG_MESSAGE_HINT, PG_DIAG_TABLE_NAME, PG_DIAG_CONSTRAINT_NAME}) {
        const std::string text = FieldOf(result, field);
        if (!text.empty()) detail += "; " + text;
    }
    const base::ErrorCode code = lost ? base::ErrorCode::kDatabaseUnreachable
                                      : CodeOf(sqlstate.empty() ? "XX000" : sqlstate);
    const bool passes = sqlstate.empty() ? lost : IsTransientState(sqlstate);
    throw SqlError(code, "PostgreSQL: " + message, std::move(detail), sqlstate, RetryIf(passes));
}

void ThrowConnectError(pg_conn* connection, const std::string& target) {
    const ConnectFailure failure = ReadConnectFailure(PQerrorMessage(connection));
    throw SqlError(base::ErrorCode::kDatabaseUnreachable,
                   "cannot connect to " + target + ": " + failure.message, "", failure.sqlstate,
                   RetryOf(failure));
}

bool IsRefusal(std::string_view message) {
    return message.find(kSeverityEnd) != std::string_view::npos;
}

ConnectFailure ReadConnectFailure(std::string_view verbose) {
    ConnectFailure failure;
    std::string text;
    std::size_t at = 0;
    while (at < verbose.size()) {
        const std::size_t end = std::min(verbose.find('\n', at), verbose.size());
        const std::string_view line = verbose.substr(at, end - at);
        at = end + 1;
        if (line.starts_with(kLocation)) continue;
        const std::size_t words = StartOfWords(line);
        const std::string_view state = LeadingState(line.substr(words));
        if (!state.empty()) failure.sqlstate = state;
        text += line.substr(0, words);
        text += line.substr(state.empty() ? words : words + state.size() + 2);
        text += '\n';
    }
    failure.message = OneLine(text);
    return failure;
}

SqlError::Retry RetryOf(const ConnectFailure& failure) {
    if (!failure.sqlstate.empty()) return RetryIf(IsTransientState(failure.sqlstate));
    // Nobody listens, the network is down, the name is not known at the moment.
    return RetryIf(std::ranges::none_of(kSettingsTroubles, [&](std::string_view trouble) {
        return failure.message.find(trouble) != std::string::npos;
    }));
}

}  // namespace detail

}  // namespace geniai::pg
