#include "auth/principal.h"

#include "base/error.h"

namespace geniai::auth {

std::string_view NameOf(Role role) {
    switch (role) {
        case Role::kClient: return "client";
        case Role::kAdmin: return "admin";
        case Role::kSuperAdmin: return "super_admin";
    }
    return "client";
}

Role ParseRole(std::string_view name) {
    for (const Role role : {Role::kClient, Role::kAdmin, Role::kSuperAdmin}) {
        if (name == NameOf(role)) return role;
    }
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "a role is client, admin or super_admin, not '" + std::string(name) + "'");
}

bool MaySeeTenant(const Principal& principal, base::TenantId tenant) {
    if (tenant == base::kOperatorTenant) return false;  // it has no conversations
    return principal.role == Role::kSuperAdmin || principal.tenant == tenant;
}

bool MayListTenants(const Principal& principal) {
    return principal.role == Role::kSuperAdmin;
}

}  // namespace geniai::auth
