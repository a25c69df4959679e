#include "tenancy/audit_log.h"

namespace geniai::tenancy {

namespace {

const pg::Query kAppendAudit{"tenancy.audit.append", R"sql(
    insert into audit_logs (tenant_id, actor, action, subject, details)
    values ($1, $2, $3, $4, $5::jsonb)
)sql"};

}  // namespace

void AppendAudit(RoleScope& scope, base::TenantId tenant, const AuditEntry& entry) {
    scope.Execute(kAppendAudit, tenant, entry.actor, entry.action, entry.subject, entry.details);
}

void AppendAudit(TenantScope& scope, const AuditEntry& entry) {
    scope.Execute(kAppendAudit, scope.tenant(), entry.actor, entry.action, entry.subject,
                  entry.details);
}

}  // namespace geniai::tenancy
