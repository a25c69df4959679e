#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"

namespace geniai::auth {

enum class Role {
    kClient,      // a tenant's staff
    kAdmin,       // a tenant's manager
    kSuperAdmin,  // the operator's staff: sees every tenant
};

// "client", "admin", "super_admin".
std::string_view NameOf(Role role);
// Throws base::Error(kInvalidInput) for another word.
Role ParseRole(std::string_view name);

// Who is asking.
struct Principal {
    base::UserId user;
    base::TenantId tenant;
    Role role = Role::kClient;
    std::string email;
    std::string full_name;
    std::string tenant_name;
    std::string tenant_slug;
    std::string timezone;
};

// The policy, as pure functions. What they allow is still bound to a tenant by the database.
bool MaySeeTenant(const Principal& principal, base::TenantId tenant);
bool MayListTenants(const Principal& principal);

}  // namespace geniai::auth
