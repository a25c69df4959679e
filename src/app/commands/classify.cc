#include <boost/json.hpp>

#include "analysis/classify_conversations.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"

namespace geniai::app {

namespace {

int RunClassify(const Context& context, const Arguments& arguments) {
    const auto warehouse = WarehousePool(context.settings, "classify");
    const auto tenants = ChosenTenants(*warehouse, arguments);
    RulesOfTenants rules_of_tenants(context.settings);
    boost::json::array list;
    for (const tenancy::Tenant& tenant : tenants) {
        const pg::Pool::Lease reader = warehouse->Acquire();
        const pg::Pool::Lease writer = warehouse->Acquire();
        const auto rules = [&] {
            tenancy::TenantScope scope(*reader, tenancy::DatabaseRole::kEtlService, tenant.id);
            return rules_of_tenants.Of(scope);
        }();
        const warehouse::LoadCounts counts = analysis::ClassifyConversations(
            *reader, *writer, tenant.id, rules->Get(), [](std::int64_t rows) {
                ShowProgress("classified: " + std::to_string(rows));
            });
        ClearProgress();
        list.push_back({{"tenant_id", tenant.id.value()},
                        {"classified", counts.total()},
                        {"changed", counts.inserted + counts.updated},
                        {"rules_version", rules->version()}});
        if (!arguments.Has("json")) {
            PrintLine(tenant.name + ": " + std::to_string(counts.total()) + " classified, " +
                      std::to_string(counts.inserted + counts.updated) + " changed");
        }
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"tenants", list}}));
    }
    return kDone;
}

}  // namespace

Command ClassifyCommand() {
    return {"classify",
            "Classify the stored conversations again, after the rules have changed",
            {kTenantChoice[0], kTenantChoice[1], kJsonOption},
            RunClassify};
}

}  // namespace geniai::app
