// Syncs over a network that delays, breaks and falls silent, and over servers that restart: a run goes
// on by itself, or ends with one line and the next one completes it.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "app/wiring.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/test_point.h"
#include "embedded/files.h"
#include "pg/database.h"
#include "pg/migrator.h"
#include "sync/pipeline.h"
#include "tenancy/login_role.h"
#include "testing/chatwoot_fixture.h"
#include "testing/child_process.h"
#include "testing/tcp_relay.h"
#include "testing/test_database.h"
#include "testing/warehouse_equality.h"

namespace geniai::sync {
namespace {

using testing::TcpRelay;
using testing::TestDatabase;
using testing::TestPointListener;

constexpr int kAccount = 1;
constexpr int kConversations = 60;
constexpr int kBatchRows = 7;

// An account with conversations of different sizes.
constexpr const char* kRows = R"sql(
    insert into accounts (id, name, created_at, updated_at) values (1, 'Conta', now(), now());
    insert into inboxes (id, channel_id, account_id, name, channel_type, created_at, updated_at)
    values (10, 10, 1, 'Caixa', 'Channel::Api', now(), now());
    insert into contacts (id, account_id, name, created_at, updated_at)
    select g, 1, 'Contato ' || g, '2026-03-01', '2026-03-01' from generate_series(1, 60) g;
    insert into conversations (id, account_id, inbox_id, contact_id, status, created_at, updated_at,
                               last_activity_at)
    select g, 1, 10, g, 0, '2026-03-01', '2026-03-01', '2026-03-01' from generate_series(1, 60) g;
    insert into messages (account_id, inbox_id, conversation_id, message_type, sender_type, sender_id,
                          content, created_at, updated_at)
    select 1, 10, c.id, 0, 'Contact', c.id, repeat(md5(c.id::text), 4), '2026-03-01', '2026-03-01'
      from conversations c cross join generate_series(1, c.id) g)sql";

tenancy::Tenant AddTenant(pg::Connection& app) {
    tenancy::RoleScope scope(app, tenancy::DatabaseRole::kAdminUsers);
    tenancy::TenantChange change;
    change.name = "Conta";
    change.account = base::AccountId(kAccount);
    tenancy::Tenant tenant = tenancy::AddTenant(scope, change);
    scope.Commit();
    return tenant;
}

Settings MakeSettings(pg::ConnectionSettings warehouse, pg::ConnectionSettings source) {
    Settings settings;
    settings.warehouse = std::move(warehouse);
    settings.source.connection = std::move(source);
    settings.view_sql = app::SourceViewSql();
    settings.batch_rows = kBatchRows;
    settings.retry_for = std::chrono::seconds(20);
    settings.program_version = "test";
    return settings;
}

// Does `work` when a run of this thread comes to `point` for the `occurrence`-th time.
TestPointListener At(std::string point, int occurrence, std::function<void()> work) {
    return TestPointListener([point = std::move(point), left = occurrence,
                              work = std::move(work)](std::string_view name) mutable {
        if (name == point && --left == 0) work();
    });
}

class NetworkTest : public ::testing::Test {
protected:
    NetworkTest()
        : app_(warehouse_.Connect(TestDatabase::kApp)), owner_(source_.OwnerSettings()),
          to_source_(testing::SocketPath(source_.ReaderSettings())),
          to_warehouse_(testing::SocketPath(warehouse_.Settings(TestDatabase::kApp))),
          settings_(MakeSettings(
              testing::Through(to_warehouse_, warehouse_.Settings(TestDatabase::kApp)),
              testing::Through(to_source_, source_.ReaderSettings()))) {
        source_.Run(kRows);
        tenant_ = AddTenant(app_);
        for (auto* connection : {&settings_.warehouse, &settings_.source.connection}) {
            connection->connect_timeout_seconds = 2;
            connection->silence_max = std::chrono::milliseconds(700);
        }
    }

    RunSummary Sync(const RunOptions& options = {}) {
        return Pipeline(settings_, classifier_, log_).Run(tenant_, options);
    }
    ReconcileSummary Reconcile() {
        return Pipeline(settings_, classifier_, log_).Reconcile(tenant_, {});
    }

