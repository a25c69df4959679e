#include "pg/database.h"

#include <libpq-fe.h>

#include "pg/result.h"
#include "pg/sql_error.h"

namespace geniai::pg {

namespace {

void RunAlone(Connection& connection, const std::string& statement) {
    PGresult* raw = PQexec(connection.handle(), statement.c_str());
    const Result result(raw, "pg.database");
    if (PQresultStatus(raw) != PGRES_COMMAND_OK) {
        detail::ThrowResultError(connection.handle(), raw, "pg.database");
    }
}

}  // namespace

void CreateDatabase(Connection& connection, const std::string& name, const std::string& owner) {
    RunAlone(connection, "create database " + connection.Identifier(name) + " owner " +
                             connection.Identifier(owner) + " encoding 'UTF8' template template0");
}

void DropDatabase(Connection& connection, const std::string& name) {
    RunAlone(connection, "drop database if exists " + connection.Identifier(name) + " with (force)");
}

}  // namespace geniai::pg
