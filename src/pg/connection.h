#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "pg/interrupter.h"
#include "pg/wire.h"

namespace geniai::pg {

// Where a PostgreSQL is: a libpq URI or key=value string, kept secret because of the password.
struct ConnectionSettings {
    base::Secret url;
    std::string application_name = "geniai";
    int connect_timeout_seconds = 10;  // for each address; unless the URL says otherwise
    // A wait for the server that sees no byte for so long ends the connection; zero waits for ever.
    // A statement may be silent for as long as it computes its first row, so this is longer than
    // the session's statement_timeout.
    std::chrono::milliseconds silence_max{0};
    std::string session = "";  // SQL that prepares the session: "set jit = off"
};

// What a URL says, without its password: for messages, and for `migrate`, which needs the names.
struct ConnectionTarget {
    std::string user;
    std::string database;
    std::string host;
    std::string port;
    base::Secret password;

    std::string ToString() const;  // "database geniai on localhost:5432 as geniai_app"
};

// Throws base::Error(kInvalidSettings) for a URL that libpq cannot read; the message has no secret.
ConnectionTarget ParseTarget(const base::Secret& url);

// One session with a server. Statements run on a Transaction, not here. A connection and all that
// hangs on it belongs to one thread at a time.
class Connection {
public:
    // Connects; throws SqlError(kDatabaseUnreachable) with one clear line. The session speaks UTF-8
    // and the time zone UTC.
    explicit Connection(const ConnectionSettings& settings);

    // False once the server or the network has ended the session; looks at the socket, sends
    // nothing.
    bool IsAlive();
    // True outside a transaction and a COPY: fit to be handed to somebody else.
    bool IsIdle() const;

    // What another thread may keep to stop this session's statements.
    const Interrupter& interrupter() const { return interrupter_; }

    std::string Literal(std::string_view text);     // 'text', quoted for SQL
    std::string Identifier(std::string_view name);  // "name", quoted for SQL
    // The SCRAM verifier of a password, so that the password itself is never in a statement.
    std::string EncryptPassword(const std::string& user, const base::Secret& password);

    int server_version() const;  // 150018 for 15.18
    Wire& wire() { return wire_; }  // for this folder

private:
    Wire wire_;
    Interrupter interrupter_;
};

}  // namespace geniai::pg
