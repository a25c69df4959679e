#pragma once

#include <string>

#include "pg/connection.h"

namespace geniai::pg {

// CREATE DATABASE, which runs outside a transaction. UTF-8, like everything here.
void CreateDatabase(Connection& connection, const std::string& name, const std::string& owner);
void DropDatabase(Connection& connection, const std::string& name);

}  // namespace geniai::pg
