#include "app/wiring.h"

#include <charconv>

#include "analysis/classify_conversations.h"
#include "analysis/tenant_rules.h"
#include "base/clock.h"
#include "base/error.h"
#include "embedded/files.h"

namespace geniai::app {

namespace {

constexpr int kHandlerThreads = 8;
// No statement of a sync takes so long here; a connection that is so still is gone.
// A run waits for as long as those before it need the source.
constexpr std::chrono::hours kSourceTurn{24};
constexpr std::chrono::minutes kWarehouseSilenceMax{3};
// A statement over ten thousand ids looks dear enough to be compiled, and is not; a batch that is staged
// fits in memory.
constexpr const char* kWarehouseSession = "set jit = off; set temp_buffers = '64MB'";
constexpr int kWarehouseConnectionsMax = 130;  // 64 tenants at a time with two each, and the rest

pg::ConnectionSettings Connect(const base::Secret& url, const char* purpose) {
    return {.url = url, .application_name = std::string("geniai ") + purpose};
}

pg::Migration MigrationOf(const embedded::File& file) {
    constexpr std::string_view kFolder = "db/migrations/";
    constexpr std::string_view kEnding = ".sql";
    std::string_view name = file.path.substr(kFolder.size());
    name.remove_suffix(kEnding.size());
    pg::Migration migration{0, std::string(name), file.content};
    std::from_chars(name.begin(), name.end(), migration.version);
    return migration;
}

std::vector<web::Asset> WebAssets() {
    constexpr std::string_view kFolder = "ui/dist";
    std::vector<web::Asset> assets;
    for (const embedded::File& file : embedded::FilesBelow("ui/dist/")) {
        if (file.path.ends_with(".gz")) continue;
        const auto gzip = embedded::Find(std::string(file.path) + ".gz");
        assets.push_back({std::string(file.path.substr(kFolder.size())), file.content,
                          gzip.value_or(std::string_view())});
    }
    return assets;
}

std::vector<web::CategoryStyle> CategoryStyles() {
    std::vector<web::CategoryStyle> styles;
    const analysis::RuleSet rules = BuiltInRuleSet();
    for (const analysis::Category& category : rules.categories) {
        styles.push_back({category.key, category.label, category.color});
    }
    return styles;
}

http::Server::Settings ServerSettingsOf(const Settings& settings, const obs::Log& log) {
    http::Server::Settings server;
    server.address = settings.listen.address;
    server.port = settings.listen.port;
    server.handler_threads = kHandlerThreads;
    server.on_request_done = [&log](const http::RequestDone& done) {
        log.Debug("http.request", {{"method", std::string_view(done.method)},
                                   {"path", std::string_view(done.path)},
                                   {"status", std::int64_t{done.status}},
                                   {"bytes", static_cast<std::int64_t>(done.bytes)},
                                   {"micros", std::int64_t{done.duration.count()}}});
    };
    return server;
}

}  // namespace

std::string_view BuiltInRulesText() {
    return embedded::Get("src/analysis/rules_ptbr.toml");
}

std::string_view ProgramVersion() {
    return GENIAI_VERSION;
}

pg::Connection OpenWarehouse(const Settings& settings) {
    return pg::Connection(Connect(Require(settings.warehouse_url, "warehouse_url"), "command"));
}

std::shared_ptr<pg::Pool> WarehousePool(const Settings& settings, const char* purpose) {
    pg::ConnectionSettings connection =
        Connect(Require(settings.warehouse_url, "warehouse_url"), purpose);
    connection.silence_max = kWarehouseSilenceMax;
    connection.session = kWarehouseSession;
    return std::make_shared<pg::Pool>(
        pg::Pool::Settings{.connection = connection, .connections_max = kWarehouseConnectionsMax});
}

pg::Connection OpenMigratedWarehouse(const Settings& settings) {
    pg::Connection warehouse = OpenWarehouse(settings);
    RequireMigrated(warehouse);
    return warehouse;
}

pg::Connection OpenWarehouseAsOwner(const Settings& settings) {
    return pg::Connection(
        Connect(Require(settings.warehouse_owner_url, "warehouse_owner_url"), "migrate"));
}

chatwoot::SourceSettings SourceSettingsOf(const Settings& settings) {
    chatwoot::SourceSettings source;
    source.connection = Connect(Require(settings.source_url, "source_url"), "sync");
    source.statement_timeout = std::chrono::seconds(settings.source_timeout_seconds);
    // The server ends a statement first, if it still can.
    source.connection.silence_max = source.statement_timeout + std::chrono::seconds(10);
    source.pool = std::make_shared<pg::Pool>(
        pg::Pool::Settings{.connection = source.connection,
                           .connections_max = static_cast<int>(settings.source_connections),
                           .wait_for = kSourceTurn});
    return source;
}

namespace {

chatwoot::Directory DirectoryOf(chatwoot::Snapshot& snapshot) {
    const chatwoot::Verification verification = chatwoot::Verify(snapshot, SourceViewSql());
    chatwoot::RequireReadable(verification);
    return {verification, SourceViewSql()};
}

}  // namespace

SourceDirectory::SourceDirectory(const Settings& settings)
    : source_(SourceSettingsOf(settings)), snapshot_(source_), directory_(DirectoryOf(snapshot_)) {}

std::vector<chatwoot::SourceInbox> SourceDirectory::ListInboxes(
    std::optional<base::AccountId> account) {
    return directory_.ListInboxes(snapshot_, account);
}

std::string SourceDirectory::NameOfAccount(base::AccountId account) {
    if (auto name = directory_.FindAccountName(snapshot_, account)) return *name;
    throw base::Error(base::ErrorCode::kNotFound,
                      "the source has no account " + account.ToString());
}

pg::Connection OpenSourceForWriting(const Settings& settings) {
    return pg::Connection(Connect(Require(settings.source_url, "source_url"), "install-view"));
}

std::string_view SourceViewSql() {
    return embedded::Get("db/source/view.sql");
}

std::vector<pg::Migration> WarehouseMigrations() {
    std::vector<pg::Migration> migrations;
    for (const embedded::File& file : embedded::FilesBelow("db/migrations/")) {
        migrations.push_back(MigrationOf(file));
    }
    return migrations;
}

void RequireMigrated(pg::Connection& warehouse) {
    const std::vector<pg::Migration> migrations = WarehouseMigrations();
    for (const pg::MigrationState& state : pg::Migrator(warehouse, migrations).List()) {
        if (!state.applied_at.empty()) continue;
        throw base::Error(base::ErrorCode::kFailed,
                          "the warehouse lacks migration " + state.name + "; run geniai migrate");
    }
}

analysis::RuleSet BuiltInRuleSet() {
    return analysis::ParseRuleSet(BuiltInRulesText());
}

namespace {

// Compiles rules that were stored by another program than this one, perhaps.
void RequireFit(base::TenantId tenant, LazyRules& rules) {
    try {
        rules.Get();
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::kInvalidInput) throw;
        throw base::Error(base::ErrorCode::kConflict,
                          "tenant " + tenant.ToString() +
                              " has rules of its own that do not fit this program (" +
                              error.what() + "); geniai rules set or rules clear --tenant-id " +
                              tenant.ToString());
    }
}

}  // namespace

