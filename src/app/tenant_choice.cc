#include "app/tenant_choice.h"

#include "app/wiring.h"
#include "base/error.h"

namespace geniai::app {

base::TenantId TenantIdOf(const Arguments& arguments) {
    const std::int64_t id = arguments.RequireInteger("tenant-id");
    if (id >= 0 && id <= INT32_MAX) return base::TenantId(id);
    throw base::Error(base::ErrorCode::kNotFound, "there is no tenant " + std::to_string(id) +
                                                      "; geniai tenant list shows them");
}

std::optional<base::TenantId> OptionalTenantIdOf(const Arguments& arguments) {
    if (!arguments.Has("tenant-id")) return std::nullopt;
    return TenantIdOf(arguments);
}

std::vector<tenancy::Tenant> ChosenTenants(pg::Pool& warehouse, const Arguments& arguments) {
    const auto id = OptionalTenantIdOf(arguments);
    if (id.has_value() == arguments.Has("all")) {
        throw base::Error(base::ErrorCode::kInvalidInput, "say either --tenant-id N or --all");
    }
    const pg::Pool::Lease connection = warehouse.Acquire();
    RequireMigrated(*connection);
    tenancy::RoleScope scope(*connection, tenancy::DatabaseRole::kEtlService);
    if (id) return {tenancy::GetTenant(scope, *id)};
    std::vector<tenancy::Tenant> served;
    for (const tenancy::Tenant& tenant : tenancy::ListTenants(scope)) {
        if (tenancy::IsServed(tenant)) served.push_back(tenant);
    }
    return served;
}

}  // namespace geniai::app
