#include "tenancy/scope.h"

#include <array>
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

// An id is a number by type, so it needs no quoting. SET LOCAL ends with the transaction.
std::string TenantStatement(const std::string& tenant) {
    return "set local app.current_tenant_id = '" + tenant + "'";
}

}  // namespace

RoleScope::RoleScope(pg::Connection& connection, DatabaseRole role)
    : transaction_(connection), role_(role) {
    transaction_.RunScript({"tenancy.role", RoleStatement(role)});
}

TenantScope::TenantScope(pg::Connection& connection, DatabaseRole role, base::TenantId tenant)
    : transaction_(connection), tenant_(tenant) {
    transaction_.RunScript(
        {"tenancy.scope", RoleStatement(role) + TenantStatement(tenant.ToString())});
}

pg::Result detail::RunAlone(pg::Connection& connection, DatabaseRole role, base::TenantId tenant,
                            const pg::Query& query, std::span<const pg::Parameter> parameters) {
    const std::array settings{RoleStatement(role), TenantStatement(tenant.ToString())};
    return pg::RunAlone(connection, settings, query, parameters);
}

TenantVisit::TenantVisit(RoleScope& scope, base::TenantId tenant) : scope_(scope) {
    scope_.transaction().RunScript({"tenancy.visit", RoleStatement(DatabaseRole::kEtlService) +
                                                         TenantStatement(tenant.ToString())});
}

TenantVisit::~TenantVisit() {
    try {
        scope_.transaction().RunScript(
            {"tenancy.visit_end", RoleStatement(scope_.role()) + TenantStatement("")});
    } catch (const std::exception&) {
        // The transaction has failed, so it ends here and its role and tenant with it.
    }
}

}  // namespace geniai::tenancy
