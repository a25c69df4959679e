#include <boost/json.hpp>

#include "base/error.h"
#include "warehouse/tenant_report.h"
#include "web/api.h"
#include "web/json_response.h"
#include "web/session_guard.h"

namespace geniai::web {

http::Response Api::Tenants(const http::Request& request) const {
    const auth::Principal principal = RequirePrincipal(sessions_, request);
    if (!auth::MayListTenants(principal)) {
        throw base::Error(base::ErrorCode::kForbidden, "Só a equipe da operação vê os clientes.");
    }
    auto connection = pool_.Acquire();
    tenancy::RoleScope scope(*connection, tenancy::DatabaseRole::kAdminUsers);
    boost::json::array tenants;
    std::int64_t conversations = 0;
    std::int64_t leads = 0;
    for (const warehouse::TenantSummary& tenant : warehouse::ReadTenants(scope)) {
        conversations += tenant.conversations;
        leads += tenant.leads;
        tenants.push_back({{"id", tenant.id.value()},
                           {"name", tenant.name},
                           {"slug", tenant.slug},
                           {"status", tenant.status},
                           {"plan", tenant.plan},
                           {"timezone", tenant.timezone},
                           {"conversations", tenant.conversations},
                           {"leads", tenant.leads},
                           {"inboxes", tenant.inboxes},
                           {"users", tenant.users},
                           {"last_sync_at", Nullable(tenant.last_sync_at)},
                           {"last_sync_status", Nullable(tenant.last_sync_status)},
                           {"complete_up_to", Nullable(tenant.complete_up_to)},
                           {"proven_up_to", Nullable(tenant.proven_up_to)},
                           {"proof_failed", tenant.proof_failed},
                           {"rejected", tenant.rejected},
                           {"open_alerts", tenant.open_alerts}});
    }
    const std::size_t count = tenants.size();
    return JsonResponse(
        {{"tenants", tenants},
         {"totals",
          {{"tenants", count}, {"conversations", conversations}, {"leads", leads}}}});
}

}  // namespace geniai::web
