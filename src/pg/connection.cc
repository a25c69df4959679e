#include "pg/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cstring>

#include "base/error.h"
#include "pg/sql_error.h"

namespace geniai::pg {

namespace {

struct OptionsFree {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using ConnectionOptions = std::unique_ptr<PQconninfoOption, OptionsFree>;

ConnectionOptions ParseOptions(const base::Secret& url) {
    char* message = nullptr;
    ConnectionOptions options(PQconninfoParse(url.Reveal().c_str(), &message));
    // libpq's message can quote a part of the URL, so it stays out of ours.
    PQfreemem(message);
    if (options == nullptr) {
        throw base::Error(base::ErrorCode::kInvalidSettings,
                          "a database URL cannot be read; write postgresql://user:password@host/"
                          "database with %XX for special characters, or key='value' pairs");
    }
    return options;
}

std::string ValueOf(const PQconninfoOption* options, std::string_view keyword) {
    for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
        if (keyword == option->keyword) return option->val == nullptr ? "" : option->val;
    }
    return "";
}

std::string QuotedBy(char* (*quote)(PGconn*, const char*, std::size_t), PGconn* connection,
                     std::string_view text) {
    char* quoted = quote(connection, text.data(), text.size());
    if (quoted == nullptr) {
        throw base::Error(base::ErrorCode::kFailed, "a name or text cannot be quoted for SQL");
    }
    std::string copy = quoted;
    PQfreemem(quoted);
    return copy;
}

// Notices ("relation already exists, skipping") are not for the user's terminal.
void IgnoreNotice(void* /*context*/, const PGresult* /*notice*/) {}

}  // namespace

std::string ConnectionTarget::ToString() const {
    std::string text = "database " + (database.empty() ? std::string("(default)") : database);
    if (!host.empty()) text += " on " + host + (port.empty() ? "" : ":" + port);
    if (!user.empty()) text += " as " + user;
    return text;
}

ConnectionTarget ParseTarget(const base::Secret& url) {
    const ConnectionOptions options = ParseOptions(url);
    ConnectionTarget target;
    target.user = ValueOf(options.get(), "user");
    target.database = ValueOf(options.get(), "dbname");
    target.host = ValueOf(options.get(), "host");
    if (target.host.empty()) target.host = ValueOf(options.get(), "hostaddr");
    target.port = ValueOf(options.get(), "port");
    target.password = base::Secret(ValueOf(options.get(), "password"));
    return target;
}

Connection::Connection(const ConnectionSettings& settings) {
    const ConnectionTarget target = ParseTarget(settings.url);
    const std::string timeout = std::to_string(settings.connect_timeout_seconds);
    // A later keyword wins over an earlier one, and dbname expands to the whole URL: so the URL may
    // set its own time-out, and cannot change encoding or time zone.
    const char* const keywords[] = {"connect_timeout",  "dbname",  "fallback_application_name",
                                    "client_encoding",  nullptr};
    const char* const values[] = {timeout.c_str(), settings.url.Reveal().c_str(),
                                  settings.application_name.c_str(), "UTF8", nullptr};
    connection_.reset(PQconnectdbParams(keywords, values, 1));
    if (connection_ == nullptr || PQstatus(connection_.get()) != CONNECTION_OK) {
        detail::ThrowConnectError(connection_.get(), target.ToString());
    }
    PQsetNoticeReceiver(connection_.get(), IgnoreNotice, nullptr);
    PGresult* result = PQexec(connection_.get(), "set time zone 'UTC'");
    const bool done = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    if (!done) detail::ThrowConnectError(connection_.get(), target.ToString());
}

void Connection::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

bool Connection::IsAlive() {
    if (PQstatus(connection_.get()) != CONNECTION_OK) return false;
    // An idle session that listens to nothing has nothing to say: readable means a farewell or the end
    // of the stream.
    pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
    return poll(&socket, 1, 0) == 0;
}

bool Connection::IsIdle() const {
    return PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
}

std::string Connection::Literal(std::string_view text) {
    return QuotedBy(PQescapeLiteral, connection_.get(), text);
}

std::string Connection::Identifier(std::string_view name) {
    return QuotedBy(PQescapeIdentifier, connection_.get(), name);
}

std::string Connection::EncryptPassword(const std::string& user, const base::Secret& password) {
    char* verifier = PQencryptPasswordConn(connection_.get(), password.Reveal().c_str(),
                                           user.c_str(), "scram-sha-256");
    if (verifier == nullptr) {
        throw base::Error(base::ErrorCode::kFailed, "the password cannot be hashed");
    }
    std::string copy = verifier;
    PQfreemem(verifier);
    return copy;
}

int Connection::server_version() const {
    return PQserverVersion(connection_.get());
}

}  // namespace geniai::pg
