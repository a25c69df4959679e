#include "tenancy/login_role.h"

#include "base/error.h"
#include "pg/transaction.h"

namespace geniai::tenancy {

namespace {

const pg::Query kFindRole{"tenancy.login.find", R"sql(
    select rolsuper, rolbypassrls, rolinherit, rolname = current_user as is_owner,
           pg_has_role(rolname, current_user, 'member') as is_member_of_owner
      from pg_roles where rolname = $1
)sql"};

const pg::Query kDescribe{"tenancy.login.describe", R"sql(
    select r.rolsuper, r.rolbypassrls, r.rolinherit,
           exists (select from pg_class c where c.relname = 'conversations' and c.relkind = 'r'
                      and pg_has_role(c.relowner, 'member')) as owns_tables,
           (select count(*) from pg_roles g
             where g.rolname in ('authenticated_users', 'admin_users', 'etl_service')
               and pg_has_role(g.oid, 'member')) as roles
      from pg_roles r where r.rolname = current_user
)sql"};

[[noreturn]] void ThrowUnsafe(const std::string& user, const std::string& reason) {
    throw base::Error(base::ErrorCode::kInvalidSettings,
                      "GENIAI_WAREHOUSE_URL logs in as " + user + ", which " + reason +
                          "; row security would not hold, use another log-in role");
}

}  // namespace

void RequireSafeLogin(pg::Connection& owner, const pg::ConnectionTarget& login) {
    if (login.user.empty()) {
        throw base::Error(base::ErrorCode::kInvalidSettings,
                          "GENIAI_WAREHOUSE_URL names no user; migrate must know the run-time role");
    }
    pg::Transaction transaction(owner, pg::Transaction::Mode::kReadOnly);
    const auto found = transaction.Execute(kFindRole, login.user).MaybeOne();
    if (!found) return;
    const pg::Row& row = *found;
    if (row["is_owner"].Bool()) ThrowUnsafe(login.user, "owns the tables");
    if (row["rolsuper"].Bool()) ThrowUnsafe(login.user, "is a superuser");
    if (row["rolbypassrls"].Bool()) ThrowUnsafe(login.user, "bypasses row security");
    if (row["is_member_of_owner"].Bool()) ThrowUnsafe(login.user, "may become the owner");
}

void PrepareLoginRole(pg::Connection& owner, const pg::ConnectionTarget& login) {
    pg::Transaction transaction(owner);
    const std::string role = owner.Identifier(login.user);
    const auto found = transaction.Execute(kFindRole, login.user).MaybeOne();
    if (!found) {
        std::string create = "create role " + role + " login noinherit";
        if (!login.password.empty()) {
            create += " password " +
                      owner.Literal(owner.EncryptPassword(login.user, login.password));
        }
        transaction.RunScript({"tenancy.login.create", create});
    } else if ((*found)["rolinherit"].Bool()) {
        transaction.RunScript({"tenancy.login.alter", "alter role " + role + " noinherit"});
    }
    transaction.RunScript({"tenancy.login.grant",
                           "grant authenticated_users, admin_users, etl_service to " + role});
    // The log-in itself needs only to see which migrations were applied.
    transaction.RunScript({"tenancy.login.read_migrations",
                           "grant select on schema_migrations to " + role});
    transaction.Commit();
}

std::string DescribeUnsafeLogin(pg::Connection& connection) {
    pg::Transaction transaction(connection, pg::Transaction::Mode::kReadOnly);
    const pg::Row row = transaction.Execute(kDescribe).One();
    if (row["rolsuper"].Bool()) return "the warehouse log-in is a superuser";
    if (row["rolbypassrls"].Bool()) return "the warehouse log-in bypasses row security";
    if (row["owns_tables"].Bool()) return "the warehouse log-in owns the tables";
    if (row["rolinherit"].Bool()) return "the warehouse log-in inherits its roles (NOINHERIT is missing)";
    if (row["roles"].Int64() < 3) {
        return "the warehouse log-in is not a member of the three roles; run geniai migrate";
    }
    return "";
}

}  // namespace geniai::tenancy
