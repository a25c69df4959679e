#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "llm/admission.h"
#include "tenancy/scope.h"

// What may be used of models, and what is: tables llm_limits, llm_raises and llm_meters, whose
// money the view llm_spending tells. For the operator. Tenant 0 is the installation as a whole.
namespace geniai::llm {

enum class LimitKind {
    kRequestsPerMinute,
    kTokensPerMinute,
    kRequestsPerDay,
    kBrlPerDay,    // micro-BRL, as kBrlPerMonth
    kBrlPerMonth,
};
// "requests_per_minute" …
std::string_view NameOf(LimitKind kind);
std::optional<LimitKind> LimitKindNamed(std::string_view name);

// One limit of one tenant at this moment.
struct LimitState {
    base::TenantId tenant;
    std::string tenant_name;
    LimitKind kind = LimitKind::kBrlPerDay;
    std::optional<std::int64_t> limit;       // raises included; nothing: none of its own
    std::int64_t used = 0;                   // money: spent and reserved
    std::optional<std::string> raised_until; // RFC 3339, while a raise holds
};

struct StopState {
    base::TenantId tenant;
    std::string tenant_name;
    std::string stopped_at;
    std::string stopped_by;
};

// Of one tenant or of all, the installation first.
std::vector<LimitState> ListLimits(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant);
std::vector<StopState> ListStops(tenancy::RoleScope& scope);

// Nothing takes the limit away; a tenant's month then has the default again. Written to the audit log,
// as all here, with `by`.
void SetLimit(tenancy::RoleScope& scope, base::TenantId tenant, LimitKind kind,
              std::optional<std::int64_t> value, std::string_view by);
// Another height until `expires_at`. Throws base::Error(kInvalidInput) when that is not in the future.
void RaiseLimit(tenancy::RoleScope& scope, base::TenantId tenant, LimitKind kind, std::int64_t value,
                Instant expires_at, std::string_view by);
// No call is let through any more; calls in flight end. Nothing changes when it is so already.
void Stop(tenancy::RoleScope& scope, base::TenantId tenant, std::string_view by);
void Resume(tenancy::RoleScope& scope, base::TenantId tenant, std::string_view by);

}  // namespace geniai::llm
