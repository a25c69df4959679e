// A run is killed at each named moment of its protocol, in a process of its own. Afterwards nothing may
// be lost, counted twice or left locked.
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <thread>

#include "app/wiring.h"
#include "base/clock.h"
#include "base/error.h"
#include "sync/pipeline.h"
#include "sync/test_points.h"
#include "testing/chatwoot_fixture.h"
#include "testing/child_process.h"
#include "testing/test_database.h"
#include "testing/warehouse_equality.h"

namespace geniai::sync {
namespace {

using testing::ChildProcess;

constexpr int kConversations = 7;  // and the last one cannot be loaded at first
constexpr double kFreeWithinSeconds = 5;

// Where no run is open: before its row in etl_control is committed, and after its end is.
bool IsOutsideOfTheRun(std::string_view point) {
    return point == "run.locked" || point == "pass.complete";
}

struct Scenario {
    std::string_view point;
    int occurrence = 1;
};

std::ostream& operator<<(std::ostream& stream, const Scenario& scenario) {
    return stream << scenario.point << ' ' << scenario.occurrence;
}

std::string NameOf(const ::testing::TestParamInfo<Scenario>& info) {
    std::string name(info.param.point);
    for (char& c : name) {
        if (c == '.') c = '_';
    }
    return name + "_" + std::to_string(info.param.occurrence);
}

std::vector<Scenario> AllScenarios() {
    std::vector<Scenario> scenarios;
    for (const std::string_view point : kTestPoints) {
        for (const int occurrence : {1, 2, 3}) scenarios.push_back({point, occurrence});
    }
    return scenarios;
}

// One Chatwoot and one warehouse for all; each test has an account and a tenant of its own.
class KillPointTest : public ::testing::TestWithParam<Scenario> {
protected:
    struct Databases {
        testing::ChatwootFixture source;
        testing::TestWarehouse warehouse;
        int accounts = 0;
    };

    static void SetUpTestSuite() { databases_ = std::make_unique<Databases>(); }
    static void TearDownTestSuite() { databases_.reset(); }

    KillPointTest()
        : account_(++databases_->accounts), app_(warehouse().Connect(testing::TestDatabase::kApp)),
          reader_(source().OwnerSettings()) {
        settings_.warehouse = warehouse().Settings(testing::TestDatabase::kApp);
        settings_.source.connection = source().ReaderSettings();
        settings_.view_sql = app::SourceViewSql();
        settings_.batch_rows = 2;
        settings_.overlap_rows = 0;
        settings_.retry_for = std::chrono::seconds(5);
        settings_.program_version = "test";
        MakeAccount();
        MakeTenant();
    }

    static testing::ChatwootFixture& source() { return databases_->source; }
    static testing::TestWarehouse& warehouse() { return databases_->warehouse; }

    int ConversationId(int number) const { return account_ * 100 + number; }
    std::string Ids(int number) const { return std::to_string(ConversationId(number)); }

    void MakeAccount() {
        const std::string now = "2026-03-01 12:00:00";
        source().AddAccount(account_, "Conta");
        for (const int inbox : {0, 1}) source().AddInbox(account_ * 10 + inbox, account_, "Caixa");
        for (int i = 1; i <= kConversations; ++i) {
            const int id = ConversationId(i);
            source().AddContact(id, account_, "Contato");
            source().AddConversation(id, account_, account_ * 10 + i % 2, id, now);
            source().AddContactMessage(id * 10, account_, id, "Oi, tudo bem?", now);
        }
        source().Run("update conversations set status = 70000 where id = " + Ids(kConversations));
    }

    void MakeTenant() {
        tenancy::RoleScope scope(app_, tenancy::DatabaseRole::kAdminUsers);
        tenancy::TenantChange tenant;
        tenant.name = "Conta " + std::to_string(account_);
        tenant.account = base::AccountId(account_);
        tenant_ = tenancy::AddTenant(scope, tenant);
        scope.Commit();
    }

    // What the three runs of a scenario find.

    void ChangeThingsThatSyncsFind() {
        source().AddContact(ConversationId(20), account_, "Contato novo");
        for (const int number : {20, 21, 22}) {
            source().AddConversation(ConversationId(number), account_, account_ * 10,
                                     ConversationId(20), "2026-03-02 12:00:00");
        }
        source().AddHumanMessage(ConversationId(1) * 10 + 1, account_, ConversationId(1), "Olá!",
                                 "2026-03-02 12:00:00");
        source().Run("update conversations set assignee_id = null, status = 1 where id in (" + Ids(2) +
                     "," + Ids(3) + "," + Ids(kConversations) + ");"
                     "update contacts set name = 'Outro nome' where id in (" + Ids(4) + "," + Ids(5) +
                     "," + Ids(6) + ")");
    }

    void ChangeThingsThatOnlyReconcileFinds() {
        source().Run("update messages set content = 'editada' where conversation_id in (" + Ids(1) +
                     "," + Ids(2) + "," + Ids(3) + "," + Ids(5) + ");"
                     "delete from conversations where id in (" + Ids(4) + "," + Ids(20) + ");"
                     "delete from contacts where id in (" + Ids(5) + "," + Ids(6) + ")");
    }

    void Sync() { Pipeline(settings_, classifier_, log_).Run(tenant_, {}); }
    void Reconcile() { Pipeline(settings_, classifier_, log_).Reconcile(tenant_, {}); }

