#include "pg/transaction.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>

#include "base/error.h"
#include "pg/pool.h"
#include "pg/sql_error.h"
#include "testing/test_database.h"

namespace geniai::pg {
namespace {

const Query kTerminateOthers{"test.terminate", R"sql(
    select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()
)sql"};

TEST(TransactionTest, WhatIsNotCommittedIsGone) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    {
        Transaction transaction(connection);
        transaction.RunScript({"test", "create table t (id int)"});
    }
    Transaction after(connection);
    EXPECT_TRUE(after.Execute({"test", "select to_regclass('t') as t"}).One()["t"].is_null());
}

TEST(TransactionTest, AFailedStatementMakesTheCommitFail) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    EXPECT_THROW(transaction.Execute({"test", "select 1/0"}), SqlError);
    EXPECT_THROW(transaction.Commit(), SqlError);
    EXPECT_TRUE(connection.IsIdle());
}

TEST(TransactionTest, ItsOpeningHoldsForIt) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    {
        Transaction transaction(connection,
                                {"test.opening", "set local app.x = '1'; set local app.y = '2'"});
        const Query query{"test",
                          "select current_setting('app.x') || current_setting('app.y') as t"};
        EXPECT_EQ(transaction.Execute(query).One()["t"].text(), "12");
    }
    Transaction after(connection);
    EXPECT_EQ(
        after.Execute({"test", "select current_setting('app.x', true) as t"}).One()["t"].text(),
        "");
}

TEST(TransactionTest, AnOpeningThatFailsLeavesAFitConnection) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    for (const char* wrong : {"set local role nobody_at_all", "set local app.x = 1; nonsense"}) {
        EXPECT_THROW(Transaction(connection, {"test.opening", wrong}), SqlError) << wrong;
        EXPECT_TRUE(connection.IsIdle()) << wrong;
    }
}

TEST(TransactionTest, ACommitSoonAfterAFailedStatementFailsToo) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    {
        Transaction transaction(connection);
        EXPECT_THROW(transaction.Execute({"test", "select 1/0"}), SqlError);
        EXPECT_THROW(transaction.CommitSoon(), SqlError);
    }
    EXPECT_TRUE(connection.IsIdle());
}

// One statement without values, alone.
Result RunAlone(Connection& connection, const std::string& sql) {
    const Query query{"test", sql};
    return RunAlone(connection, std::array<BoundQuery, 1>{{{query, {}}}});
}

TEST(TransactionTest, StatementsAloneAreCommittedAndTheirSettingsEndWithThem) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    const Query setting{"test", "select set_config('app.current_tenant_id', $1, true)"};
    const Query query{"test", "select $1 || current_setting('app.current_tenant_id') as t"};
    for (const char* tenant : {"7", "8", "9"}) {  // prepared the first time
        const Parameter of_tenant(tenant);
        const Parameter value("it's");
        const Result result = RunAlone(connection, std::array<BoundQuery, 2>{{
                                                       {setting, {&of_tenant, 1}},
                                                       {query, {&value, 1}}}});
        EXPECT_EQ(result.One()["t"].text(), std::string("it's") + tenant);
    }
    RunAlone(connection, "create table t (id int unique deferrable initially deferred)");
    EXPECT_TRUE(connection.IsIdle());
    Transaction after(connection);
    EXPECT_FALSE(after.Execute({"test", "select to_regclass('t') as t"}).One()["t"].is_null());
    EXPECT_EQ(after.Execute({"test", "select current_setting('app.current_tenant_id', true) as t"})
                  .One()["t"]
                  .text(),
              "");
}

TEST(TransactionTest, StatementsAloneThatFailLeaveNothingButAFitConnection) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    RunAlone(connection, "create table t (id int unique deferrable initially deferred)");
    const Query wrong{"test.wrong", "select set_config('no_such_setting', '1', true)"};
    const Query insert{"test.insert", "insert into t values (1)"};
    for (int time = 0; time < 2; ++time) {
        EXPECT_THROW(RunAlone(connection, std::array<BoundQuery, 2>{{{wrong, {}}, {insert, {}}}}),
                     SqlError);
        EXPECT_THROW(RunAlone(connection, "insert into t values (1/0)"), SqlError);
        // This one is not even understood, and this one fails at the commit.
        EXPECT_THROW(RunAlone(connection, "insert into nothing"), SqlError);
        EXPECT_THROW(RunAlone(connection, "insert into t values (2), (2)"), SqlError);
        EXPECT_TRUE(connection.IsIdle());
        EXPECT_EQ(RunAlone(connection, "select count(*) as n from t").One()["n"].Int(), 0);
    }
}

