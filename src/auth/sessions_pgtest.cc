#include "auth/sessions.h"

#include <gtest/gtest.h>

#include "auth/users.h"
#include "base/error.h"
#include "tenancy/tenants.h"
#include "testing/test_database.h"

namespace geniai::auth {
namespace {

constexpr const char* kPassword = "quinze girassóis";

class SessionsTest : public ::testing::Test {
protected:
    SessionsTest()
        : admin_(database_.Connect(database_.kApp)),
          pool_({.connection = database_.Settings(database_.kApp)}),
          sessions_(pool_, passwords_, {}) {
        tenancy::RoleScope scope(admin_, tenancy::DatabaseRole::kAdminUsers);
        tenancy::TenantChange tenant;
        tenant.name = "Academia";
        tenant_ = tenancy::AddTenant(scope, tenant).id;
        scope.Commit();
        Add("ana@example.com", HashPassword(kPassword, {1, std::size_t{8} << 20}));
    }

    void Add(const std::string& email, const std::string& hash) {
        tenancy::RoleScope scope(admin_, tenancy::DatabaseRole::kAdminUsers);
        AddUser(scope, {tenant_, email, "Ana", Role::kAdmin, hash});
        scope.Commit();
    }

    void Admin(const std::string& sql) {
        tenancy::RoleScope scope(admin_, tenancy::DatabaseRole::kAdminUsers);
        scope.transaction().RunScript({"test.admin", sql});
        scope.Commit();
    }

    std::string StoredHash(const std::string& email) {
        tenancy::RoleScope scope(admin_, tenancy::DatabaseRole::kAdminUsers);
        return scope.Execute({"test.hash", "select password_hash from log_in_candidate($1)"}, email)
            .One()["password_hash"]
            .String();
    }

    LogIn Open(const std::string& email, const std::string& password) {
        return sessions_.Open(email, password, {"127.0.0.1", "test"});
    }

