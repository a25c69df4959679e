#pragma once

#include <optional>
#include <vector>

#include "app/command.h"
#include "pg/pool.h"
#include "tenancy/tenants.h"

namespace geniai::app {

// --tenant-id N or --all, as every command takes them that works tenant by tenant.
inline constexpr Option kTenantChoice[] = {
    {"tenant-id", OptionKind::kInteger, "N", "Only this tenant"},
    {"all", OptionKind::kSwitch, "", "Every tenant that is active or on trial"},
};

// --tenant-id as an id. Throws base::Error(kNotFound) for a number that no tenant can have.
base::TenantId TenantIdOf(const Arguments& arguments);
std::optional<base::TenantId> OptionalTenantIdOf(const Arguments& arguments);

// The tenants that were chosen. Throws base::Error: kInvalidInput unless exactly one of both was said,
// kNotFound for an unknown tenant, and as RequireMigrated().
std::vector<tenancy::Tenant> ChosenTenants(pg::Pool& warehouse, const Arguments& arguments);

}  // namespace geniai::app
