// Tenants with rules of their own, from the table to the verdicts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/classify_conversations.h"
#include "analysis/tenant_rules.h"
#include "base/error.h"
#include "pg/sql_error.h"
#include "testing/sync_fixture.h"

namespace geniai::analysis {
namespace {

using base::TenantId;
using tenancy::DatabaseRole;
using tenancy::RoleScope;
using tenancy::TenantScope;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kOwnRules = R"(
[terms]
oferta = ["bioimpedância"]
[[group]]
name = "customer.says_so"
add = ["meu crachazinho"]
)";

class TenantRulesTest : public testing::SyncFixture {
protected:
    TenantRulesTest() : app_(warehouse_.Connect(warehouse_.kApp)) {
        // The same words to two companies.
        for (const int account : {1, 2}) {
            AddText(account, account * 1000 + 1, "queria duas bioimpedâncias");
            AddText(account, account * 1000 + 2, "quanto custa o meu crachazinho?");
        }
    }

    void AddText(int account, int id, const std::string& text) {
        source_.AddConversation(id, account, account * 10, account * 100, "2026-03-01 12:00:00");
        source_.AddContactMessage(id, account, id, text, "2026-03-01 12:00:00");
    }

    std::optional<int> Set(int tenant, const std::string& additions) {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        const auto version =
            SetTenantRules(scope, TenantId(tenant), additions,
                           VersionOfRules(app::BuiltInRulesText(), additions), "tester");
        scope.Commit();
        if (additions == kOwnRules) KeepCompiled(tenant);
        return version;
    }

    // Otherwise each test would compile them again, which takes longer than the test.
    void KeepCompiled(int tenant) {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        TenantScope scope(app, DatabaseRole::kEtlService, TenantId(tenant));
        static const std::shared_ptr<app::LazyRules> kept = Rules().Of(scope);
    }

    bool Clear(int tenant) {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        const bool changed = ClearTenantRules(scope, TenantId(tenant), "tester");
        scope.Commit();
        return changed;
    }

    warehouse::LoadCounts Classify(int tenant) {
        pg::Connection writer = warehouse_.Connect(warehouse_.kApp);
        const auto rules = [&] {
            TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
            return Rules().Of(scope);
        }();
        return ClassifyConversations(app_, writer, TenantId(tenant), rules->Get(),
                                     [](std::int64_t) {});
    }

    // "1 2": the conversations that are leads, by the last digit of their ids.
    std::string Leads(int tenant) {
        return Value(
            "select coalesce(string_agg((conversation_id % 1000)::text, ' ' "
            "order by conversation_id), '') from conversations_analytics where is_lead",
            tenant);
    }

    std::string Versions(int tenant) {
        return ServiceValue("select string_agg(distinct rules_version, ' ') from classifications",
                            tenant);
    }

    std::string AuditLog() {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        RoleScope scope(app, DatabaseRole::kAdminUsers);
        return scope
            .Execute(
                {"test.audit",
                 "select coalesce(string_agg(concat_ws(' ', tenant_id, actor, action, subject, "
                 "details->>'version'), ', ' order by id), '') as log from audit_logs "
                 "where action like 'rules.%'"})
            .One()["log"]
            .String();
    }

