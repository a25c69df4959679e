#pragma once

#include "pg/connection.h"

namespace geniai::tenancy {

// Throws base::Error(kInvalidSettings) when the log-in could pass the walls: superuser, BYPASSRLS, or
// the owner itself; also when the URL names nobody. Changes nothing; a log-in that does not exist yet is
// fine.
void RequireSafeLogin(pg::Connection& owner, const pg::ConnectionTarget& login);

// Makes the run-time log-in a member of the three roles, and nothing more: creates it with the URL's
// password when it does not exist. `owner` is the owner's connection; the log-in is a safe one.
void PrepareLoginRole(pg::Connection& owner, const pg::ConnectionTarget& login);

// Why this session may not serve, one line; empty when it may. For `doctor` and before `serve`.
std::string DescribeUnsafeLogin(pg::Connection& connection);

}  // namespace geniai::tenancy
