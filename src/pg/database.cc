#include "pg/database.h"

#include <libpq-fe.h>

#include "pg/sql_error.h"

namespace geniai::pg {

namespace {

void RunAlone(Connection& connection, const std::string& statement) {
    const ResultPtr result = connection.wire().Execute(statement.c_str());
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        detail::ThrowResultError(connection.wire(), result.get(), "pg.database");
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
