#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "tenancy/scope.h"

namespace geniai::tenancy {

// What was done by whom: a row of `audit_logs`, which is only ever appended to.
struct AuditEntry {
    std::string_view actor;      // "cli", "sync"
    std::string_view action;     // "inbox.map"
    std::string subject;         // "inbox 12"
    std::string details = "{}";  // a JSON object; no secrets, no personal data
};

// In the transaction of what was done, so that neither is stored without the other. The operator
// writes into any tenant's log, the services into that of their scope.
void AppendAudit(RoleScope& scope, base::TenantId tenant, const AuditEntry& entry);
void AppendAudit(TenantScope& scope, const AuditEntry& entry);

}  // namespace geniai::tenancy