void RequireUsableRules(const Settings& settings, base::TenantId tenant,
                        std::string_view additions) {
    LazyRules rules(settings.cache_directory, std::string(additions));
    RequireFit(tenant, rules);
}

LazyRules::LazyRules(std::string cache_directory, std::string additions)
    : version_(analysis::VersionOfRules(BuiltInRulesText(), additions)),
      cache_directory_(std::move(cache_directory)), additions_(std::move(additions)) {}

const analysis::RuleClassifier& LazyRules::Get() {
    std::call_once(compiled_, [this] {
        rules_.emplace(analysis::ParseRuleSet(BuiltInRulesText(), additions_), cache_directory_);
    });
    return *rules_;
}

RulesOfTenants::RulesOfTenants(const Settings& settings)
    : cache_directory_(settings.cache_directory),
      built_in_(std::make_shared<LazyRules>(cache_directory_)) {}

std::shared_ptr<LazyRules> RulesOfTenants::Of(tenancy::TenantScope& scope) {
    const auto own = analysis::FindTenantRules(scope);
    if (!own) return built_in_;
    const std::string version = analysis::VersionOfRules(BuiltInRulesText(), own->additions);
    std::shared_ptr<LazyRules> rules;
    {
        const std::lock_guard lock(mutex_);
        rules = own_[version].lock();
        if (!rules) rules = std::make_shared<LazyRules>(cache_directory_, own->additions);
        own_[version] = rules;
    }
    // At once, so that what does not fit ends the run and is not taken for the fault of a row.
    RequireFit(scope.tenant(), *rules);
    return rules;
}