    // The session of a run that gave up may hold the lock until its server notices.
    RunSummary SyncWhenFree() {
        const base::Stopwatch stopwatch;
        for (;;) {
            try {
                return Sync();
            } catch (const base::Error& error) {
                if (error.code() != base::ErrorCode::kAlreadyRunning || stopwatch.Seconds() > 10) throw;
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        }
    }

    void ExpectEqual() {
        EXPECT_EQ(testing::DifferencesFromSource(app_, tenant_, owner_), "");
        tenancy::TenantScope scope(app_, tenancy::DatabaseRole::kEtlService, tenant_.id);
        const pg::Row row = scope.Execute({"test.counts", R"sql(
            select (select sum(records_inserted) from etl_control)::bigint as inserted,
                   (select count(*) from conversations) as rows)sql"}).One();
        EXPECT_EQ(row["inserted"].Int64(), row["rows"].Int64()) << "no row is counted twice";
        EXPECT_EQ(row["rows"].Int64(), kConversations);
    }

    // Runs until the relay was cut that often, in the middle of reading or of loading.
    RunSummary SyncWhileCutting(TcpRelay& relay, const std::string& point, int cuts) {
        const TestPointListener listener([&](std::string_view name) {
            if (name != point || cuts == 0) return;
            --cuts;
            relay.CutAll();
        });
        const RunSummary summary = Sync();
        EXPECT_EQ(cuts, 0);
        ExpectEqual();
        return summary;
    }

    void ExpectOneLineAndRecovery(TcpRelay& relay, const std::string& point) {
        settings_.retry_for = std::chrono::seconds(1);
        try {
            const TestPointListener listener = At(point, 3, [&] { relay.Stall(); });
            Sync();
            FAIL() << "a silent network is not noticed";
        } catch (const base::Error& error) {
            const std::string message = error.what();
            EXPECT_EQ(error.code(), base::ErrorCode::kDatabaseUnreachable) << message;
            EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        }
        relay.Resume();
        relay.CutAll();
        SyncWhenFree();
        ExpectEqual();
    }

    testing::ChatwootFixture source_;
    testing::TestWarehouse warehouse_;
    pg::Connection app_;
    pg::Connection owner_;
    TcpRelay to_source_;
    TcpRelay to_warehouse_;
    Settings settings_;
    TenantClassifier classifier_;
    obs::Log log_{obs::Level::kOff};
    tenancy::Tenant tenant_;
};

TEST_F(NetworkTest, ASlowNetworkIsOnlySlow) {
    // Long enough for a machine that does other things as well.
    for (auto* connection : {&settings_.warehouse, &settings_.source.connection}) {
        connection->silence_max = std::chrono::seconds(10);
    }
    to_source_.SetDelay(std::chrono::milliseconds(5));
    to_warehouse_.SetDelay(std::chrono::milliseconds(5));
    EXPECT_EQ(Sync().retries, 0);
    ExpectEqual();
    EXPECT_TRUE(Reconcile().holds);
}

TEST_F(NetworkTest, AConnectionToTheSourceThatBreaksAnywhereIsMadeAgain) {
    for (const std::uint64_t bytes : {200u, 3'000u, 20'000u, 60'000u, 150'000u}) {
        to_source_.CutAfterBytes(bytes);
        RunOptions options;
        options.mode = Mode::kFull;
        const RunSummary summary = SyncWhenFree();
        EXPECT_LE(summary.retries, 2) << bytes;
        Sync(options);
        ExpectEqual();
    }
}

TEST_F(NetworkTest, AConnectionToTheWarehouseThatBreaksAnywhereIsMadeAgain) {
    for (const std::uint64_t bytes : {3'000u, 20'000u, 60'000u, 150'000u}) {
        to_warehouse_.CutAfterBytes(bytes);
        const RunSummary summary = SyncWhenFree();
        EXPECT_LE(summary.retries, 3) << bytes;
        source_.Run("update conversations set priority = coalesce(priority, 0) % 3 + 1");
    }
    SyncWhenFree();
    ExpectEqual();
}

TEST_F(NetworkTest, ASourceThatIsCutOffAgainAndAgainIsReadToTheEnd) {
    EXPECT_GT(SyncWhileCutting(to_source_, "conversations.begun", 4).retries, 0);
}

TEST_F(NetworkTest, AWarehouseThatIsCutOffAgainAndAgainIsFilledToTheEnd) {
    EXPECT_GT(SyncWhileCutting(to_warehouse_, "conversations.read", 4).retries, 0);
}

TEST_F(NetworkTest, ARunWhoseSessionDiesBeforeItBeganBeginsAgain) {
    EXPECT_EQ(SyncWhileCutting(to_warehouse_, "run.locked", 2).retries, 0) << "it has not read yet";
}

TEST_F(NetworkTest, ACommitThatIsCutOffIsNotRepeatedBlindly) {
    EXPECT_GT(SyncWhileCutting(to_warehouse_, "conversations.before_commit", 3).retries, 0);
}

TEST_F(NetworkTest, ReconcileGoesOnWhenItIsCutOff) {
    Sync();
    source_.Run("update messages set content = 'editada'; delete from conversations where id = 7");
    int cuts = 2;
    const TestPointListener listener([&](std::string_view name) {
        if (name != "reconcile.compared" || cuts == 0) return;
        --cuts;
        to_source_.CutAll();
        to_warehouse_.CutAll();
    });
    const ReconcileSummary summary = Reconcile();
    EXPECT_TRUE(summary.holds);
    EXPECT_GT(summary.run.retries, 0);
    EXPECT_EQ(testing::DifferencesFromSource(app_, tenant_, owner_), "");
}

TEST_F(NetworkTest, ASilenceThatEndsCostsARetryAndNoRow) {
    std::jthread network;
    {
        const TestPointListener listener = At("conversations.read", 3, [&] {
            to_source_.Stall();
            network = std::jthread([this] {
                std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
                to_source_.Resume();
            });
        });
        EXPECT_GT(Sync().retries, 0);
    }
    ExpectEqual();
}

TEST_F(NetworkTest, ASourceThatStaysSilentEndsTheRunWithOneLine) {
    ExpectOneLineAndRecovery(to_source_, "conversations.begun");
}

TEST_F(NetworkTest, AWarehouseThatStaysSilentEndsTheRunWithOneLine) {
    ExpectOneLineAndRecovery(to_warehouse_, "conversations.read");
}

// A server of its own that can be restarted; the first time its databases are made.
class RestartableServer {
public:
    RestartableServer()
        : directory_(std::filesystem::temp_directory_path() /
                     ("geniai-restart-" + std::to_string(getpid()))) {
        Start();
        pg::Connection superuser = Connect(pg::PrivateCluster::kSuperuser, "postgres");
        pg::Transaction transaction(superuser);
        transaction.RunScript({"test.roles",
                               "create role test_owner login createrole; create role test_app login; "
                               "create role test_reader login"});
        transaction.Commit();
        for (const char* name : {"chatwoot", "warehouse"}) {
            pg::CreateDatabase(superuser, name, TestDatabase::kOwner);
        }
        MakeSource();
        MakeWarehouse();
    }
    ~RestartableServer() {
        cluster_.reset();
        std::filesystem::remove_all(directory_);
    }

    pg::ConnectionSettings Settings(const std::string& login, const std::string& database) const {
        return {.url = cluster_->Url(login, database)};
    }
    pg::Connection Connect(const std::string& login, const std::string& database) const {
        return pg::Connection(Settings(login, database));
    }

    // From here on what does not wait for the disk gets there late.
    void DelayLog() {
        std::ofstream(directory_ / "pgdata" / "postgresql.auto.conf", std::ios::app)
            << "wal_writer_delay = 10s\n";
        Restart();
    }

    void Restart() {
        cluster_.reset();
        Start();
    }
    void Crash() {
        kill(cluster_->pid(), SIGQUIT);
        Restart();
    }

private:
    void Start() {
        cluster_ = std::make_unique<pg::PrivateCluster>(pg::PrivateCluster::Settings{
            .directory = directory_.string(),
            .logins = {TestDatabase::kOwner, TestDatabase::kApp, TestDatabase::kReader},
            // What it has promised to keep, it keeps.
            .durability = pg::PrivateCluster::Durability::kSafe});
    }

    void MakeSource() {
        pg::Connection owner = Connect(TestDatabase::kOwner, "chatwoot");
        pg::Transaction transaction(owner);
        transaction.RunScript(
            {"test.chatwoot", std::string(embedded::Get("db/source/chatwoot_schema.sql"))});
        transaction.RunScript({"test.rows", kRows});
        transaction.RunScript({"test.rights", "grant select on all tables in schema public to test_reader"});
        transaction.Commit();
    }

    void MakeWarehouse() {
        pg::Connection owner = Connect(TestDatabase::kOwner, "warehouse");
        const std::vector<pg::Migration> migrations = app::WarehouseMigrations();
        pg::Migrator(owner, migrations).Apply();
        tenancy::PrepareLoginRole(owner,
                                  pg::ParseTarget(Settings(TestDatabase::kApp, "warehouse").url));
    }

    std::filesystem::path directory_;
    std::unique_ptr<pg::PrivateCluster> cluster_;
};

// Source and warehouse on one server, which goes away in the middle of a run and comes back.
class RestartTest : public ::testing::Test {
protected:
    RestartTest() {
        pg::Connection app = server_.Connect(TestDatabase::kApp, "warehouse");
        tenant_ = AddTenant(app);
        settings_ = MakeSettings(server_.Settings(TestDatabase::kApp, "warehouse"),
                                 server_.Settings(TestDatabase::kReader, "chatwoot"));
    }

    // A run whose thread, which started the server, does `work` at each point, if there is any.
    void SyncWhile(std::function<void(std::string_view)> work) {
        const TenantClassifier none;
        const obs::Log log(obs::Level::kOff);
        std::optional<TestPointListener> listener;
        if (work) listener.emplace(std::move(work));
        summary_ = Pipeline(settings_, none, log).Run(tenant_, {});
    }

    void ExpectAllIsHere() {
        pg::Connection owner = server_.Connect(TestDatabase::kOwner, "chatwoot");
        ExpectAllIsHere(owner);
    }

    void ExpectAllIsHere(pg::Connection& source) {
        EXPECT_EQ(summary_.conversations.inserted, kConversations);
        EXPECT_EQ(summary_.extracted, kConversations);
        pg::Connection app = server_.Connect(TestDatabase::kApp, "warehouse");
        EXPECT_EQ(testing::DifferencesFromSource(app, tenant_, source), "");
    }

    RestartableServer server_;
    tenancy::Tenant tenant_;
    sync::Settings settings_;
    RunSummary summary_;
};

TEST_F(RestartTest, ARunOutlivesItsServers) {
    SyncWhile([this, read = 0](std::string_view name) mutable {
        if (name != "conversations.read") return;
        ++read;
        if (read == 3) server_.Restart();
        if (read == 6) server_.Crash();
    });
    EXPECT_GE(summary_.retries, 2);
    ExpectAllIsHere();
}

// A commit that does not wait for the disk is undone by the crash right after it. The second session
// must not go on behind it, however quickly the server is back.
TEST_F(RestartTest, ACrashBetweenTheTwoLanesLosesNothing) {
    static std::atomic<int> committed;
    static std::atomic<int> crashes;
    static RestartableServer* server;
    committed = 0;
    crashes = 0;
    server = &server_;
    server_.DelayLog();
    settings_.overlap_rows = 0;
    // The source lives on, or the run would end with it.
    testing::ChatwootFixture source;
    source.Run(kRows);
    // Batches of conversations alone: contacts are read again by who goes on.
    source.Run("update conversations set contact_id = null");
    settings_.source.connection = source.ReaderSettings();
    // Not by a listener: both threads must be at their points at the same time.
    base::on_test_point = [](std::string_view name) {
        if (name.ends_with(".committed")) ++committed;
        if (name != "lanes.second" || crashes == 3) return;
        while (committed == 0) std::this_thread::yield();
        committed = 0;
        ++crashes;
        server->Crash();
    };
    SyncWhile(nullptr);
    base::on_test_point = nullptr;
    EXPECT_EQ(crashes, 3);
    EXPECT_GE(summary_.retries, 3);
    pg::Connection owner(source.OwnerSettings());
    ExpectAllIsHere(owner);
}

}  // namespace
}  // namespace geniai::sync
