#include "pg/wire.h"

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "pg/advisory_lock.h"
#include "pg/copy.h"
#include "pg/pool.h"
#include "pg/sql_error.h"
#include "testing/tcp_relay.h"
#include "testing/test_database.h"

namespace geniai::pg {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSilenceMax{400};
// One silence, and room for a slow machine; two silences in a row are caught by it.
constexpr double kSecondsMax = 0.75;

// A database behind a network that the test can stop.
class SilenceTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { database_ = new testing::TestDatabase(); }
    static void TearDownTestSuite() {
        delete database_;
        database_ = nullptr;
    }

    ConnectionSettings Settings() const {
        ConnectionSettings settings = testing::Through(relay_, database_->Settings());
        settings.silence_max = kSilenceMax;
        return settings;
    }
    std::unique_ptr<Connection> Connect() const { return std::make_unique<Connection>(Settings()); }

    // Runs `work` on a network that stands still: it fails, in time, and ends the connection. So do
    // all destructors after it.
    void ExpectGivenUp(Connection& connection, const std::function<void()>& work) {
        relay_.Stall();
        const base::Stopwatch stopwatch;
        try {
            work();
            FAIL() << "nothing was thrown";
        } catch (const SqlError& error) {
            EXPECT_EQ(error.code(), base::ErrorCode::kDatabaseUnreachable);
            EXPECT_EQ(error.sqlstate(), "");
            EXPECT_TRUE(IsTransient(error));
            EXPECT_EQ(std::string(error.what()),
                      "PostgreSQL: no answer for 400 ms; the connection is given up");
        }
        EXPECT_GE(stopwatch.Seconds(), 0.39);
        EXPECT_LE(stopwatch.Seconds(), kSecondsMax);
        EXPECT_FALSE(connection.IsAlive());
        EXPECT_FALSE(connection.IsIdle());
    }

    // One for all: every table is temporary.
    static inline testing::TestDatabase* database_ = nullptr;
    testing::TcpRelay relay_{testing::SocketPath(database_->Settings())};
};

TEST_F(SilenceTest, ARelayCarriesASession) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    EXPECT_EQ(transaction.Execute({"test", "select 1 as one"}).One()["one"].Int64(), 1);
    EXPECT_EQ(relay_.connections(), 1);
    EXPECT_GT(relay_.bytes_to_client(), 100U);
}

TEST_F(SilenceTest, ABeginningTransactionGivesUp) {
    const auto connection = Connect();
    ExpectGivenUp(*connection, [&] { const Transaction transaction(*connection); });
}

TEST_F(SilenceTest, AStatementGivesUpAndItsTransactionEndsAtOnce) {
    const auto connection = Connect();
    auto transaction = std::make_unique<Transaction>(*connection);
    ExpectGivenUp(*connection, [&] { transaction->Execute({"test", "select $1::int"}, 1); });
    EXPECT_THROW(transaction->Execute({"test", "select 1"}), SqlError) << "and at once again";
    const base::Stopwatch stopwatch;
    transaction.reset();
    EXPECT_LE(stopwatch.Seconds(), 0.1);
}

TEST_F(SilenceTest, AScriptGivesUp) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    ExpectGivenUp(*connection, [&] { transaction.RunScript({"test", "select 1; select 2"}); });
}

TEST_F(SilenceTest, AScriptThatGoesSilentInItsMiddleHasFailed) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    try {
        transaction.RunScript({"test", "select 1; select pg_sleep(5)"});
        FAIL();
    } catch (const SqlError& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kDatabaseUnreachable);
    }
}

TEST_F(SilenceTest, ACommitGivesUpAndSaysThatItsOutcomeIsUnknown) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    relay_.Stall();
    const base::Stopwatch stopwatch;
    try {
        transaction.Commit();
        FAIL();
    } catch (const SqlError& error) {
        EXPECT_TRUE(IsTransient(error));
        EXPECT_NE(std::string(error.what()).find("unknown whether"), std::string::npos);
        EXPECT_NE(error.detail().find("no answer for 400 ms"), std::string::npos);
    }
    EXPECT_LE(stopwatch.Seconds(), kSecondsMax);
    EXPECT_FALSE(connection->IsIdle());
}

TEST_F(SilenceTest, DestructorsOnAStillNetworkWaitForOneSilenceTogether) {
    auto connection = Connect();
    auto lock = AdvisoryLock::TryTake(*connection, {1, 2});
    auto transaction = std::make_unique<Transaction>(*connection);
    transaction->RunScript({"test", "create temp table t (id int)"});
    auto in = std::make_unique<CopyIn>(*transaction, Query{"test.in", "copy t from stdin"});
    relay_.Stall();
    const base::Stopwatch stopwatch;
    in.reset();
    transaction.reset();
    lock.reset();
    connection.reset();
    EXPECT_LE(stopwatch.Seconds(), kSecondsMax);
}

TEST_F(SilenceTest, AReadThatNeverStartsGivesUp) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    ExpectGivenUp(*connection, [&] {
        const CopyOut out(transaction, {"test.out", "copy (select 1) to stdout"});
    });
}

