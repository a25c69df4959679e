#include "app/demo_installation.h"

#include <algorithm>

#include "app/migrate.h"
#include "analysis/remarketing.h"
#include "app/wiring.h"
#include "auth/password.h"
#include "auth/users.h"
#include "chatwoot/view_installer.h"
#include "demo/chatwoot_source.h"
#include "embedded/files.h"
#include "pg/database.h"

namespace geniai::app {

namespace {

// The demo's roles, as a real installation has them: each database's owner, and two log-ins that
// may only what they need.
constexpr const char* kWarehouseOwner = "geniai_owner";
constexpr const char* kWarehouseLogin = "geniai_app";
constexpr const char* kSourceOwner = "chatwoot";
constexpr const char* kSourceReader = "geniai_reader";
constexpr const char* kWarehouse = "geniai";
constexpr const char* kSource = "chatwoot";

const pg::Query kRoleExists{"demo.role.exists",
                            "select exists (select from pg_roles where rolname = $1) as found"};
const pg::Query kDatabaseExists{
    "demo.database.exists", "select exists (select from pg_database where datname = $1) as found"};
const pg::Query kSourceIsFilled{"demo.source.filled",
                                "select to_regclass('public.accounts') is not null as found"};

pg::ConnectionSettings AsSettings(base::Secret url) {
    return {.url = std::move(url), .application_name = "geniai demo"};
}

void EnsureRole(pg::Connection& superuser, const std::string& role, const std::string& attributes) {
    pg::Transaction transaction(superuser);
    if (transaction.Execute(kRoleExists, role).One()["found"].Bool()) return;
    transaction.RunScript(
        {"demo.role.create", "create role " + superuser.Identifier(role) + " login " + attributes});
    transaction.Commit();
}

void EnsureDatabase(pg::Connection& superuser, const std::string& name, const std::string& owner) {
    {
        pg::Transaction transaction(superuser, pg::Transaction::Mode::kReadOnly);
        if (transaction.Execute(kDatabaseExists, name).One()["found"].Bool()) return;
    }
    pg::CreateDatabase(superuser, name, owner);
}

}  // namespace

DemoInstallation::DemoInstallation(const demo::DemoDirectory& directory, const Context& context,
                                   ListenAddress listen)
    : directory_(directory),
      context_(context),
      cluster_({.directory = directory.path(),
                .logins = {kWarehouseOwner, kWarehouseLogin, kSourceOwner, kSourceReader}}) {
    settings_.warehouse_url = cluster_.Url(kWarehouseLogin, kWarehouse);
    settings_.warehouse_owner_url = cluster_.Url(kWarehouseOwner, kWarehouse);
    settings_.source_url = cluster_.Url(kSourceReader, kSource);
    settings_.listen = std::move(listen);
    settings_.log_level = context.settings.log_level;
}

void DemoInstallation::CreateDatabases() {
    pg::Connection superuser(AsSettings(cluster_.Url(pg::PrivateCluster::kSuperuser, "postgres")));
    EnsureRole(superuser, kWarehouseOwner, "createrole");
    EnsureRole(superuser, kSourceOwner, "");
    EnsureRole(superuser, kSourceReader, "");
    EnsureDatabase(superuser, kWarehouse, kWarehouseOwner);
    EnsureDatabase(superuser, kSource, kSourceOwner);
}

pg::Connection DemoInstallation::OpenSourceAsOwner() const {
    return pg::Connection(AsSettings(cluster_.Url(kSourceOwner, kSource)));
}

void DemoInstallation::FillSource(int conversations) {
    pg::Connection owner = OpenSourceAsOwner();
    bool filled = false;
    {
        pg::Transaction transaction(owner, pg::Transaction::Mode::kReadOnly);
        filled = transaction.Execute(kSourceIsFilled).One()["found"].Bool();
    }
    if (!filled) {
        demo::FillChatwootSource(owner, embedded::Get("db/source/chatwoot_schema.sql"),
                                 {.conversations = conversations}, base::SystemClock().Now());
    }
    pg::Transaction transaction(owner);
    transaction.RunScript(
        {"demo.source.grant",
         "grant select on all tables in schema public to " + owner.Identifier(kSourceReader)});
    transaction.Commit();
    chatwoot::InstallView(owner, SourceViewSql(), kSourceReader);
}

void DemoInstallation::BuildWarehouse() {
    Migrate(settings_);
}

void DemoInstallation::AddTenants() {
    pg::Connection warehouse = OpenWarehouse(settings_);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    tenants_ = tenancy::ListTenants(scope);
    if (!tenants_.empty()) return;
    for (const demo::DemoAccount& account : demo::DemoAccounts()) {
        tenancy::TenantChange tenant;
        tenant.name = account.name;
        tenant.slug = account.slug;
        tenant.account = account.account;
        tenant.plan = "pro";
        tenants_.push_back(tenancy::AddTenant(scope, tenant));
    }
    scope.Commit();
}

void DemoInstallation::AddLogins() {
    logins_ = demo::ReadDemoLogins(directory_.LoginsFile());
    if (!logins_.empty()) return;
    logins_ = demo::MakeDemoLogins(tenants_);
    pg::Connection warehouse = OpenWarehouse(settings_);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const auto known = auth::ListUsers(scope, std::nullopt);
    for (const demo::DemoLogin& login : logins_) {
        const std::string hash = auth::HashPassword(login.password);
        const auto user = std::ranges::find(known, login.email, &auth::User::email);
        if (user != known.end()) {
            auth::SetPasswordHash(scope, *user, hash);
        } else {
            auth::AddUser(scope, {login.tenant, login.email, login.full_name, login.role, hash});
        }
    }
    scope.Commit();
    // Last, so that a start that dies before makes new passwords instead of showing wrong ones.
    demo::WriteDemoLogins(directory_.LoginsFile(), logins_);
}

std::vector<sync::RunSummary> DemoInstallation::Sync() {
    constexpr std::int64_t kDemoBatchRows = 5'000;
    RulesOfTenants rules(settings_);
    const sync::TenantClassifier classifier = MakeClassifier(rules);
    sync::Pipeline pipeline(SyncSettingsOf(settings_, kDemoBatchRows), classifier, context_.log);
    std::vector<sync::RunSummary> summaries;
    for (const tenancy::Tenant& tenant : tenants_) {
        summaries.push_back(pipeline.Run(tenant, {}));
    }
    return summaries;
}

void DemoInstallation::AnalyseLeads() {
    const auto warehouse = WarehousePool(settings_, "demo");
    analysis::Remarketing remarketing(*warehouse, nullptr, "", context_.log);
    analysis::RemarketingOptions options;
    options.limit = 100;
    for (const tenancy::Tenant& tenant : tenants_) remarketing.Analyse(tenant.id, options);
}

}  // namespace geniai::app
