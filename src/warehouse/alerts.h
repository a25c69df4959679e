#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/scope.h"

namespace geniai::warehouse {

enum class Severity { kInfo, kWarning, kCritical };
// "info", "warning", "critical".
std::string_view NameOf(Severity severity);

// Something that people have to know. Kind and subject say what it is about: "sync.failed" and "".
struct Alert {
    std::string kind;
    std::string subject;
    Severity severity = Severity::kWarning;
    std::string message;  // one line for people
};

// Opens an alert. One of the same kind and subject that is open already is counted up instead, and
// takes severity and message of the newest; so there are never two open ones. Role etl_service, as
// RecoverAlert.
void RaiseAlert(tenancy::TenantScope& scope, const Alert& alert);
// Says that the cause is gone. Writes nothing when none is open.
void RecoverAlert(tenancy::TenantScope& scope, std::string_view kind, std::string_view subject);

using AlertId = base::StrongId<struct AlertTag>;

// A stored alert. Times are RFC 3339.
struct AlertRecord {
    base::TenantId tenant;
    AlertId id;
    std::string kind;
    std::string subject;
    std::string severity;
    std::string message;
    std::int64_t occurrences = 1;
    std::string raised_at;
    std::string last_raised_at;
    std::optional<std::string> acknowledged_at;
    std::optional<std::string> acknowledged_by;
    std::optional<std::string> recovered_at;
};

enum class AlertChoice { kOpen, kAll };

// The alerts of one tenant or of all, newest first. For the operator, as AcknowledgeAlert.
std::vector<AlertRecord> ListAlerts(tenancy::RoleScope& scope, AlertChoice choice,
                                    std::optional<base::TenantId> tenant);
// Notes that `by` has seen the alert, in the audit log too; who acknowledged first stays. Throws
// base::Error(kNotFound).
void AcknowledgeAlert(tenancy::RoleScope& scope, base::TenantId tenant, AlertId id,
                      std::string_view by);

}  // namespace geniai::warehouse
