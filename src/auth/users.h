#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/principal.h"
#include "base/ids.h"
#include "tenancy/scope.h"

namespace geniai::auth {

struct User {
    base::UserId id;
    base::TenantId tenant;
    std::string email;
    std::string full_name;
    Role role = Role::kClient;
    bool is_active = true;
    std::optional<std::string> last_login_at;
};

struct NewUser {
    base::TenantId tenant;
    std::string email;
    std::string full_name;
    Role role = Role::kClient;
    std::string password_hash;
};

// "  Ana@Example.com " → "ana@example.com". Throws base::Error(kInvalidInput) for what is no address.
std::string NormaliseEmail(std::string_view email);

// All in the caller's transaction, role admin_users.
std::vector<User> ListUsers(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant);
// Throws base::Error(kNotFound).
User GetUser(tenancy::RoleScope& scope, std::string_view email);
// Throws base::Error(kConflict) when the address is taken, kInvalidInput when role and tenant do not fit.
User AddUser(tenancy::RoleScope& scope, const NewUser& user);
// Both end all sessions of the user at once.
void SetPasswordHash(tenancy::RoleScope& scope, const User& user, const std::string& password_hash);
void DisableUser(tenancy::RoleScope& scope, const User& user);

}  // namespace geniai::auth
