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

TenantScope::TenantScope(pg::Connection& connection, DatabaseRole role, base::TenantId tenant)
    : transaction_(connection), tenant_(tenant) {
    // An id is a number by type, so it needs no quoting. SET LOCAL ends with the transaction.
    transaction_.RunScript({"tenancy.scope", RoleStatement(role) +
                                                 "set local app.current_tenant_id = '" +
                                                 tenant.ToString() + "'"});
}

}  // namespace geniai::tenancy
