#include "auth/users.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"
#include "pg/sql_error.h"

namespace geniai::auth {

namespace {

const pg::Query kListUsers{"auth.users.list", R"sql(
    select tenant_id, id, email, full_name, role, is_active,
           to_char(last_login_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_login_at
      from users
     where deleted_at is null and ($1::integer is null or tenant_id = $1)
       and ($2::text is null or email = $2)
     order by tenant_id, email
)sql"};

const pg::Query kInsertUser{"auth.users.insert", R"sql(
    insert into users (tenant_id, email, full_name, role, password_hash)
    values ($1, $2, $3, $4, $5)
)sql"};

const pg::Query kSetPassword{"auth.users.set_password", R"sql(
    update users set password_hash = $3, password_changed_at = now(), updated_at = now()
     where tenant_id = $1 and id = $2
)sql"};

const pg::Query kDisable{"auth.users.disable", R"sql(
    update users set is_active = false, updated_at = now() where tenant_id = $1 and id = $2
)sql"};

const pg::Query kEndSessions{"auth.sessions.end_all",
                             "delete from sessions where tenant_id = $1 and user_id = $2"};

User UserOf(const pg::Row& row) {
    return {base::UserId(row["id"].Int64()),
            base::TenantId(row["tenant_id"].Int64()),
            row["email"].String(),
            row["full_name"].String(),
            ParseRole(row["role"].text()),
            row["is_active"].Bool(),
            row["last_login_at"].OptionalString()};
}

}  // namespace

std::string NormaliseEmail(std::string_view email) {
    const auto is_blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    while (!email.empty() && is_blank(email.front())) email.remove_prefix(1);
    while (!email.empty() && is_blank(email.back())) email.remove_suffix(1);
    std::string address(email);
    std::ranges::transform(address, address.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    const std::size_t at = address.find('@');
    const bool fits = at != std::string::npos && at > 0 && at + 1 < address.size() &&
                      address.find('@', at + 1) == std::string::npos &&
                      std::ranges::none_of(address, is_blank);
    if (!fits) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "'" + std::string(email) + "' is no e-mail address");
    }
    return address;
}

std::vector<User> ListUsers(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant) {
    std::vector<User> users;
    for (const pg::Row row : scope.Execute(kListUsers, tenant, std::nullopt)) {
        users.push_back(UserOf(row));
    }
    return users;
}

User GetUser(tenancy::RoleScope& scope, std::string_view email) {
    const std::string address = NormaliseEmail(email);
    const pg::Result rows = scope.Execute(kListUsers, std::nullopt, address);
    if (rows.empty()) {
        throw base::Error(base::ErrorCode::kNotFound,
                          "there is no user " + address + "; geniai user list shows them");
    }
    return UserOf(rows.One());
}

User AddUser(tenancy::RoleScope& scope, const NewUser& user) {
    const std::string address = NormaliseEmail(user.email);
    if ((user.role == Role::kSuperAdmin) != (user.tenant == base::kOperatorTenant)) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "super_admin is the role of the operator's people, tenant 0, and of no "
                          "other tenant's");
    }
    try {
        scope.Execute(kInsertUser, user.tenant, address, user.full_name, NameOf(user.role),
                      user.password_hash);
    } catch (const pg::SqlError& error) {
        if (error.sqlstate() == pg::kUniqueViolation) {
            throw base::Error(base::ErrorCode::kConflict, address + " has a user already");
        }
        throw base::Error(base::ErrorCode::kInvalidInput, std::string("user: ") + error.what(),
                          error.detail());
    }
    return GetUser(scope, address);
}

void SetPasswordHash(tenancy::RoleScope& scope, const User& user,
                     const std::string& password_hash) {
    scope.Execute(kSetPassword, user.tenant, user.id, password_hash);
    scope.Execute(kEndSessions, user.tenant, user.id);
}

void DisableUser(tenancy::RoleScope& scope, const User& user) {
    scope.Execute(kDisable, user.tenant, user.id);
    scope.Execute(kEndSessions, user.tenant, user.id);
}

}  // namespace geniai::auth
