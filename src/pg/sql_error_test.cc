#include "pg/sql_error.h"

#include <gtest/gtest.h>

namespace geniai::pg {
namespace {

using Retry = SqlError::Retry;

SqlError ErrorOf(const std::string& sqlstate) {
    return {base::ErrorCode::kFailed, "", "", sqlstate, Retry::kUseless};
}

TEST(SqlErrorTest, WhatPassesIsSaidByTheErrorItself) {
    EXPECT_TRUE(IsTransient(
        SqlError(base::ErrorCode::kDatabaseUnreachable, "", "", "", Retry::kWorthwhile)));
    EXPECT_FALSE(IsTransient(ErrorOf("57014")));
    EXPECT_FALSE(IsTransient(base::Error(base::ErrorCode::kDatabaseUnreachable, "all are busy")))
        << "only a database's error is known to pass";
}

TEST(SqlErrorTest, AValueThatIsRefusedIsADataError) {
    for (const char* state :
         {"22003", "22021", "22P02", "22P05", "23502", "23505", "23514", "54000", "54001"}) {
        EXPECT_TRUE(IsDataError(ErrorOf(state))) << state;
    }
    for (const char* state : {"", "08006", "42501", "42P01", "53100", "53200", "54011", "57014",
                              "XX000"}) {
        EXPECT_FALSE(IsDataError(ErrorOf(state))) << state;
    }
}

TEST(ConnectFailureTest, ARefusalIsReadInAnyLanguage) {
    const auto failure = detail::ReadConnectFailure(
        "connection to server at \"db\" (10.0.0.7), port 5432 failed: ВАЖНО:  28P01: пароль не "
        "подходит\nLOCATION:  auth_failed, auth.c:338\n");
    EXPECT_EQ(failure.sqlstate, "28P01");
    EXPECT_EQ(failure.message, "connection to server at \"db\" (10.0.0.7), port 5432 failed: "
                               "ВАЖНО:  пароль не подходит");
    EXPECT_EQ(detail::RetryOf(failure), Retry::kUseless);
}

TEST(ConnectFailureTest, TheLastServerHasTheLastWord) {
    const auto failure = detail::ReadConnectFailure(
        "connection to server at \"a\", port 1 failed: FATAL:  28000: no entry\n"
        "LOCATION:  ClientAuthentication, auth.c:545\n"
        "connection to server at \"b\", port 2 failed: FATAL:  57P03: the database system is "
        "starting up\nDETAIL:  Wait.\nLOCATION:  ProcessStartupPacket, postmaster.c:2377\n");
    EXPECT_EQ(failure.sqlstate, "57P03");
    EXPECT_EQ(failure.message,
              "connection to server at \"a\", port 1 failed: FATAL:  no entry connection to server "
              "at \"b\", port 2 failed: FATAL:  the database system is starting up DETAIL:  Wait.");
    EXPECT_EQ(detail::RetryOf(failure), Retry::kWorthwhile);
}

TEST(ConnectFailureTest, WhereNobodyAnswersItMayPass) {
    for (const char* message :
         {"connection to server at \"db\", port 5432 failed: Connection refused\n\tIs the server "
          "running on that host and accepting TCP/IP connections?\n",
          "timeout expired\n",
          "could not translate host name \"db\" to address: Temporary failure\n",
          "connection to server at \"db\" failed: server closed the connection unexpectedly\n",
          "connection to server at \"db\" failed: SSL SYSCALL error: EOF detected\n", ""}) {
        EXPECT_FALSE(detail::IsRefusal(message)) << message;
        const auto failure = detail::ReadConnectFailure(message);
        EXPECT_EQ(failure.sqlstate, "");
        EXPECT_EQ(detail::RetryOf(failure), Retry::kWorthwhile) << message;
    }
}

TEST(ConnectFailureTest, SettingsThatDoNotFitTheServerDoNotPass) {
    for (const char* message :
         {"connection to server at \"db\" failed: fe_sendauth: no password supplied\n",
          "connection to server at \"db\" failed: server does not support SSL, but SSL was "
          "required\n",
          "connection to server at \"db\" failed: SSL error: certificate verify failed\n",
          "root certificate file \"/x\" does not exist\n", "invalid sslmode value: \"of\"\n"}) {
        EXPECT_EQ(detail::RetryOf(detail::ReadConnectFailure(message)), Retry::kUseless) << message;
    }
}

}  // namespace
}  // namespace geniai::pg
