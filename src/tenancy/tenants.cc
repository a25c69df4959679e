#include "tenancy/tenants.h"

#include "base/error.h"
#include "base/fold.h"
#include "pg/sql_error.h"

namespace geniai::tenancy {

namespace {

const pg::Query kListTenants{"tenancy.tenants.list", R"sql(
    select id, name, slug, account_id, status, plan, timezone, uses_model
      from tenants where deleted_at is null and id <> 0 order by id
)sql"};

const pg::Query kFindTenant{"tenancy.tenants.find", R"sql(
    select id, name, slug, account_id, status, plan, timezone, uses_model
      from tenants where deleted_at is null and id = $1
)sql"};

const pg::Query kInsertTenant{"tenancy.tenants.insert", R"sql(
    insert into tenants (name, slug, account_id, status, plan, timezone, uses_model)
    values ($1, $2, $3, coalesce($4, 'active'), coalesce($5, 'basic'),
            coalesce($6, 'America/Sao_Paulo'), coalesce($7, false))
    returning id, name, slug, account_id, status, plan, timezone, uses_model
)sql"};

const pg::Query kUpdateTenant{"tenancy.tenants.update", R"sql(
    update tenants
       set name = coalesce($2, name), slug = coalesce($3, slug),
           account_id = coalesce($4, account_id), status = coalesce($5, status),
           plan = coalesce($6, plan), timezone = coalesce($7, timezone),
           uses_model = coalesce($8, uses_model), updated_at = now()
     where id = $1 and deleted_at is null
    returning id, name, slug, account_id, status, plan, timezone, uses_model
)sql"};

const pg::Query kTimezoneExists{"tenancy.timezone.exists",
                                "select exists (select from pg_timezone_names where name = $1) as found"};

// A tenant whose inboxes were all moved away may still have contacts.
const pg::Query kHasData{"tenancy.tenants.has_data", R"sql(
    select exists (select from inbox_tenant_mapping where tenant_id = $1)
        or exists (select from contacts where tenant_id = $1) as found
)sql"};

Tenant TenantOf(const pg::Row& row) {
    Tenant tenant;
    tenant.id = base::TenantId(row["id"].Int64());
    tenant.name = row["name"].String();
    tenant.slug = row["slug"].String();
    if (const auto account = row["account_id"].OptionalInt64()) {
        tenant.account = base::AccountId(*account);
    }
    tenant.status = row["status"].String();
    tenant.plan = row["plan"].String();
    tenant.timezone = row["timezone"].String();
    tenant.uses_model = row["uses_model"].Bool();
    return tenant;
}

void RequireTimezone(RoleScope& scope, const TenantChange& change) {
    if (!change.timezone) return;
    if (scope.Execute(kTimezoneExists, *change.timezone).One()["found"].Bool()) return;
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "'" + *change.timezone +
                          "' is no time zone; write an IANA name such as America/Sao_Paulo");
}

// A refused value or a taken name, said in our words.
[[noreturn]] void ThrowRefused(const pg::SqlError& error) {
    if (error.sqlstate() == pg::kUniqueViolation) {
        throw base::Error(base::ErrorCode::kConflict,
                          "this slug belongs to another tenant already; choose one with --slug");
    }
    throw base::Error(base::ErrorCode::kInvalidInput, std::string("tenant: ") + error.what(),
                      error.detail());
}

[[noreturn]] void ThrowNoTenant(base::TenantId id) {
    throw base::Error(base::ErrorCode::kNotFound,
                      "there is no tenant " + id.ToString() + "; geniai tenant list shows them");
}

}  // namespace

bool IsServed(const Tenant& tenant) {
    return tenant.status == "active" || tenant.status == "trial";
}

std::vector<Tenant> ListTenants(RoleScope& scope) {
    std::vector<Tenant> tenants;
    for (const pg::Row row : scope.Execute(kListTenants)) tenants.push_back(TenantOf(row));
    return tenants;
}

std::optional<Tenant> FindTenant(RoleScope& scope, base::TenantId id) {
    const pg::Result rows = scope.Execute(kFindTenant, id);
    if (rows.empty()) return std::nullopt;
    return TenantOf(rows.One());
}

Tenant GetTenant(RoleScope& scope, base::TenantId id) {
    if (auto tenant = FindTenant(scope, id)) return *tenant;
    ThrowNoTenant(id);
}

Tenant GetScopedTenant(TenantScope& scope) {
    const pg::Result rows = scope.Execute(kFindTenant, scope.tenant());
    if (!rows.empty()) return TenantOf(rows.One());
    ThrowNoTenant(scope.tenant());
}

Tenant AddTenant(RoleScope& scope, const TenantChange& change) {
    if (!change.name) {
        throw base::Error(base::ErrorCode::kInvalidInput, "a tenant needs a name");
    }
    RequireTimezone(scope, change);
    const std::string slug = change.slug.value_or(SlugOf(*change.name));
    try {
        return TenantOf(scope
                            .Execute(kInsertTenant, *change.name, slug, change.account, change.status,
                                     change.plan, change.timezone, change.uses_model)
                            .One());
    } catch (const pg::SqlError& error) {
        ThrowRefused(error);
    }
}

Tenant SetTenant(RoleScope& scope, base::TenantId id, const TenantChange& change) {
    const Tenant tenant = GetTenant(scope, id);
    RequireTimezone(scope, change);
    // Its rows are of the account that it has, and those of another would mix with them.
    if (change.account && tenant.account && change.account != tenant.account &&
        scope.Execute(kHasData, id).One()["found"].Bool()) {
        throw base::Error(base::ErrorCode::kConflict,
                          "tenant " + id.ToString() + " has data of account " +
                              tenant.account->ToString() + "; add another tenant for account " +
                              change.account->ToString());
    }
    try {
        return TenantOf(scope
                            .Execute(kUpdateTenant, id, change.name, change.slug, change.account,
                                     change.status, change.plan, change.timezone, change.uses_model)
                            .One());
    } catch (const pg::SqlError& error) {
        ThrowRefused(error);
    }
}

std::string SlugOf(std::string_view name) {
    std::string slug;
    for (const char c : base::FoldText(name)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain) {
            slug += c;
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    while (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug;
}

}  // namespace geniai::tenancy