    testing::TestWarehouse database_;
    pg::Connection admin_;
    pg::Pool pool_;
    PasswordVerifier passwords_;
    Sessions sessions_;
    base::TenantId tenant_;
};

TEST_F(SessionsTest, TheRightPasswordOpensASessionThatLogOutCloses) {
    const LogIn log_in = Open(" Ana@Example.com ", kPassword);
    ASSERT_EQ(log_in.result, LogInResult::kOpened);
    EXPECT_EQ(log_in.principal.tenant, tenant_);
    const auto principal = sessions_.Find(log_in.token);
    ASSERT_TRUE(principal);
    EXPECT_EQ(principal->email, "ana@example.com");
    EXPECT_EQ(principal->role, Role::kAdmin);
    sessions_.Close(log_in.token);
    EXPECT_FALSE(sessions_.Find(log_in.token));
}

TEST_F(SessionsTest, EveryLogInHasATokenOfItsOwn) {
    EXPECT_NE(Open("ana@example.com", kPassword).token, Open("ana@example.com", kPassword).token);
}

TEST_F(SessionsTest, WrongPasswordAndUnknownAddressGetTheSameAnswer) {
    EXPECT_EQ(Open("ana@example.com", "wrong password").result, LogInResult::kWrongCredentials);
    EXPECT_EQ(Open("nobody@example.com", kPassword).result, LogInResult::kWrongCredentials);
    EXPECT_EQ(Open("", "").result, LogInResult::kWrongCredentials);
    EXPECT_EQ(Open(std::string("a\0b\xFF", 4), "x").result, LogInResult::kWrongCredentials);
}

TEST_F(SessionsTest, ABcryptHashOfTheOldSystemWorksAndIsReplaced) {
    const std::string old = "$2b$04$CfGQCfGQCfGQCfGQCfGQCeSqwKTRlivk08r3B5/nW5jDXJkGq6rrm";
    Add("velha@example.com", old);
    EXPECT_EQ(Open("velha@example.com", "not the password").result, LogInResult::kWrongCredentials);
    EXPECT_EQ(StoredHash("velha@example.com"), old) << "a wrong password changes nothing";
    EXPECT_EQ(Open("velha@example.com", "Bicicleta-azul-7").result, LogInResult::kOpened);
    EXPECT_EQ(CheckPassword("Bicicleta-azul-7", StoredHash("velha@example.com")),
              PasswordCheck::kRight);
    EXPECT_EQ(Open("velha@example.com", "Bicicleta-azul-7").result, LogInResult::kOpened);
}

TEST_F(SessionsTest, AHashOfAnotherCostIsReplacedAtLogIn) {
    const std::string before = StoredHash("ana@example.com");
    ASSERT_EQ(Open("ana@example.com", kPassword).result, LogInResult::kOpened);
    const std::string after = StoredHash("ana@example.com");
    EXPECT_NE(after, before);
    EXPECT_EQ(CheckPassword(kPassword, after), PasswordCheck::kRight);
    EXPECT_EQ(Open("ana@example.com", kPassword).result, LogInResult::kOpened);
    EXPECT_EQ(StoredHash("ana@example.com"), after) << "once is enough";
}

TEST_F(SessionsTest, DisablingAPersonEndsTheSessionsAtOnce) {
    const LogIn log_in = Open("ana@example.com", kPassword);
    {
        tenancy::RoleScope scope(admin_, tenancy::DatabaseRole::kAdminUsers);
        DisableUser(scope, GetUser(scope, "ana@example.com"));
        scope.Commit();
    }
    EXPECT_FALSE(sessions_.Find(log_in.token));
    EXPECT_EQ(Open("ana@example.com", kPassword).result, LogInResult::kDisabled);
    EXPECT_EQ(Open("ana@example.com", "wrong password").result, LogInResult::kWrongCredentials);
}

TEST_F(SessionsTest, ANewPasswordEndsTheSessionsAtOnce) {
    const LogIn log_in = Open("ana@example.com", kPassword);
    {
        tenancy::RoleScope scope(admin_, tenancy::DatabaseRole::kAdminUsers);
        SetPasswordHash(scope, GetUser(scope, "ana@example.com"), HashPassword("outra senha boa"));
        scope.Commit();
    }
    EXPECT_FALSE(sessions_.Find(log_in.token));
    EXPECT_EQ(Open("ana@example.com", kPassword).result, LogInResult::kWrongCredentials);
    EXPECT_EQ(Open("ana@example.com", "outra senha boa").result, LogInResult::kOpened);
}

TEST_F(SessionsTest, ASuspendedTenantsPeopleStayOutside) {
    const LogIn log_in = Open("ana@example.com", kPassword);
    Admin("update tenants set status = 'suspended' where id <> 0");
    EXPECT_FALSE(sessions_.Find(log_in.token));
    EXPECT_EQ(Open("ana@example.com", kPassword).result, LogInResult::kDisabled);
    Admin("update tenants set status = 'trial' where id <> 0");
    EXPECT_TRUE(sessions_.Find(log_in.token)) << "a tenant on trial is served";
}

TEST_F(SessionsTest, ATokenThatWasNotGivenOutIsNobodys) {
    const LogIn log_in = Open("ana@example.com", kPassword);
    const std::string secret = log_in.token.substr(log_in.token.find('.'));
    for (const std::string& token :
         {std::string(), std::string("x"), std::string("."), std::string("1."),
          std::string("99999999999999999999.abc"), std::string("-1.abc"), "0" + secret,
          "2" + secret, log_in.token + "x", std::string("1.') or true --")}) {
        EXPECT_FALSE(sessions_.Find(token)) << token;
    }
}

TEST_F(SessionsTest, AnExpiredSessionIsNone) {
    Sessions brief(pool_, passwords_, {.lifetime = std::chrono::seconds(0)});
    EXPECT_THROW(brief.Open("ana@example.com", kPassword, {"", ""}), base::Error)
        << "it is over before it begins";
    const LogIn log_in = Open("ana@example.com", kPassword);
    Admin("update sessions set last_seen_at = now() - interval '9 hours'");
    EXPECT_FALSE(sessions_.Find(log_in.token)) << "idle for too long";
}

TEST_F(SessionsTest, OnlyAHashOfTheTokenIsStored) {
    const LogIn log_in = Open("ana@example.com", kPassword);
    tenancy::RoleScope scope(admin_, tenancy::DatabaseRole::kAdminUsers);
    const std::string secret = log_in.token.substr(log_in.token.find('.') + 1);
    EXPECT_EQ(scope.Execute({"test.search", "select count(*) as n from sessions s "
                                            "where s::text like '%' || $1 || '%'"},
                            secret)
                  .One()["n"]
                  .Int64(),
              0);
}

}  // namespace
}  // namespace geniai::auth