const Query kManyRows{"test.out", "copy (select repeat('x', 1000) from generate_series(1, 100000)) "
                                  "to stdout"};

TEST_F(SilenceTest, AReadThatStopsInItsMiddleGivesUpAndEndsAtOnce) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    auto out = std::make_unique<CopyOut>(transaction, kManyRows);
    ASSERT_TRUE(out->NextRow());
    std::this_thread::sleep_for(milliseconds(50));
    ExpectGivenUp(*connection, [&] {
        while (out->NextRow()) {
        }
    });
    const base::Stopwatch stopwatch;
    out.reset();
    EXPECT_LE(stopwatch.Seconds(), 0.1);
}

TEST_F(SilenceTest, AReadThatIsDroppedOnAStillNetworkGivesUpInTime) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    auto out = std::make_unique<CopyOut>(transaction, kManyRows);
    ASSERT_TRUE(out->NextRow());
    relay_.Stall();
    const base::Stopwatch stopwatch;
    out.reset();
    EXPECT_LE(stopwatch.Seconds(), kSecondsMax);
    EXPECT_FALSE(connection->IsIdle()) << "its cancel request may still arrive";
    relay_.Resume();
}

TEST_F(SilenceTest, AWriteThatNeverStartsGivesUp) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    transaction.RunScript({"test", "create temp table t (text text)"});
    ExpectGivenUp(*connection,
                  [&] { const CopyIn in(transaction, {"test.in", "copy t from stdin"}); });
}

TEST_F(SilenceTest, AServerThatStopsReadingEndsTheWrite) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    transaction.RunScript({"test", "create temp table t (text text)"});
    CopyIn in(transaction, {"test.in", "copy t from stdin"});
    const std::string row = std::string(1'000'000, 'x') + "\n";
    in.Write(row);
    ExpectGivenUp(*connection, [&] {
        for (int i = 0; i < 200; ++i) in.Write(row);
    });
}

TEST_F(SilenceTest, AWriteWhoseEndIsNotAnsweredGivesUp) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    transaction.RunScript({"test", "create temp table t (text text)"});
    CopyIn in(transaction, {"test.in", "copy t from stdin"});
    in.Write("a\n");
    ExpectGivenUp(*connection, [&] { in.Complete(); });
}

// The system takes megabytes from us at once, and the network carries them for much longer than a
// silence may be.
TEST_F(SilenceTest, ASlowNetworkIsNotASilentOne) {
    const auto connection = Connect();
    relay_.SetDelay(milliseconds(80));
    Transaction transaction(*connection);
    transaction.RunScript({"test", "create temp table t (text text)"});
    CopyIn in(transaction, {"test.in", "copy t from stdin"});
    const std::string row = std::string(1'000'000, 'x') + "\n";
    for (int i = 0; i < 5; ++i) in.Write(row);
    EXPECT_EQ(in.Complete(), 5);
    transaction.Commit();
    EXPECT_TRUE(connection->IsIdle());
}

TEST_F(SilenceTest, APauseShorterThanTheLimitIsForgotten) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    std::thread network([this] {
        for (int i = 0; i < 5; ++i) {
            std::this_thread::sleep_for(milliseconds(20));
            relay_.Stall();
            std::this_thread::sleep_for(milliseconds(150));
            relay_.Resume();
        }
    });
    for (int i = 0; i < 4; ++i) transaction.Execute({"test", "select pg_sleep(0.1)"});
    CopyOut out(transaction, kManyRows);
    int rows = 0;
    while (out.NextRow()) ++rows;
    EXPECT_EQ(rows, 100'000);
    network.join();
}

TEST_F(SilenceTest, WithoutALimitAStatementWaits) {
    ConnectionSettings settings = Settings();
    settings.silence_max = milliseconds(0);
    Connection connection(settings);
    Transaction transaction(connection);
    relay_.Stall();
    std::thread network([this] {
        std::this_thread::sleep_for(milliseconds(700));
        relay_.Resume();
    });
    EXPECT_EQ(transaction.Execute({"test", "select 1 as one"}).One()["one"].Int64(), 1);
    network.join();
}

TEST_F(SilenceTest, ConnectingGivesUpAfterItsOwnTime) {
    relay_.Stall();
    ConnectionSettings settings = Settings();
    settings.silence_max = milliseconds(0);
    settings.connect_timeout_seconds = 2;  // libpq knows no less
    const base::Stopwatch stopwatch;
    try {
        const Connection connection(settings);
        FAIL();
    } catch (const SqlError& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kDatabaseUnreachable);
        EXPECT_TRUE(IsTransient(error));
    }
    EXPECT_LE(stopwatch.Seconds(), 3.5);
}

TEST_F(SilenceTest, APoolThrowsASilentConnectionAway) {
    Pool pool({.connection = Settings(), .connections_max = 1});
    {
        auto lease = pool.Acquire();
        Transaction transaction(*lease);
        relay_.Stall();
        EXPECT_THROW(transaction.Execute({"test", "select 1"}), SqlError);
    }
    relay_.Resume();
    auto lease = pool.Acquire();
    Transaction transaction(*lease);
    EXPECT_EQ(transaction.Execute({"test", "select 1 as one"}).One()["one"].Int64(), 1);
}

