#include "pg/sql_error.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "pg/copy.h"
#include "pg/transaction.h"
#include "testing/test_database.h"

namespace geniai::pg {
namespace {

SqlError ErrorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const SqlError& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {base::ErrorCode::kFailed, "", "", "", SqlError::Retry::kUseless};
}

SqlError ConnectError(const ConnectionSettings& settings) {
    return ErrorOf([&] { const Connection connection(settings); });
}

// Ends every session of the database but its own, as an administrator or a shutdown does.
void TerminateOthers(const testing::TestDatabase& database) {
    Connection killer = database.Connect();
    Transaction transaction(killer);
    transaction.Execute({"test.terminate", R"sql(
        select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()
    )sql"});
}

TEST(TransientErrorTest, ASessionThatAnAdministratorEndsKeepsItsState) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    TerminateOthers(database);
    const SqlError error = ErrorOf([&] { transaction.Execute({"test", "select 1"}); });
    EXPECT_EQ(error.sqlstate(), "57P01");
    EXPECT_EQ(error.code(), base::ErrorCode::kDatabaseUnreachable);
    EXPECT_TRUE(IsTransient(error));
    const SqlError after = ErrorOf([&] { transaction.Execute({"test", "select 1"}); });
    EXPECT_TRUE(IsTransient(after)) << after.what();
}

TEST(TransientErrorTest, AReadAndAWriteThatAnAdministratorEndsKeepTheirState) {
    const testing::TestDatabase database;
    Connection reader = database.Connect();
    Connection writer = database.Connect();
    Transaction reading(reader);
    Transaction writing(writer);
    writing.RunScript({"test", "create table t (text text)"});
    CopyOut out(reading, {"test.out", "copy (select generate_series(1, 5000000)) to stdout"});
    CopyIn in(writing, {"test.in", "copy t from stdin"});
    in.Write("a\n");
    TerminateOthers(database);
    const std::string row = std::string(100'000, 'x') + "\n";
    const SqlError write_error = ErrorOf([&] {
        for (int i = 0; i < 1'000; ++i) in.Write(row);
    });
    EXPECT_EQ(write_error.sqlstate(), "57P01") << write_error.what();
    EXPECT_TRUE(IsTransient(write_error));
    // A server that cannot send any more says nothing; one that can says why.
    const SqlError read_error = ErrorOf([&] {
        while (out.NextRow()) {
        }
    });
    EXPECT_EQ(read_error.code(), base::ErrorCode::kDatabaseUnreachable);
    EXPECT_TRUE(IsTransient(read_error)) << read_error.what();
}

TEST(TransientErrorTest, ASessionThatWasIdleForTooLongPasses) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    Transaction transaction(connection);
    transaction.RunScript({"test", "set idle_in_transaction_session_timeout = '50ms'"});
    usleep(300'000);
    const SqlError error = ErrorOf([&] { transaction.Execute({"test", "select 1"}); });
    EXPECT_EQ(error.sqlstate(), "25P03") << error.what();
    EXPECT_TRUE(IsTransient(error));
}

TEST(TransientErrorTest, AnotherTransactionThatCameFirstPasses) {
    const testing::TestDatabase database;
    Connection first = database.Connect();
    Connection second = database.Connect();
    {
        Transaction transaction(first);
        transaction.RunScript({"test", "create table t (id int); insert into t values (1)"});
        transaction.Commit();
    }
    Transaction late(second);
    late.RunScript({"test", "set transaction isolation level repeatable read; select * from t"});
    {
        Transaction transaction(first);
        transaction.Execute({"test", "update t set id = 2"});
        transaction.Commit();
    }
    const SqlError error = ErrorOf([&] { late.Execute({"test", "update t set id = 3"}); });
    EXPECT_EQ(error.sqlstate(), "40001");
    EXPECT_TRUE(IsTransient(error));
}

TEST(TransientErrorTest, WhatTheStatementItselfBringsDoesNotPass) {
    const testing::TestDatabase database;
    Connection connection = database.Connect();
    for (const auto& [sql, sqlstate] : {
             std::pair{"set statement_timeout = '20ms'; select pg_sleep(5)", "57014"},
             std::pair{"select * from nowhere", "42P01"},
             std::pair{"select 1/0", "22012"},
             std::pair{"select '\"\\u0000\"'::jsonb", "22P05"},
             std::pair{"create temp table t (id int not null); insert into t values (null)",
                       "23502"},
             std::pair{"select (repeat('[', 50000) || repeat(']', 50000))::jsonb", "54001"},
         }) {
        Transaction transaction(connection);
        const SqlError error = ErrorOf([&] { transaction.RunScript({"test", sql}); });
        EXPECT_EQ(error.sqlstate(), sqlstate);
        EXPECT_FALSE(IsTransient(error)) << sql;
        const std::string_view state(sqlstate);
        EXPECT_EQ(IsDataError(error), state.starts_with("22") || state.starts_with("23") ||
                                          state.starts_with("54"))
            << sql;
    }
}

TEST(ConnectErrorTest, WhoIsRefusedForGoodIsToldSo) {
    const testing::TestDatabase database;
    ConnectionSettings settings = database.Settings();
    const std::string url = settings.url.Reveal();
    settings.url = base::Secret(url + " dbname=no_such_database");
    const SqlError no_database = ConnectError(settings);
    EXPECT_EQ(no_database.sqlstate(), "3D000");
    EXPECT_FALSE(IsTransient(no_database));
    EXPECT_EQ(no_database.code(), base::ErrorCode::kDatabaseUnreachable);
    EXPECT_TRUE(std::string(no_database.what())
                    .ends_with("FATAL:  database \"no_such_database\" does not exist"))
        << no_database.what();

    settings.url = base::Secret(url + " user=no_such_role");
    const SqlError no_role = ConnectError(settings);
    EXPECT_EQ(no_role.sqlstate(), "28000");
    EXPECT_FALSE(IsTransient(no_role));
}

TEST(ConnectErrorTest, WhoFindsTheServerFullOrAwayMayComeAgain) {
    const testing::TestDatabase database;
    {
        Connection owner = database.Connect();
        Transaction transaction(owner);
        transaction.RunScript({"test", "alter database " + owner.Identifier(database.name()) +
                                           " connection limit 0"});
        transaction.Commit();
    }
    const SqlError full = ConnectError(database.Settings(testing::TestDatabase::kReader));
    EXPECT_EQ(full.sqlstate(), "53300") << full.what();
    EXPECT_TRUE(IsTransient(full));

    const SqlError away =
        ConnectError({.url = base::Secret("host=127.0.0.1 port=1 user=u dbname=d")});
    EXPECT_EQ(away.sqlstate(), "");
    EXPECT_TRUE(IsTransient(away));
}

// Answers everybody with one error, as a server does that lets nobody in.
class RefusingServer {
public:
    RefusingServer(const std::string& severity, const std::string& sqlstate,
                   const std::string& message)
        : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(listen(listener_, 4), 0);
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        const std::string fields = "S" + severity + '\0' + "C" + sqlstate + '\0' + "M" + message +
                                   '\0' + "Fauth.c" + '\0' + "L338" + '\0' + "Rauth_failed" + '\0' +
                                   '\0';
        const auto length = htonl(static_cast<std::uint32_t>(fields.size() + 4));
        answer_ = "E" + std::string(reinterpret_cast<const char*>(&length), 4) + fields;
        thread_ = std::thread([this] { Serve(); });
    }
    ~RefusingServer() {
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }

    ConnectionSettings Settings() const {
        return {.url = base::Secret("host=127.0.0.1 port=" + std::to_string(port_) +
                                    " user=u password=hunter2 dbname=d sslmode=disable")};
    }
    int visitors() const { return visitors_; }

private:
    void Serve() {
        for (;;) {
            const int client = accept(listener_, nullptr, nullptr);
            if (client < 0) return;
            ++visitors_;
            std::array<char, 1024> startup;
            EXPECT_GT(recv(client, startup.data(), startup.size(), 0), 8);
            send(client, answer_.data(), answer_.size(), MSG_NOSIGNAL);
            close(client);
        }
    }

    int listener_;
    int port_ = 0;
    std::string answer_;
    std::atomic<int> visitors_ = 0;
    std::thread thread_;
};

TEST(ConnectErrorTest, ARefusalIsUnderstoodWhateverTheServersLanguage) {
    const RefusingServer wrong_password("FATAL", "28P01", "autenticação do usuário \"u\" falhou");
    const SqlError error = ConnectError(wrong_password.Settings());
    EXPECT_EQ(error.sqlstate(), "28P01");
    EXPECT_FALSE(IsTransient(error));
    EXPECT_TRUE(std::string(error.what()).ends_with("FATAL:  autenticação do usuário \"u\" falhou"))
        << error.what();
    EXPECT_EQ(std::string(error.what()).find("hunter2"), std::string::npos);
    EXPECT_LE(wrong_password.visitors(), 2);

    const RefusingServer starting("ВАЖНО", "57P03", "система баз данных запускается");
    EXPECT_TRUE(IsTransient(ConnectError(starting.Settings())));
    const RefusingServer forbidden("ERREUR", "42501", "droit refusé pour la base de données « d »");
    EXPECT_FALSE(IsTransient(ConnectError(forbidden.Settings())));
    const RefusingServer pooler("FATAL", "08P01", "server_login_retry");
    EXPECT_TRUE(IsTransient(ConnectError(pooler.Settings())));
}

}  // namespace
}  // namespace geniai::pg