    pg::Connection app_;
};

TEST_F(TenantRulesTest, TheSameWordsHaveAnotherVerdictWhereTheTenantSaysSo) {
    Set(2, kOwnRules);
    Run(1);
    Run(2);
    EXPECT_EQ(Leads(1), "2");
    EXPECT_EQ(Leads(2), "1");
    EXPECT_EQ(Versions(1), Rules().BuiltIn()->version());
    EXPECT_EQ(Versions(2), VersionOfRules(app::BuiltInRulesText(), kOwnRules));
}

TEST_F(TenantRulesTest, ClassifyAppliesAChangeToWhatIsStored) {
    Run(1);
    Run(2);
    Set(2, kOwnRules);
    EXPECT_EQ(Leads(2), "2");
    EXPECT_EQ(Classify(2).updated, 2);
    EXPECT_EQ(Leads(2), "1");
    EXPECT_EQ(Classify(2).unchanged, 2);
    EXPECT_EQ(Classify(1).unchanged, 2) << "the other tenant's verdicts are as they were";
    Clear(2);
    EXPECT_EQ(Classify(2).updated, 2);
    EXPECT_EQ(Leads(2), "2");
    EXPECT_EQ(Versions(2), Rules().BuiltIn()->version());
}

TEST_F(TenantRulesTest, ASyncAfterAChangeClassifiesWhatItReadsAgain) {
    Run(1);
    Set(1, kOwnRules);
    sync::RunOptions again;
    again.mode = sync::Mode::kFull;
    EXPECT_EQ(Run(1, again).conversations.total(), 2);
    EXPECT_EQ(Leads(1), "1");
    EXPECT_EQ(Versions(1), VersionOfRules(app::BuiltInRulesText(), kOwnRules));
    EXPECT_EQ(Run(1, again).conversations.unchanged, 2);
    Set(1, std::string(kOwnRules) + "# more\n");
    Reconcile(1);
    EXPECT_EQ(Leads(1), "1") << "equal rows stay";
}

TEST_F(TenantRulesTest, APreviewCountsWhatAChangeOfTheRulesRewrites) {
    Run(1);
    Set(1, kOwnRules);
    sync::RunOptions again;
    again.mode = sync::Mode::kFull;
    const auto preview =
        sync::Pipeline(SettingsOf(1'000), classifier_, log_).Preview(TenantNumber(1), again);
    EXPECT_EQ(preview.conversations.updated, 2);
    EXPECT_EQ(preview.conversations.inserted, 0) << "they are here already";
    const auto done = Run(1, again);
    EXPECT_EQ(done.conversations.updated, 2) << "a run counts as its preview does";
    EXPECT_EQ(done.conversations.unchanged, preview.conversations.unchanged);
}

TEST_F(TenantRulesTest, AQuietRunDoesNotAskForRules) {
    int asked = 0;
    classifier_ = [&](TenantScope& scope) {
        ++asked;
        return app::MakeClassifier(Rules())(scope);
    };
    clock_margin_ = std::chrono::seconds(0);
    Run(1);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(Run(1).extracted, 0);
    EXPECT_EQ(asked, 1);
}

TEST_F(TenantRulesTest, WithoutRulesOfItsOwnATenantHasTheSharedOnes) {
    Set(2, kOwnRules);
    TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(1));
    EXPECT_EQ(Rules().Of(scope), Rules().BuiltIn());
}

TEST_F(TenantRulesTest, TheSameAdditionsAreCompiledOnce) {
    Set(1, kOwnRules);
    Set(2, kOwnRules);
    const auto rules_of = [&](int tenant) {
        TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        return Rules().Of(scope);
    };
    const auto first = rules_of(1);
    EXPECT_EQ(rules_of(2), first);
    EXPECT_EQ(rules_of(1), first);
}

TEST_F(TenantRulesTest, RulesThatDoNotFitTheProgramEndTheRunAndHurtNoRow) {
    Set(1, "[[group]]\nname = \"of.another.version\"\nadd = [\"a\"]\n");
    try {
        Run(1);
        FAIL() << "the run went on";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kConflict);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("tenant 1"), HasSubstr("line 1"),
                                        HasSubstr("geniai rules set or rules clear")));
    }
    EXPECT_EQ(ServiceValue("select count(*) from etl_rejects"), "0");
    EXPECT_EQ(Run(2).conversations.inserted, 2) << "nobody else waits for it";
    Clear(1);
    EXPECT_EQ(Run(1).conversations.inserted, 2);
    EXPECT_EQ(Leads(1), "2");
}

TEST_F(TenantRulesTest, ChangesAreCountedAndAudited) {
    EXPECT_EQ(Set(1, kOwnRules), 1);
    EXPECT_EQ(Set(1, kOwnRules), std::nullopt);
    EXPECT_EQ(Set(1, "[score]\nvisit = 5"), 2);
    EXPECT_TRUE(Clear(1));
    EXPECT_FALSE(Clear(1));
    EXPECT_EQ(AuditLog(),
              "1 tester rules.set rules 1, 1 tester rules.set rules 2, 1 tester rules.clear rules");
}

TEST_F(TenantRulesTest, ATenantSeesItsRulesAndNobodyElsesAndOnlyTheOperatorWrites) {
    Set(1, kOwnRules);
    Set(2, "[score]\nvisit = 5");
    for (const auto role : {DatabaseRole::kEtlService, DatabaseRole::kAuthenticatedUsers}) {
        TenantScope scope(app_, role, TenantId(2));
        EXPECT_EQ(FindTenantRules(scope)->additions, "[score]\nvisit = 5");
        EXPECT_THROW(scope.Execute({"test.write", "update tenant_rules set author = 'me'"}),
                     pg::SqlError);
    }
    RoleScope scope(app_, DatabaseRole::kAdminUsers);
    EXPECT_EQ(ListTenantRules(scope).size(), 2U);
}

TEST_F(TenantRulesTest, TheTableRefusesWhatIsTooLong) {
    EXPECT_THROW(Set(1, std::string(65'537, '#')), pg::SqlError);
    EXPECT_THROW(Set(1, ""), pg::SqlError);
}

}  // namespace
}  // namespace geniai::analysis
