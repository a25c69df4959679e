#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/scope.h"

// What tenants add to the built-in rules, as they wrote it: table tenant_rules.
namespace geniai::analysis {

struct TenantRules {
    std::string additions;  // never empty
    int version = 0;        // how often they were set
    std::string author;
    std::string updated_at;  // RFC 3339
};

// Of the scope's tenant; nothing where it has the built-in rules as they are.
std::optional<TenantRules> FindTenantRules(tenancy::TenantScope& scope);

struct StoredRules {
    base::TenantId tenant;
    std::string additions;
};
// Of all who have any; for the operator.
std::vector<StoredRules> ListTenantRules(tenancy::RoleScope& scope);

// Both are for the operator and write to the audit log, unless nothing changes: then they say
// nothing, and false. The caller has parsed `additions`, and the tenant exists.
std::optional<int> SetTenantRules(tenancy::RoleScope& scope, base::TenantId tenant,
                                  std::string_view additions, std::string_view rules_version,
                                  std::string_view by);
bool ClearTenantRules(tenancy::RoleScope& scope, base::TenantId tenant, std::string_view by);

}  // namespace geniai::analysis
