#include "analysis/tenant_rules.h"

#include "tenancy/audit_log.h"

namespace geniai::analysis {

namespace {

constexpr const char* kRulesSubject = "rules";

const pg::Query kFindTenantRules{"analysis.tenant_rules.find", R"sql(
    select additions, version, author, rfc3339(updated_at) as updated_at from tenant_rules
)sql"};

const pg::Query kListTenantRules{"analysis.tenant_rules.list", R"sql(
    select tenant_id, additions from tenant_rules order by tenant_id
)sql"};

const pg::Query kSetTenantRules{"analysis.tenant_rules.set", R"sql(
    insert into tenant_rules as r (tenant_id, additions, author) values ($1, $2, $3)
    on conflict (tenant_id) do update
       set additions = excluded.additions, author = excluded.author, version = r.version + 1,
           updated_at = now()
     where r.additions <> excluded.additions
    returning r.version
)sql"};

const pg::Query kClearTenantRules{"analysis.tenant_rules.clear", R"sql(
    delete from tenant_rules where tenant_id = $1
)sql"};

}  // namespace

std::optional<TenantRules> FindTenantRules(tenancy::TenantScope& scope) {
    const auto row = scope.Execute(kFindTenantRules).MaybeOne();
    if (!row) return std::nullopt;
    return TenantRules{(*row)["additions"].String(), (*row)["version"].Int(),
                       (*row)["author"].String(), (*row)["updated_at"].String()};
}

std::vector<StoredRules> ListTenantRules(tenancy::RoleScope& scope) {
    std::vector<StoredRules> list;
    for (const pg::Row row : scope.Execute(kListTenantRules)) {
        list.push_back({base::TenantId(row["tenant_id"].Int64()), row["additions"].String()});
    }
    return list;
}

std::optional<int> SetTenantRules(tenancy::RoleScope& scope, base::TenantId tenant,
                                  std::string_view additions, std::string_view rules_version,
                                  std::string_view by) {
    const auto row = scope.Execute(kSetTenantRules, tenant, additions, by).MaybeOne();
    if (!row) return std::nullopt;
    const int version = (*row)["version"].Int();
    tenancy::AppendAudit(scope, tenant,
                         {by, "rules.set", kRulesSubject,
                          R"({"version":)" + std::to_string(version) + R"(,"rules_version":")" +
                              std::string(rules_version) + R"("})"});
    return version;
}

bool ClearTenantRules(tenancy::RoleScope& scope, base::TenantId tenant, std::string_view by) {
    if (scope.Execute(kClearTenantRules, tenant).affected() == 0) return false;
    tenancy::AppendAudit(scope, tenant, {by, "rules.clear", kRulesSubject});
    return true;
}

}  // namespace geniai::analysis
