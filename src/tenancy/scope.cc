#include "tenancy/scope.h"

#include <string>

namespace geniai::tenancy {

namespace {

std::string RoleStatement(DatabaseRole role) {
    switch (role) {
        case DatabaseRole::kAuthenticatedUsers: return "set local role authenticated_users;";
        case DatabaseRole::kAdminUsers: return "set local role admin_users;";
        case DatabaseRole::kEtlService: return "set local role etl_service;";
    }
    return "";
}

}  // namespace

RoleScope::RoleScope(pg::Connection& connection, DatabaseRole role) : transaction_(connection) {
    transaction_.RunScript({"tenancy.role", RoleStatement(role)});
}

TenantScope::TenantScope(pg::Connection& connection, DatabaseRole role, base::TenantId tenant,
                         std::optional<base::UserId> user)
    : transaction_(connection), tenant_(tenant) {
    // Ids are numbers by type, so they need no quoting. SET LOCAL ends with the transaction, and a
    // user that an earlier transaction of this session had is gone by then.
    std::string script = RoleStatement(role) + "set local app.current_tenant_id = '" +
                         tenant.ToString() + "';";
    if (user) script += "set local app.current_user_id = '" + user->ToString() + "';";
    transaction_.RunScript({"tenancy.scope", script});
}

}  // namespace geniai::tenancy
