#include "pg/transaction.h"

#include <algorithm>
#include <libpq-fe.h>

#include <string_view>
#include <vector>

#include "base/error.h"
#include "pg/sql_error.h"

namespace geniai::pg {

namespace {

const char* BeginStatement(Transaction::Mode mode) {
    switch (mode) {
        case Transaction::Mode::kReadWrite: return "begin";
        case Transaction::Mode::kReadOnly: return "begin read only";
        case Transaction::Mode::kReadOnlySnapshot:
            return "begin isolation level repeatable read read only";
    }
    return "begin";
}

std::vector<const char*> ValuesOf(std::span<const Parameter> parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const Parameter& parameter : parameters) values.push_back(parameter.c_str());
    return values;
}

// A transaction in which a statement failed answers COMMIT with ROLLBACK.
void CheckCommitted(Wire& wire, const ResultPtr& result) {
    if (wire.lost()) {
        throw SqlError(base::ErrorCode::kDatabaseUnreachable,
                       "the connection was lost while committing; it is unknown whether the last "
                       "step was stored, repeat the command",
                       wire.Trouble(), "", SqlError::Retry::kWorthwhile);
    }
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK ||
        std::string_view(PQcmdStatus(result.get())) != "COMMIT") {
        detail::ThrowResultError(wire, result.get(), "commit");
    }
}

Result CheckedResult(Connection& connection, ResultPtr raw, std::string_view name) {
    const ExecStatusType status = PQresultStatus(raw.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
        detail::ThrowResultError(connection.wire(), raw.get(), std::string(name));
    }
    return {raw.release(), name};
}

}  // namespace

Transaction::Transaction(Connection& connection, Mode mode) : connection_(connection) {
    const char* const begin = BeginStatement(mode);
    CheckedResult(connection_, connection_.wire().Execute(begin), begin);
    open_ = true;
}

Transaction::Transaction(Connection& connection, const Query& opening) : connection_(connection) {
    Wire& wire = connection_.wire();
    ResultPtr opened = wire.Execute(("begin;" + opening.sql).c_str());
    // What failed behind `begin` has left a transaction that no destructor ends.
    const ExecStatusType status = PQresultStatus(opened.get());
    const bool failed = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
    if (failed && !wire.lost()) wire.Execute("rollback");
    CheckedResult(connection_, std::move(opened), opening.name);
    open_ = true;
}

Transaction::~Transaction() {
    // Whatever comes back: a session that is not idle again is thrown away by whoever asks
    // IsIdle().
    if (open_) connection_.wire().Execute("rollback");
}

Result Transaction::Run(const Query& query, std::span<const Parameter> parameters) {
    Wire& wire = connection_.wire();
    const auto values = ValuesOf(parameters);
    ResultPtr result = query.planning == Planning::kOnce
                           ? wire.ExecutePrepared(query.sql.c_str(), values)
                           : wire.Execute(query.sql.c_str(), values);
    return CheckedResult(connection_, std::move(result), query.name);
}

void Transaction::RunScript(const Query& script) {
    CheckedResult(connection_, connection_.wire().Execute(script.sql.c_str()), script.name);
}

void Transaction::Commit() {
    EndWith("commit");
}

void Transaction::CommitSoon() {
    EndWith("set local synchronous_commit = off; commit");
}

void Transaction::EndWith(const char* statements) {
    Wire& wire = connection_.wire();
    const ResultPtr result = wire.Execute(statements);
    // What failed before `commit` has not ended it.
    open_ = PQresultStatus(result.get()) != PGRES_COMMAND_OK;
    CheckCommitted(wire, result);
}

Result RunAlone(Connection& connection, std::span<const BoundQuery> queries) {
    Wire& wire = connection.wire();
    std::vector<std::vector<const char*>> values;
    std::vector<Wire::Statement> statements{{"begin", {}}};
    for (const auto& [query, parameters] : queries) {
        values.push_back(ValuesOf(parameters));
        statements.push_back({query.sql.c_str(), values.back()});
    }
    statements.push_back({"commit", {}});
    std::vector<ResultPtr> results = wire.ExecuteTogether(statements);
    if (results.size() < statements.size()) {
        // The first that failed, or nothing where the connection is gone.
        const ResultPtr failed = results.empty() ? nullptr : std::move(results.back());
        const std::size_t at = std::clamp<std::size_t>(results.size(), 2, queries.size() + 1) - 2;
        if (!wire.lost()) wire.Execute("rollback");
        detail::ThrowResultError(wire, failed.get(), std::string(queries[at].query.name));
    }
    CheckCommitted(wire, results.back());
    return CheckedResult(connection, std::move(results[results.size() - 2]), queries.back().query.name);
}

}  // namespace geniai::pg
