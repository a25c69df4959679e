#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/rules.h"
#include "app/settings.h"
#include "auth/sessions.h"
#include "chatwoot/directory.h"
#include "http/server.h"
#include "llm/batches.h"
#include "llm/gateway.h"
#include "obs/log.h"
#include "pg/connection.h"
#include "pg/migrator.h"
#include "pg/pool.h"
#include "sync/pipeline.h"
#include "web/api.h"

// Builds the program's objects out of settings, from the bottom up. Nobody else does.
namespace geniai::app {

std::string_view ProgramVersion();

// The warehouse as the run-time log-in, and as its owner. Throw base::Error(kInvalidSettings) when the
// URL is not set, pg::SqlError(kDatabaseUnreachable) when nobody answers.
pg::Connection OpenWarehouse(const Settings& settings);
// Connections for all that a command does; they come as they are needed.
std::shared_ptr<pg::Pool> WarehousePool(const Settings& settings, const char* purpose);
// The same, for commands that need its tables: throws as RequireMigrated() does.
pg::Connection OpenMigratedWarehouse(const Settings& settings);
pg::Connection OpenWarehouseAsOwner(const Settings& settings);
chatwoot::SourceSettings SourceSettingsOf(const Settings& settings);
// The source's list of accounts and inboxes. Throws base::Error when it cannot be read.
class SourceDirectory {
public:
    explicit SourceDirectory(const Settings& settings);
    std::vector<chatwoot::SourceInbox> ListInboxes(std::optional<base::AccountId> account = {});
    // Throws base::Error(kNotFound) when there is no such account.
    std::string NameOfAccount(base::AccountId account);

private:
    chatwoot::Source source_;
    chatwoot::Snapshot snapshot_;
    chatwoot::Directory directory_;
};
// For the one command that installs the view.
pg::Connection OpenSourceForWriting(const Settings& settings);
std::string_view SourceViewSql();

// db/migrations/, in order.
std::vector<pg::Migration> WarehouseMigrations();
// Throws base::Error(kFailed) that says `geniai migrate` when the warehouse is not up to date.
void RequireMigrated(pg::Connection& warehouse);

// The rules that are built in, as they are written, and read.
std::string_view BuiltInRulesText();
analysis::RuleSet BuiltInRuleSet();

// Throws base::Error(kConflict) with the next step when what a tenant adds does not fit the rules
// that are built in, which may be newer.
void RequireUsableRules(const Settings& settings, base::TenantId tenant,
                        std::string_view additions);

// The built-in rules, with a tenant's additions or without, read and compiled when the first row
// needs them: that takes up to a second, and a run in which nothing has changed has no such row.
// Thread-safe.
class LazyRules {
public:
    explicit LazyRules(std::string cache_directory, std::string additions = "");
    const std::string& version() const { return version_; }
    // Throws base::Error(kInvalidInput) where the additions cannot be used.
    const analysis::RuleClassifier& Get();

private:
    std::string version_;
    std::string cache_directory_;
    std::string additions_;
    std::once_flag compiled_;
    std::optional<analysis::RuleClassifier> rules_;
};

// The rules that tenants have: the built-in ones, or with additions of their own, each version
// compiled once for all who use it at a time. Thread-safe.
class RulesOfTenants {
public:
    explicit RulesOfTenants(const Settings& settings);

    const std::shared_ptr<LazyRules>& BuiltIn() const { return built_in_; }
    // Those of the scope's tenant, compiled where it has some of its own. Throws as
    // RequireUsableRules().
    std::shared_ptr<LazyRules> Of(tenancy::TenantScope& scope);

private:
    const std::string cache_directory_;
    const std::shared_ptr<LazyRules> built_in_;
    std::mutex mutex_;
    std::map<std::string, std::weak_ptr<LazyRules>> own_;  // by version; guarded by mutex_
};

// The rules as the sync takes them. `rules` outlives the result.
sync::TenantClassifier MakeClassifier(RulesOfTenants& rules);

// The way to the models; null where no provider is set. `warehouse` and `log` outlive it.
std::unique_ptr<llm::Gateway> MakeGateway(const Settings& settings, int workers, pg::Pool& warehouse,
                                          const obs::Log& log);

// The provider's batch interface; null where no provider is set, or one without batches (Azure). `warehouse` and `log` outlive it.
std::unique_ptr<llm::Batches> MakeBatches(const Settings& settings, pg::Pool& warehouse,
                                          const obs::Log& log);

sync::Settings SyncSettingsOf(const Settings& settings, std::int64_t batch_rows);

// The web application: bound when made, served between Start() and Stop().
class WebService {
public:
    // `log` outlives the service. Throws base::Error(kFailed) when the port is taken.
    WebService(const Settings& settings, const obs::Log& log);

    void Start() { server_.Start(); }
    void Stop() { server_.Stop(); }
    std::string Address() const;  // "http://127.0.0.1:8504"

private:
    pg::Pool pool_;
    auth::PasswordVerifier passwords_;
    auth::Sessions sessions_;
    web::Api api_;
    std::string host_;
    http::Server server_;
};

}  // namespace geniai::app
