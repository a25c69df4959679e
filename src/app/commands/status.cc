#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/wiring.h"
#include "warehouse/tenant_report.h"

namespace geniai::app {

namespace {

boost::json::value TextOrNull(const std::optional<std::string>& text) {
    return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

std::string ProofOf(const warehouse::TenantSummary& tenant) {
    if (tenant.proof_failed) return "NOT EQUAL";
    return tenant.proven_up_to.value_or("never");
}

int RunStatus(const Context& context, const Arguments& arguments) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const warehouse::TenantSummary& tenant : warehouse::ReadTenants(scope)) {
        list.push_back({{"tenant_id", tenant.id.value()},
                        {"name", tenant.name},
                        {"status", tenant.status},
                        {"conversations", tenant.conversations},
                        {"leads", tenant.leads},
                        {"inboxes", tenant.inboxes},
                        {"users", tenant.users},
                        {"last_sync_at", TextOrNull(tenant.last_sync_at)},
                        {"last_sync_status", TextOrNull(tenant.last_sync_status)},
                        {"last_sync_error", TextOrNull(tenant.last_sync_error)},
                        {"complete_up_to", TextOrNull(tenant.complete_up_to)},
                        {"proven_up_to", TextOrNull(tenant.proven_up_to)},
                        {"proof_failed", tenant.proof_failed},
                        {"rejected", tenant.rejected},
                        {"open_alerts", tenant.open_alerts}});
        rows.push_back({tenant.id.ToString(), tenant.name, tenant.status,
                        std::to_string(tenant.conversations), std::to_string(tenant.leads),
                        tenant.last_sync_status.value_or("never"),
                        tenant.complete_up_to.value_or("-"), ProofOf(tenant),
                        std::to_string(tenant.rejected), std::to_string(tenant.open_alerts),
                        tenant.last_sync_error.value_or("")});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"tenants", list}}));
    } else {
        PrintLine(FormatTable({"ID", "NAME", "STATUS", "CONVERSATIONS", "LEADS", "LAST SYNC",
                               "COMPLETE UP TO", "PROVEN UP TO", "REJECTED", "ALERTS", "ERROR"},
                              rows));
    }
    return kDone;
}

}  // namespace

Command StatusCommand() {
    return {"status", "Show each tenant's data and how fresh it is", {kJsonOption}, RunStatus};
}

}  // namespace geniai::app
