#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"

struct pg_conn;

namespace geniai::pg {

// Where a PostgreSQL is: a libpq URI or key=value string, kept secret because of the password.
struct ConnectionSettings {
    base::Secret url;
    std::string application_name = "geniai";
    int connect_timeout_seconds = 10;  // unless the URL says otherwise
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

    // False once the server or the network has ended the session; looks at the socket, sends nothing.
    bool IsAlive();
    // True outside a transaction and a COPY: fit to be handed to somebody else.
    bool IsIdle() const;

    std::string Literal(std::string_view text);     // 'text', quoted for SQL
    std::string Identifier(std::string_view name);  // "name", quoted for SQL
    // The SCRAM verifier of a password, so that the password itself is never in a statement.
    std::string EncryptPassword(const std::string& user, const base::Secret& password);

    int server_version() const;  // 150018 for 15.18
    pg_conn* handle() const { return connection_.get(); }

private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    std::unique_ptr<pg_conn, Finish> connection_;
};

}  // namespace geniai::pg
