#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "tenancy/audit_log.h"
#include "tenancy/tenants.h"

namespace geniai::app {

namespace {

using tenancy::Tenant;

boost::json::object Encode(const Tenant& tenant) {
    return {{"id", tenant.id.value()},
            {"name", tenant.name},
            {"slug", tenant.slug},
            {"account_id", tenant.account ? boost::json::value(tenant.account->value())
                                          : boost::json::value(nullptr)},
            {"status", tenant.status},
            {"plan", tenant.plan},
            {"timezone", tenant.timezone},
            {"uses_model", tenant.uses_model}};
}

void PrintTenants(const std::vector<Tenant>& tenants, const Arguments& arguments) {
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const Tenant& tenant : tenants) {
        list.push_back(Encode(tenant));
        rows.push_back({tenant.id.ToString(), tenant.name, tenant.slug,
                        tenant.account ? tenant.account->ToString() : "-", tenant.status,
                        tenant.plan, tenant.timezone, tenant.uses_model ? "yes" : "no"});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"tenants", list}}));
    } else {
        PrintLine(FormatTable({"ID", "NAME", "SLUG", "ACCOUNT", "STATUS", "PLAN", "TIMEZONE", "MODEL"},
                              rows));
    }
}

void PrintTenant(const Tenant& tenant, const Arguments& arguments) {
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(Encode(tenant)));
    } else {
        PrintTenants({tenant}, arguments);
    }
}

bool YesOrNo(const std::string& text) {
    if (text != "yes" && text != "no") {
        throw base::Error(base::ErrorCode::kInvalidInput, "--use-model takes yes or no");
    }
    return text == "yes";
}

tenancy::TenantChange ChangeOf(const Arguments& arguments) {
    tenancy::TenantChange change;
    change.name = arguments.Text("name");
    change.slug = arguments.Text("slug");
    if (const auto account = arguments.Integer("account-id")) {
        change.account = base::AccountId(*account);
    }
    change.status = arguments.Text("status");
    change.plan = arguments.Text("plan");
    change.timezone = arguments.Text("timezone");
    if (const auto text = arguments.Text("use-model")) change.uses_model = YesOrNo(*text);
    return change;
}

int RunList(const Context& context, const Arguments& arguments) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    PrintTenants(tenancy::ListTenants(scope), arguments);
    return kDone;
}

int RunAdd(const Context& context, const Arguments& arguments) {
    tenancy::TenantChange change = ChangeOf(arguments);
    if (!change.name && change.account) {
        change.name = SourceDirectory(context.settings).NameOfAccount(*change.account);
    }
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const Tenant tenant = tenancy::AddTenant(scope, change);
    scope.Commit();
    PrintTenant(tenant, arguments);
    return kDone;
}

int RunSet(const Context& context, const Arguments& arguments) {
    const base::TenantId id = TenantIdOf(arguments);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const tenancy::TenantChange change = ChangeOf(arguments);
    const Tenant tenant = tenancy::SetTenant(scope, id, change);
    if (change.uses_model) {
        tenancy::AppendAudit(scope, id, {"cli", *change.uses_model ? "model.allow" : "model.forbid",
                                         "tenant " + id.ToString()});
    }
    scope.Commit();
    PrintTenant(tenant, arguments);
    return kDone;
}

const Option kName{"name", OptionKind::kText, "TEXT",
                   "The customer's name (without it, the name of the Chatwoot account)"};
const Option kSlug{"slug", OptionKind::kText, "TEXT", "Short name for addresses and files"};
const Option kAccount{"account-id", OptionKind::kInteger, "N", "The customer's Chatwoot account"};
const Option kStatus{"status", OptionKind::kText, "S", "active, trial, suspended or cancelled"};
const Option kPlan{"plan", OptionKind::kText, "P", "basic, pro, enterprise or custom"};
const Option kTimezone{"timezone", OptionKind::kText, "ZONE", "IANA name (America/Sao_Paulo)"};
const Option kUseModel{"use-model", OptionKind::kText, "ANSWER",
                       "yes or no: may what its customers write be sent to the provider of a model"};
const Option kTenantId{"tenant-id", OptionKind::kInteger, "N", "Which tenant",
                       Presence::kRequired};

}  // namespace

std::vector<Command> TenantCommands() {
    return {
        {"tenant list", "List the tenants", {kJsonOption}, RunList},
        {"tenant add",
         "Add a tenant",
         {kAccount, kName, kSlug, kStatus, kPlan, kTimezone, kUseModel, kJsonOption},
         RunAdd},
        {"tenant set",
         "Change a tenant",
         {kTenantId, kName, kSlug, kAccount, kStatus, kPlan, kTimezone, kUseModel, kJsonOption},
         RunSet},
    };
}

}  // namespace geniai::app
