#include "warehouse/alerts.h"

#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"

namespace geniai::app {

namespace {

using warehouse::AlertRecord;

boost::json::value AlertTextOf(const std::optional<std::string>& text) {
    return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

boost::json::object EncodeAlert(const AlertRecord& alert) {
    return {{"tenant_id", alert.tenant.value()},
            {"id", alert.id.value()},
            {"kind", alert.kind},
            {"subject", alert.subject},
            {"severity", alert.severity},
            {"message", alert.message},
            {"occurrences", alert.occurrences},
            {"raised_at", alert.raised_at},
            {"last_raised_at", alert.last_raised_at},
            {"acknowledged_at", AlertTextOf(alert.acknowledged_at)},
            {"acknowledged_by", AlertTextOf(alert.acknowledged_by)},
            {"recovered_at", AlertTextOf(alert.recovered_at)}};
}

std::string AlertStateOf(const AlertRecord& alert) {
    if (alert.recovered_at) return "recovered";
    return alert.acknowledged_at ? "acknowledged" : "open";
}

int RunAlertsList(const Context& context, const Arguments& arguments) {
    const auto tenant = OptionalTenantIdOf(arguments);
    const auto choice =
        arguments.Has("all") ? warehouse::AlertChoice::kAll : warehouse::AlertChoice::kOpen;
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const AlertRecord& alert : warehouse::ListAlerts(scope, choice, tenant)) {
        list.push_back(EncodeAlert(alert));
        rows.push_back({alert.tenant.ToString(), alert.id.ToString(), alert.severity, alert.kind,
                        alert.subject, AlertStateOf(alert), std::to_string(alert.occurrences),
                        alert.last_raised_at, alert.message});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"alerts", list}}));
    } else if (rows.empty()) {
        PrintLine(arguments.Has("all") ? "There are no alerts." : "No alert is open.");
    } else {
        PrintLine(FormatTable(
            {"TENANT", "ID", "SEVERITY", "KIND", "SUBJECT", "STATE", "TIMES", "LAST", "MESSAGE"},
            rows));
    }
    return kDone;
}

int RunAlertsAcknowledge(const Context& context, const Arguments& arguments) {
    const base::TenantId tenant = TenantIdOf(arguments);
    const warehouse::AlertId id(arguments.RequireInteger("id"));
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    warehouse::AcknowledgeAlert(scope, tenant, id, "cli");
    scope.Commit();
    PrintLine("Alert " + id.ToString() + " of tenant " + tenant.ToString() + " is acknowledged.");
    return kDone;
}

}  // namespace

std::vector<Command> AlertsCommands() {
    return {
        {"alerts list",
         "List what people have to know: alerts that are open",
         {{"all", OptionKind::kSwitch, "", "Also those that have recovered"},
          {"tenant-id", OptionKind::kInteger, "N", "Only of this tenant"},
          kJsonOption},
         RunAlertsList},
        {"alerts acknowledge",
         "Note that an alert was seen",
         {{"tenant-id", OptionKind::kInteger, "N", "Whose alert", Presence::kRequired},
          {"id", OptionKind::kInteger, "N", "Which alert", Presence::kRequired}},
         RunAlertsAcknowledge},
    };
}

}  // namespace geniai::app
