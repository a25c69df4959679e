#include "warehouse/alerts.h"

#include "base/error.h"
#include "tenancy/audit_log.h"

namespace geniai::warehouse {

namespace {

const pg::Query kRaiseAlert{"warehouse.alerts.raise", R"sql(
    insert into alerts (tenant_id, kind, subject, severity, message)
    values (current_tenant_id(), $1, $2, $3, $4)
    on conflict (tenant_id, kind, subject) where recovered_at is null do update
       set occurrences = alerts.occurrences + 1, last_raised_at = now(),
           severity = excluded.severity, message = excluded.message
)sql"};

const pg::Query kRecoverAlert{"warehouse.alerts.recover", R"sql(
    update alerts set recovered_at = now() where kind = $1 and subject = $2 and recovered_at is null
)sql",
                              pg::Planning::kOnce};

const pg::Query kListAlerts{"warehouse.alerts.list", R"sql(
    select tenant_id, id, kind, subject, severity, message, occurrences,
           rfc3339(raised_at) as raised_at, rfc3339(last_raised_at) as last_raised_at,
           rfc3339(acknowledged_at) as acknowledged_at, acknowledged_by,
           rfc3339(recovered_at) as recovered_at
      from alerts
     where ($1::boolean or recovered_at is null) and ($2::integer is null or tenant_id = $2)
     order by alerts.last_raised_at desc, tenant_id, id
)sql"};

const pg::Query kAlertExists{"warehouse.alerts.exists", R"sql(
    select exists (select from alerts where tenant_id = $1 and id = $2) as found
)sql"};

const pg::Query kAcknowledgeAlert{"warehouse.alerts.acknowledge", R"sql(
    update alerts set acknowledged_at = now(), acknowledged_by = $3
     where tenant_id = $1 and id = $2 and acknowledged_at is null
)sql"};

AlertRecord AlertRecordOf(const pg::Row& row) {
    AlertRecord alert;
    alert.tenant = base::TenantId(row["tenant_id"].Int64());
    alert.id = AlertId(row["id"].Int64());
    alert.kind = row["kind"].String();
    alert.subject = row["subject"].String();
    alert.severity = row["severity"].String();
    alert.message = row["message"].String();
    alert.occurrences = row["occurrences"].Int64();
    alert.raised_at = row["raised_at"].String();
    alert.last_raised_at = row["last_raised_at"].String();
    alert.acknowledged_at = row["acknowledged_at"].OptionalString();
    alert.acknowledged_by = row["acknowledged_by"].OptionalString();
    alert.recovered_at = row["recovered_at"].OptionalString();
    return alert;
}

}  // namespace

std::string_view NameOf(Severity severity) {
    switch (severity) {
        case Severity::kInfo: return "info";
        case Severity::kWarning: return "warning";
        case Severity::kCritical: return "critical";
    }
    return "critical";
}

void RaiseAlert(tenancy::TenantScope& scope, const Alert& alert) {
    scope.Execute(kRaiseAlert, alert.kind, alert.subject, NameOf(alert.severity), alert.message);
}

void RecoverAlert(tenancy::TenantScope& scope, std::string_view kind, std::string_view subject) {
    scope.Execute(kRecoverAlert, kind, subject);
}

std::vector<AlertRecord> ListAlerts(tenancy::RoleScope& scope, AlertChoice choice,
                                    std::optional<base::TenantId> tenant) {
    std::vector<AlertRecord> alerts;
    for (const pg::Row row : scope.Execute(kListAlerts, choice == AlertChoice::kAll, tenant)) {
        alerts.push_back(AlertRecordOf(row));
    }
    return alerts;
}

void AcknowledgeAlert(tenancy::RoleScope& scope, base::TenantId tenant, AlertId id,
                      std::string_view by) {
    if (!scope.Execute(kAlertExists, tenant, id).One()["found"].Bool()) {
        throw base::Error(base::ErrorCode::kNotFound, "tenant " + tenant.ToString() +
                                                          " has no alert " + id.ToString() +
                                                          "; geniai alerts list --all shows them");
    }
    if (scope.Execute(kAcknowledgeAlert, tenant, id, by).affected() == 0) return;
    tenancy::AppendAudit(scope, tenant, {by, "alert.acknowledge", "alert " + id.ToString()});
}

}  // namespace geniai::warehouse
