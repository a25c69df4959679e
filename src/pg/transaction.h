#pragma once

#include <initializer_list>
#include <span>
#include <string>

#include "pg/connection.h"
#include "pg/parameter.h"
#include "pg/query.h"
#include "pg/result.h"

namespace geniai::pg {

// The only way to run a statement. Begins when made, rolls back when destroyed without Commit().
class Transaction {
public:
    enum class Mode {
        kReadWrite,
        kReadOnly,
        kReadOnlySnapshot,  // REPEATABLE READ: every statement sees the same moment
    };

    // `connection` outlives the transaction and has no other one open.
    explicit Transaction(Connection& connection, Mode mode = Mode::kReadWrite);
    // The same with what must come first in it (role, tenant), a script that travels with `begin`
    // in one round trip.
    Transaction(Connection& connection, const Query& opening);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    // Runs one statement; throws SqlError, after which only the destructor may follow.
    template <class... Values>
    Result Execute(const Query& query, const Values&... values) {
        const std::initializer_list<Parameter> parameters{Parameter(values)...};
        return Run(query, {parameters.begin(), parameters.size()});
    }

    // The same with a number of parameters that is known at run time only.
    Result Run(const Query& query, std::span<const Parameter> parameters);

    // Runs a script of several statements without parameters: migrations, schema set-up.
    void RunScript(const Query& script);

    // Makes the work durable. When the connection is lost here, whether it was is unknown: the error
    // says so, and whoever repeats the work must be able to repeat it.
    void Commit();

    // The same without waiting for the disk: should the server crash within a second, it may come back
    // without this commit, and then without all that came after it. For work that would be done
    // again, on sessions that such a crash ends. The next Commit() of any session also makes this one
    // durable.
    void CommitSoon();

    Connection& connection() { return connection_; }

private:
    void EndWith(const char* statements);

    Connection& connection_;
    bool open_ = false;
};

// A statement with its values.
struct BoundQuery {
    const Query& query;
    std::span<const Parameter> parameters;
};

// Statements as a transaction of their own in one round trip, prepared once a connection: for what
// holds a lock that others wait for. Returns what the last one returned. Throws as Execute() and
// Commit().
Result RunAlone(Connection& connection, std::span<const BoundQuery> queries);

}  // namespace geniai::pg
