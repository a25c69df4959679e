#include "pg/transaction.h"

#include <libpq-fe.h>

#include <vector>

#include "base/error.h"
#include "pg/sql_error.h"

namespace geniai::pg {

namespace {

const char* BeginStatement(Transaction::Mode mode) {
    switch (mode) {
        case Transaction::Mode::kReadWrite: return "begin";
        case Transaction::Mode::kReadOnly: return "begin read only";
        case Transaction::Mode::kReadOnlySnapshot: return "begin isolation level repeatable read read only";
    }
    return "begin";
}

void ExecuteCommand(Connection& connection, const char* command) {
    PGresult* result = PQexec(connection.handle(), command);
    if (PQresultStatus(result) == PGRES_COMMAND_OK) {
        PQclear(result);
        return;
    }
    const Result owner(result, command);
    detail::ThrowResultError(connection.handle(), result, command);
}

}  // namespace

Transaction::Transaction(Connection& connection, Mode mode) : connection_(connection) {
    ExecuteCommand(connection_, BeginStatement(mode));
    open_ = true;
}

Transaction::~Transaction() {
    if (!open_) return;
    // A COPY that was left in the middle answers nothing else; such a session is thrown away by
    // whoever asks IsIdle().
    PGresult* result = PQexec(connection_.handle(), "rollback");
    PQclear(result);
}

Result Transaction::Run(const Query& query, std::span<const Parameter> parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const Parameter& parameter : parameters) values.push_back(parameter.c_str());
    PGresult* raw = PQexecParams(connection_.handle(), query.sql.c_str(),
                                 static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                                 nullptr, 0);
    Result result(raw, query.name);
    const ExecStatusType status = PQresultStatus(raw);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        detail::ThrowResultError(connection_.handle(), raw, std::string(query.name));
    }
    return result;
}

void Transaction::RunScript(const Query& script) {
    PGresult* raw = PQexec(connection_.handle(), script.sql.c_str());
    const Result result(raw, script.name);
    const ExecStatusType status = PQresultStatus(raw);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
        detail::ThrowResultError(connection_.handle(), raw, std::string(script.name));
    }
}

void Transaction::Commit() {
    open_ = false;
    PGresult* raw = PQexec(connection_.handle(), "commit");
    const Result result(raw, "commit");
    if (PQstatus(connection_.handle()) == CONNECTION_BAD) {
        throw SqlError(base::ErrorCode::kDatabaseUnreachable,
                       "the connection was lost while committing; it is unknown whether the last "
                       "step was stored, repeat the command",
                       "", "");
    }
    // A transaction in which a statement failed answers COMMIT with ROLLBACK.
    if (PQresultStatus(raw) != PGRES_COMMAND_OK || std::string_view(PQcmdStatus(raw)) != "COMMIT") {
        detail::ThrowResultError(connection_.handle(), raw, "commit");
    }
}

}  // namespace geniai::pg
