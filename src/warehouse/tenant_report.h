#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "tenancy/scope.h"

namespace geniai::warehouse {

// A tenant as the operator sees it, over all time.
struct TenantSummary {
    base::TenantId id;
    std::string name;
    std::string slug;
    std::string status;
    std::string plan;
    std::string timezone;
    std::int64_t conversations = 0;
    std::int64_t leads = 0;
    std::int64_t inboxes = 0;
    std::int64_t users = 0;
    std::optional<std::string> last_sync_at;
    std::optional<std::string> last_sync_status;
    std::optional<std::string> last_sync_error;
    std::optional<std::string> complete_up_to;
    std::optional<std::string> proven_up_to;  // by the newest reconcile, if what it found holds
    bool proof_failed = false;                // the newest reconcile found differences that it left
    std::int64_t rejected = 0;                // rows in quarantine
    std::int64_t open_alerts = 0;
};

// All tenants by name; the scope is of the role admin_users.
std::vector<TenantSummary> ReadTenants(tenancy::RoleScope& scope);

}  // namespace geniai::warehouse