TEST_F(SilenceTest, AResetConnectionIsLostAtOnce) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    CopyOut out(transaction, kManyRows);
    relay_.CutAfterBytes(1'000'000);
    try {
        while (out.NextRow()) {
        }
        FAIL();
    } catch (const SqlError& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kDatabaseUnreachable);
        EXPECT_TRUE(IsTransient(error)) << error.what();
        EXPECT_EQ(std::string(error.what()).find("invalid socket"), std::string::npos)
            << error.what();
    }
    EXPECT_FALSE(connection->IsAlive());
}

TEST_F(SilenceTest, AWriteOverAResetConnectionIsLost) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    transaction.RunScript({"test", "create temp table t (text text)"});
    CopyIn in(transaction, {"test.in", "copy t from stdin"});
    relay_.CutAfterBytes(1'000'000);
    const std::string row = std::string(100'000, 'x') + "\n";
    try {
        for (int i = 0; i < 1'000; ++i) in.Write(row);
        FAIL();
    } catch (const SqlError& error) {
        EXPECT_TRUE(IsTransient(error)) << error.what();
    }
}

TEST_F(SilenceTest, AStatementBiggerThanAllBuffersArrives) {
    ConnectionSettings settings = Settings();
    settings.silence_max = std::chrono::seconds(30);  // the server has to swallow it
    Connection connection(settings);
    Transaction transaction(connection);
    const std::string big(20'000'000, 'y');
    EXPECT_EQ(transaction.Execute({"test", "select length($1) as n"}, big).One()["n"].Int64(),
              20'000'000);
}

TEST_F(SilenceTest, ANoisyServerDoesNotBlockAWrite) {
    const auto connection = Connect();
    Transaction transaction(*connection);
    transaction.RunScript({"test", R"sql(
        create temp table t (text text);
        create function pg_temp.shout() returns trigger language plpgsql as
            $$ begin raise notice '%', repeat('n', 5000); return new; end $$;
        create trigger shout before insert on t for each row execute function pg_temp.shout()
    )sql"});
    CopyIn in(transaction, {"test.in", "copy t from stdin"});
    const std::string row = std::string(5'000, 'x') + "\n";
    for (int i = 0; i < 4'000; ++i) in.Write(row);
    EXPECT_EQ(in.Complete(), 4'000);
}

TEST_F(SilenceTest, TcpNoticesADeadMachineAndTheUrlMayOverrideHow) {
    ConnectionSettings settings = Settings();
    const auto option = [](Connection& connection, int level, int name) {
        int value = 0;
        socklen_t size = sizeof value;
        getsockopt(PQsocket(connection.wire().handle()), level, name, &value, &size);
        return value;
    };
    Connection usual(settings);
    EXPECT_EQ(option(usual, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(usual, IPPROTO_TCP, TCP_KEEPIDLE), 30);
    EXPECT_EQ(option(usual, IPPROTO_TCP, TCP_KEEPINTVL), 10);
    EXPECT_EQ(option(usual, IPPROTO_TCP, TCP_KEEPCNT), 3);
    EXPECT_EQ(option(usual, IPPROTO_TCP, TCP_USER_TIMEOUT), 60'000);
    settings.url =
        base::Secret(settings.url.Reveal() + " keepalives_idle=7 tcp_user_timeout=1234");
    Connection chosen(settings);
    EXPECT_EQ(option(chosen, IPPROTO_TCP, TCP_KEEPIDLE), 7);
    EXPECT_EQ(option(chosen, IPPROTO_TCP, TCP_KEEPINTVL), 10);
    EXPECT_EQ(option(chosen, IPPROTO_TCP, TCP_USER_TIMEOUT), 1'234);
}

TEST_F(SilenceTest, AnotherThreadStopsAStatement) {
    const auto connection = Connect();
    const Interrupter interrupter = connection->interrupter();
    std::thread stopper([&] {
        std::this_thread::sleep_for(milliseconds(100));
        EXPECT_TRUE(interrupter.Cancel());
    });
    {
        Transaction transaction(*connection);
        try {
            transaction.Execute({"test", "select pg_sleep(9)"});
            ADD_FAILURE();
        } catch (const SqlError& error) {
            EXPECT_EQ(error.sqlstate(), kQueryCanceled);
            EXPECT_FALSE(IsTransient(error));
        }
    }
    stopper.join();
    EXPECT_TRUE(connection->IsIdle());
}

TEST_F(SilenceTest, AnInterrupterOverAStillNetworkOrAClosedSessionReturns) {
    auto connection = Connect();
    const Interrupter interrupter = connection->interrupter();
    relay_.Stall();
    const base::Stopwatch stopwatch;
    EXPECT_FALSE(interrupter.Cancel(milliseconds(200)));
    EXPECT_LE(stopwatch.Seconds(), 0.4);
    relay_.Resume();
    connection.reset();
    interrupter.Cancel();
}

}  // namespace
}  // namespace geniai::pg