    // Does `work` in a process that dies at the scenario's point. False when it does not come there.
    bool DiesIn(const std::function<void()>& work) {
        ChildProcess child([&] {
            testing::DieAt(std::string(GetParam().point), GetParam().occurrence);
            work();
            return std::string("done");
        });
        const ChildProcess::End end = child.Wait();
        EXPECT_TRUE(end.signal == SIGKILL || end.Succeeded()) << end.ToString();
        return end.signal == SIGKILL;
    }

    // The same again at once: the process dies there, the next one too, and the third goes through.
    void DieAgainAndRecover(const std::function<void()>& work) {
        CheckPosition();
        const std::int64_t open = OpenRuns();
        EXPECT_EQ(open, IsOutsideOfTheRun(GetParam().point) ? 0 : 1);
        WhenFree([&] { DiesIn(work); });
        CheckPosition();
        const base::Stopwatch stopwatch;
        WhenFree(work);
        EXPECT_LT(stopwatch.Seconds(), kFreeWithinSeconds) << "the lock outlived its process";

        source().Run("update conversations set status = 1 where id = " + Ids(kConversations));
        Sync();
        Reconcile();
        EXPECT_EQ(testing::DifferencesFromSource(app_, tenant_, reader_), "");
        CheckRuns();
        const RunSummary idle = Pipeline(settings_, classifier_, log_).Run(tenant_, {});
        EXPECT_EQ(idle.conversations.total() + idle.contacts.total(), 0);
    }

    // The server process of one that was killed ends at its next look at the socket.
    void WhenFree(const std::function<void()>& work) {
        const base::Stopwatch stopwatch;
        for (;;) {
            const bool taken = TenantIsLocked();
            if (!taken) return work();
            ASSERT_LT(stopwatch.Seconds(), kFreeWithinSeconds) << "the tenant stays locked";
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

    bool TenantIsLocked() {
        pg::Transaction transaction(reader_);
        return transaction.Execute({"test.locks", R"sql(
            select count(*) from pg_locks
             where locktype = 'advisory' and objid = $1)sql"},
                                   tenant_.id)
                   .One()["count"]
                   .Int64() > 0;
    }

    std::string Value(const std::string& sql) {
        tenancy::TenantScope scope(app_, tenancy::DatabaseRole::kEtlService, tenant_.id);
        return scope.Execute({"test.value", "select (" + sql + ")::text as value"})
            .One()["value"]
            .String();
    }

    std::int64_t OpenRuns() {
        return std::stoll(Value("select count(*) from etl_control where status = 'running'"));
    }

    // What lies up to the stored position has been loaded, or stands in quarantine.
    void CheckPosition() {
        const std::string position =
            Value("select coalesce((select position from sync_state), 0)");
        const std::string known = Value(
            "select coalesce(array_agg(id), '{}') from (select conversation_id as id"
            " from conversations union select source_id from etl_rejects"
            " where stream = 'conversations') x");
        EXPECT_EQ(source().Count("conversations where account_id = " + std::to_string(account_) +
                                 " and id <= " + position + " and not id = any('" + known +
                                 "'::bigint[])"),
                  0)
            << "the position " << position << " is ahead of the rows " << known;
    }

    void CheckRuns() {
        EXPECT_EQ(Value("select coalesce(sum(records_inserted), 0) from etl_control"),
                  Value("select count(*) from conversations"))
            << "the runs say of each row once that they inserted it";
        EXPECT_EQ(Value("select sum(records_deleted) from etl_control"),
                  Value("select count(*) from conversations where deleted_at is not null"));
        EXPECT_EQ(OpenRuns(), 0);
        const std::string failed = Value("select count(*) from etl_control where status = 'failed'");
        EXPECT_EQ(failed == "0", IsOutsideOfTheRun(GetParam().point)) << failed;
        EXPECT_EQ(Value("select count(*) from etl_control where status = 'failed'"
                        " and error_message like '%process ended%' and finished_at is not null"),
                  failed);
        EXPECT_EQ(Value("select position is null and since_row_version is not null from sync_state"),
                  "true");
        EXPECT_EQ(Value("select count(*) from etl_rejects where resolved_at is null"), "0");
        EXPECT_FALSE(TenantIsLocked());
    }

    static inline std::unique_ptr<Databases> databases_;
    int account_;
    pg::Connection app_;
    pg::Connection reader_;
    Settings settings_;
    TenantClassifier classifier_;
    obs::Log log_{obs::Level::kOff};
    tenancy::Tenant tenant_;
};

TEST_P(KillPointTest, LosesNothing) {
    const auto sync = [this] { Sync(); };
    const auto reconcile = [this] { Reconcile(); };
    if (DiesIn(sync)) return DieAgainAndRecover(sync);
    ChangeThingsThatSyncsFind();
    if (DiesIn(sync)) return DieAgainAndRecover(sync);
    ChangeThingsThatOnlyReconcileFinds();
    if (DiesIn(reconcile)) return DieAgainAndRecover(reconcile);
    // Some moments come once in a run.
    EXPECT_GT(GetParam().occurrence, 1) << "no run comes to " << GetParam().point;
}

INSTANTIATE_TEST_SUITE_P(Points, KillPointTest, ::testing::ValuesIn(AllScenarios()), NameOf);

}  // namespace
}  // namespace geniai::sync
