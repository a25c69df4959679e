#include "pg/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <tuple>
#include <utility>

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

ConnectionPtr DialServer(const ConnectionSettings& settings) {
    const ConnectionTarget target = ParseTarget(settings.url);
    const std::string timeout = std::to_string(settings.connect_timeout_seconds);
    // A later keyword wins over an earlier one, and dbname expands to the whole URL: so the URL may
    // set its own time-outs, and cannot change encoding or time zone.
    constexpr std::size_t kOptions = 9;
    const std::pair<const char*, const char*> options[kOptions] = {
        {"connect_timeout", timeout.c_str()},
        // A machine that is gone is noticed within about a minute, also by who only waits.
        {"keepalives", "1"},
        {"keepalives_idle", "30"},
        {"keepalives_interval", "10"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "60000"},
        {"dbname", settings.url.Reveal().c_str()},
        {"fallback_application_name", settings.application_name.c_str()},
        {"client_encoding", "UTF8"}};
    const char* keywords[kOptions + 1] = {};
    const char* values[kOptions + 1] = {};
    for (std::size_t i = 0; i < kOptions; ++i) std::tie(keywords[i], values[i]) = options[i];

    ConnectionPtr connection(PQconnectdbParams(keywords, values, 1));
    const auto failed = [&] { return PQstatus(connection.get()) != CONNECTION_OK; };
    // libpq gives the SQLSTATE of a refusal in its verbose messages only, which can be asked for
    // only once the connection object exists: so a server that refused is asked a second time.
    if (failed() && detail::IsRefusal(PQerrorMessage(connection.get()))) {
        PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
        PQreset(connection.get());
    }
    if (failed()) detail::ThrowConnectError(connection.get(), target.ToString());
    PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
    return connection;
}

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

Connection::Connection(const ConnectionSettings& settings)
    : wire_(DialServer(settings), settings.silence_max), interrupter_(wire_.handle()) {
    PQsetNoticeReceiver(wire_.handle(), IgnoreNotice, nullptr);
    // A part of connecting: so it ends, even where statements may wait for ever.
    if (settings.silence_max.count() == 0) {
        wire_.set_silence_max(std::chrono::seconds(settings.connect_timeout_seconds));
    }
    const ResultPtr result = wire_.Execute(("set time zone 'UTC';" + settings.session).c_str());
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        detail::ThrowResultError(wire_, result.get(), "prepare the session");
    }
    wire_.set_silence_max(settings.silence_max);
}

bool Connection::IsAlive() {
    if (wire_.lost()) return false;
    // An idle session that listens to nothing has nothing to say: readable means a farewell or the
    // end of the stream.
    pollfd socket{PQsocket(wire_.handle()), POLLIN, 0};
    return poll(&socket, 1, 0) == 0;
}

bool Connection::IsIdle() const {
    return !wire_.lost() && PQtransactionStatus(wire_.handle()) == PQTRANS_IDLE;
}

std::string Connection::Literal(std::string_view text) {
    return QuotedBy(PQescapeLiteral, wire_.handle(), text);
}

std::string Connection::Identifier(std::string_view name) {
    return QuotedBy(PQescapeIdentifier, wire_.handle(), name);
}

std::string Connection::EncryptPassword(const std::string& user, const base::Secret& password) {
    char* verifier = PQencryptPasswordConn(wire_.handle(), password.Reveal().c_str(),
                                           user.c_str(), "scram-sha-256");
    if (verifier == nullptr) {
        throw base::Error(base::ErrorCode::kFailed, "the password cannot be hashed");
    }
    std::string copy = verifier;
    PQfreemem(verifier);
    return copy;
}

int Connection::server_version() const {
    return PQserverVersion(wire_.handle());
}

}  // namespace geniai::pg