TEST(TransactionTest, StatementsAloneSayWhenTheConnectionIsGone) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    EXPECT_THROW(RunAlone(connection, "select pg_terminate_backend(pg_backend_pid())"), SqlError);
    EXPECT_FALSE(connection.IsAlive());
}

TEST(TransactionTest, AStatementThatIsPlannedOnceIsPreparedOnceAndAnewWhenItHasFailed) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    RunAlone(connection, "create table t as select 1 as id");
    const Query kept{"test.kept", "select *, 10 / $1::int as x from t", Planning::kOnce};
    const auto prepared = [&] {
        return RunAlone(connection, "select count(*) as n from pg_prepared_statements"
                                    " where statement like 'select *, 10%'").One()["n"].Int();
    };
    for (const int value : {1, 2, 5}) {
        Transaction transaction(connection);
        EXPECT_EQ(transaction.Execute(kept, value).One()["x"].Int(), 10 / value);
    }
    EXPECT_EQ(prepared(), 1);
    {
        Transaction transaction(connection);
        EXPECT_THROW(transaction.Execute(kept, 0), SqlError);
    }
    // The server will not run it any more when its table has another shape.
    RunAlone(connection, "alter table t add more int");
    for (int time = 0; time < 2; ++time) {
        Transaction transaction(connection);
        EXPECT_EQ(transaction.Execute(kept, 5).One()["x"].Int(), 2);
    }
    RunAlone(connection, "alter table t add still_more int");
    {
        Transaction transaction(connection);
        EXPECT_THROW(transaction.Execute(kept, 5), SqlError);
    }
    Transaction transaction(connection);
    EXPECT_EQ(transaction.Execute(kept, 5).One()["x"].Int(), 2) << "the next transaction can";
    EXPECT_THROW(transaction.Execute({"test", "select wrong", Planning::kOnce}), SqlError);
}

TEST(TransactionTest, ParametersAreDataWhateverTheyContain) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    const std::string text = "'; drop table x; -- $1 \\ ção";
    const Row row = transaction
                        .Execute({"test", "select $1::text as a, $2::bigint as b, $3::text as c"},
                                 text, std::int64_t{-5}, std::nullopt)
                        .One();
    EXPECT_EQ(row["a"].text(), text);
    EXPECT_EQ(row["b"].Int64(), -5);
    EXPECT_TRUE(row["c"].is_null());
}

TEST(TransactionTest, AnErrorHasTheServersWordsAndOneLine) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    try {
        transaction.Execute({"test.missing", "select * from\n nowhere"});
        FAIL();
    } catch (const SqlError& error) {
        EXPECT_EQ(error.sqlstate(), kUndefinedTable);
        EXPECT_EQ(std::string(error.what()), "PostgreSQL: relation \"nowhere\" does not exist");
        EXPECT_NE(error.detail().find("test.missing"), std::string::npos);
    }
}

TEST(TransactionTest, ALostConnectionIsSaidToBeOne) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Connection other = database.Connect();
    Transaction transaction(connection);
    {
        Transaction killer(other);
        killer.Execute(kTerminateOthers);
        killer.Commit();
    }
    try {
        transaction.Execute({"test", "select 1"});
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kDatabaseUnreachable);
    }
    EXPECT_FALSE(connection.IsAlive());
}

TEST(ConnectionTest, AnUnreadableUrlIsASettingsErrorWithoutTheUrl) {
    try {
        ParseTarget(base::Secret("postgresql://user:hunter2@[::1/db"));
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kInvalidSettings);
        EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
    }
}

TEST(ConnectionTest, AServerThatDoesNotAnswerIsUnreachable) {
    try {
        const Connection connection(
            {.url = base::Secret("host=/nonexistent user=u password=hunter2 dbname=d")});
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kDatabaseUnreachable);
        EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
}

TEST(PoolTest, ADeadConnectionIsReplaced) {
    const testing::TestDatabase database;
    Pool pool({.connection = database.Settings(), .connections_max = 2});
    { auto lease = pool.Acquire(); }
    Connection other = database.Connect();
    {
        Transaction killer(other);
        killer.Execute(kTerminateOthers);
        killer.Commit();
    }
    // The farewell of the server needs a moment to arrive.
    usleep(50'000);
    auto lease = pool.Acquire();
    Transaction transaction(*lease);
    EXPECT_EQ(transaction.Execute({"test", "select 1 as one"}).One()["one"].Int64(), 1);
}

TEST(PoolTest, WhoComesWhenAllAreBusyIsToldSo) {
    const testing::TestDatabase database;
    Pool pool({.connection = database.Settings(),
               .connections_max = 1,
               .wait_for = std::chrono::milliseconds(20)});
    auto lease = pool.Acquire();
    EXPECT_THROW(pool.Acquire(), base::Error);
}

}  // namespace
}  // namespace geniai::pg
