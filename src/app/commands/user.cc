#include <boost/json.hpp>
#include <fstream>
#include <iostream>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "auth/password.h"
#include "auth/users.h"
#include "base/error.h"
#include "tenancy/tenants.h"

namespace geniai::app {

namespace {

boost::json::object EncodeUser(const auth::User& user) {
    return {{"id", user.id.value()},
            {"tenant_id", user.tenant.value()},
            {"email", user.email},
            {"full_name", user.full_name},
            {"role", auth::NameOf(user.role)},
            {"is_active", user.is_active},
            {"last_login_at", user.last_login_at ? boost::json::value(*user.last_login_at)
                                                 : boost::json::value(nullptr)}};
}

// The password of a file or of standard input, or a new one. Never of the command line, which every
// process of the machine can read.
struct ChosenPassword {
    std::string text;
    bool generated = false;
};

ChosenPassword ChoosePassword(const Arguments& arguments, const std::string& email) {
    const auto path = arguments.Text("password-file");
    if (!path) return {auth::GeneratePassword(), true};
    std::string line;
    if (*path == "-") {
        std::getline(std::cin, line);
    } else {
        std::ifstream file(*path);
        if (!file) {
            throw base::Error(base::ErrorCode::kInvalidInput, "cannot read " + *path);
        }
        std::getline(file, line);
    }
    auth::RequirePasswordQuality(line, email);
    return {line, false};
}

void PrintUserResult(const auth::User& user, const ChosenPassword& password,
                     const Arguments& arguments) {
    if (arguments.Has("json")) {
        boost::json::object result = EncodeUser(user);
        if (password.generated) result["password"] = password.text;
        PrintLine(boost::json::serialize(result));
        return;
    }
    PrintLine(user.email + " (" + std::string(auth::NameOf(user.role)) + ", tenant " +
              user.tenant.ToString() + ")");
    if (password.generated) PrintLine("password: " + password.text);
}

int RunUserList(const Context& context, const Arguments& arguments) {
    const auto tenant = OptionalTenantIdOf(arguments);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const auth::User& user : auth::ListUsers(scope, tenant)) {
        list.push_back(EncodeUser(user));
        rows.push_back({user.tenant.ToString(), user.email, user.full_name,
                        std::string(auth::NameOf(user.role)), user.is_active ? "active" : "disabled",
                        user.last_login_at.value_or("-")});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"users", list}}));
    } else {
        PrintLine(FormatTable({"TENANT", "EMAIL", "NAME", "ROLE", "STATE", "LAST LOG-IN"}, rows));
    }
    return kDone;
}

int RunUserAdd(const Context& context, const Arguments& arguments) {
    auth::NewUser user;
    user.tenant = TenantIdOf(arguments);
    user.email = auth::NormaliseEmail(arguments.RequireText("email"));
    user.full_name = arguments.Text("name").value_or(user.email);
    const char* usual = user.tenant == base::kOperatorTenant ? "super_admin" : "client";
    user.role = auth::ParseRole(arguments.Text("role").value_or(usual));
    const ChosenPassword password = ChoosePassword(arguments, user.email);
    user.password_hash = auth::HashPassword(password.text);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    tenancy::GetTenant(scope, user.tenant);
    const auth::User added = auth::AddUser(scope, user);
    scope.Commit();
    PrintUserResult(added, password, arguments);
    return kDone;
}

int RunSetPassword(const Context& context, const Arguments& arguments) {
    const std::string email = auth::NormaliseEmail(arguments.RequireText("email"));
    const ChosenPassword password = ChoosePassword(arguments, email);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const auth::User user = auth::GetUser(scope, email);
    auth::SetPasswordHash(scope, user, auth::HashPassword(password.text));
    scope.Commit();
    PrintUserResult(user, password, arguments);
    return kDone;
}

int RunDisable(const Context& context, const Arguments& arguments) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const auth::User user = auth::GetUser(scope, arguments.RequireText("email"));
    auth::DisableUser(scope, user);
    scope.Commit();
    PrintLine(user.email + " may not log in any more, and all of its sessions have ended.");
    return kDone;
}

const Option kEmail{"email", OptionKind::kText, "ADDRESS", "Whose log-in", Presence::kRequired};
const Option kPasswordFile{"password-file", OptionKind::kText, "FILE",
                           "A file with the password, - for standard input; without it one is made "
                           "and printed"};

}  // namespace

std::vector<Command> UserCommands() {
    return {
        {"user add",
         "Add a person who may log in",
         {kEmail,
          {"tenant-id", OptionKind::kInteger, "N", "Whose person; 0 is the operator",
           Presence::kRequired},
          {"name", OptionKind::kText, "TEXT", "The person's name"},
          {"role", OptionKind::kText, "ROLE",
           "client (usual), admin, or super_admin (the operator's people)"},
          kPasswordFile,
          kJsonOption},
         RunUserAdd},
        {"user list",
         "List the people who may log in",
         {{"tenant-id", OptionKind::kInteger, "N", "Only of this tenant"}, kJsonOption},
         RunUserList},
        {"user set-password",
         "Give a person a new password; ends all of the person's sessions",
         {kEmail, kPasswordFile, kJsonOption},
         RunSetPassword},
        {"user disable", "Switch a person's log-in off; ends all sessions", {kEmail}, RunDisable},
    };
}

}  // namespace geniai::app