sync::TenantClassifier MakeClassifier(RulesOfTenants& rules) {
    return [&rules](tenancy::TenantScope& scope) {
        const std::shared_ptr<LazyRules> own = rules.Of(scope);
        return sync::Classifier{[own](const sync::RowToClassify& row) {
                                    return analysis::ClassifyConversation(
                                        own->Get(), row.message_compiled, row.status,
                                        row.user_messages);
                                },
                                own->version()};
    };
}

// What both ways to a provider take from the settings.
template <class ProviderSettings>
static void SetProvider(const ModelSettings& models, ProviderSettings& to) {
    to.base_url = models.base_url;
    to.api_version = models.api_version;
    to.api_key = models.api_key;
    to.model = models.model;
    to.timeout = std::chrono::seconds(models.timeout_seconds);
}

std::unique_ptr<llm::Gateway> MakeGateway(const Settings& settings, int workers, pg::Pool& warehouse,
                                          const obs::Log& log) {
    static const base::SystemClock clock;
    const ModelSettings& models = settings.models;
    if (!models.has_provider()) return nullptr;
    llm::GatewaySettings gateway;
    SetProvider(models, gateway);
    gateway.in_flight_max = workers;
    return std::make_unique<llm::Gateway>(std::move(gateway), warehouse, clock, log);
}

std::unique_ptr<llm::Batches> MakeBatches(const Settings& settings, pg::Pool& warehouse,
                                          const obs::Log& log) {
    static const base::SystemClock clock;
    const ModelSettings& models = settings.models;
    if (!models.has_provider() || !models.api_version.empty()) return nullptr;
    llm::BatchSettings batches;
    SetProvider(models, batches);
    return std::make_unique<llm::Batches>(std::move(batches), warehouse, clock, log);
}

sync::Settings SyncSettingsOf(const Settings& settings, std::int64_t batch_rows) {
    sync::Settings sync;
    sync.warehouse_pool = WarehousePool(settings, "sync");
    sync.source = SourceSettingsOf(settings);
    sync.view_sql = SourceViewSql();
    sync.clock_margin = std::chrono::seconds(settings.clock_margin_seconds);
    sync.deletes_percent_max = settings.deletes_percent_max;
    sync.batch_rows = batch_rows;
    sync.program_version = ProgramVersion();
    return sync;
}

WebService::WebService(const Settings& settings, const obs::Log& log)
    : pool_({.connection = Connect(Require(settings.warehouse_url, "warehouse_url"), "serve"),
             .connections_max = kHandlerThreads}),
      sessions_(pool_, passwords_, {}),
      api_({.categories = CategoryStyles(), .assets = WebAssets()}, pool_, sessions_, log),
      host_(settings.listen.address),
      server_(ServerSettingsOf(settings, log),
              [this](const http::Request& request) { return api_.Handle(request); }) {}

std::string WebService::Address() const {
    const bool is_v6 = host_.find(':') != std::string::npos;
    return "http://" + (is_v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(server_.port());
}

}  // namespace geniai::app
