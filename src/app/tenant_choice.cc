#include "app/tenant_choice.h"

#include "app/wiring.h"
#include "base/error.h"

namespace geniai::app {

std::vector<tenancy::Tenant> ChosenTenants(const Settings& settings, const Arguments& arguments) {
    const auto id = arguments.Integer("tenant-id");
    if (id.has_value() == arguments.Has("all")) {
        throw base::Error(base::ErrorCode::kInvalidInput, "say either --tenant-id N or --all");
    }
    pg::Connection warehouse = OpenWarehouse(settings);
    RequireMigrated(warehouse);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kEtlService);
    if (id) return {tenancy::GetTenant(scope, base::TenantId(*id))};
    std::vector<tenancy::Tenant> served;
    for (const tenancy::Tenant& tenant : tenancy::ListTenants(scope)) {
        if (tenancy::IsServed(tenant)) served.push_back(tenant);
    }
    return served;
}

}  // namespace geniai::app
