#include "tenancy/scope.h"

#include <array>
#include <string>

namespace geniai::tenancy {

namespace {

std::string_view NameOf(DatabaseRole role) {
    switch (role) {
        case DatabaseRole::kAuthenticatedUsers: return "authenticated_users";
        case DatabaseRole::kAdminUsers: return "admin_users";
        case DatabaseRole::kEtlService: return "etl_service";
    }
    return "";
}

std::string RoleStatement(DatabaseRole role) {
    return "set local role " + std::string(NameOf(role)) + ";";
}

// An id is a number by type, so it needs no quoting. SET LOCAL ends with the transaction.
std::string TenantStatement(const std::string& tenant) {
    return "set local app.current_tenant_id = '" + tenant + "'";
}

// The same as a statement that is prepared once.
const pg::Query kScope{"tenancy.scope", R"sql(
    select set_config('role', $1, true), set_config('app.current_tenant_id', $2, true)
)sql"};

}  // namespace

RoleScope::RoleScope(pg::Connection& connection, DatabaseRole role)
    : transaction_(connection, {"tenancy.role", RoleStatement(role)}), role_(role) {}

TenantScope::TenantScope(pg::Connection& connection, DatabaseRole role, base::TenantId tenant)
    : transaction_(connection,
                   {"tenancy.scope", RoleStatement(role) + TenantStatement(tenant.ToString())}),
      tenant_(tenant) {}

pg::Result detail::RunAlone(pg::Connection& connection, DatabaseRole role, base::TenantId tenant,
                            const pg::Query& query, std::span<const pg::Parameter> parameters) {
    const std::array<pg::Parameter, 2> scope{NameOf(role), tenant};
    return pg::RunAlone(connection, std::array<pg::BoundQuery, 2>{{{kScope, scope},
                                                                   {query, parameters}}});
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
