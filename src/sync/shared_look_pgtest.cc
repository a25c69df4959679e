#include "sync/shared_look.h"

#include <gtest/gtest.h>

#include "tenancy/inboxes.h"
#include "testing/sync_fixture.h"

namespace geniai::sync {
namespace {

class SharedLookTest : public testing::SyncFixture {
protected:
    // Without a margin, the first pass knows its last message.
    SharedLookTest() { clock_margin_ = std::chrono::seconds(0); }

    std::optional<SharedLook> Look() {
        return Pipeline(SettingsOf(1'000), classifier_, log_).Look(tenants_).get();
    }

    RunSummary RunBy(const SharedLook& look, int tenant) {
        RunOptions options;
        options.look = [&] { return &look; };
        return Run(tenant, options);
    }

    Pipeline PipelineWithoutSource() {
        Settings settings = SettingsOf(1'000);
        settings.source.connection.url = base::Secret("host='/nonexistent'");
        settings.retry_for = std::chrono::seconds(0);
        return {settings, classifier_, log_};
    }

    void Owner(const std::string& sql) {
        pg::Connection owner(warehouse_.Settings(warehouse_.kOwner));
        pg::Transaction transaction(owner);
        transaction.RunScript({"test.owner", sql});
        transaction.Commit();
    }

    // Ends the sessions of our readers.
    void CutSource() {
        pg::Connection superuser({.url = testing::TestCluster().Url(
                                      pg::PrivateCluster::kSuperuser,
                                      pg::ParseTarget(source_.OwnerSettings().url).database)});
        pg::Transaction transaction(superuser);
        transaction.Execute({"test.cut",
                             "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                             " where datname = current_database() and pid <> pg_backend_pid()"});
        transaction.Commit();
    }

    void LoadBoth() {
        AddConversations(3, "2026-03-01 12:00:00", 1);
        AddConversations(2, "2026-03-01 12:00:00", 2);
        Run(1);
        Run(2);
    }
};

TEST_F(SharedLookTest, WithoutACompletePassThereIsNone) {
    EXPECT_FALSE(Look().has_value());
}

TEST_F(SharedLookTest, ATenantWithoutNewsIsDoneWithoutTheSource) {
    LoadBoth();
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    RunOptions options;
    options.look = [&] { return &*look; };
    const RunSummary summary = PipelineWithoutSource().Run(TenantNumber(2), options);
    EXPECT_EQ(summary.extracted, 0);
    EXPECT_EQ(summary.complete_up_to, look->seen().moment.taken_at);
    EXPECT_EQ(ServiceValue("select count(*) from etl_control where status = 'success'", 2), "2");
    EXPECT_EQ(Run(2).extracted, 0) << "what the look left is a bound as any other";
}

TEST_F(SharedLookTest, WhatItFoundIsCopied) {
    LoadBoth();
    source_.Run("update conversations set status = 1 where id = 2;"
                "update contacts set name = 'Outro' where id = 200");
    source_.AddHumanMessage(900, 2, 4, "Claro!", "2026-03-02 09:00:00");
    AddConversations(1, "2026-03-02 10:00:00", 1);
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    const RunSummary first = RunBy(*look, 1);
    EXPECT_EQ(first.conversations.inserted, 1);
    EXPECT_EQ(first.conversations.updated, 1);
    EXPECT_EQ(first.extracted, 2) << "nothing but what changed is read";
    const RunSummary second = RunBy(*look, 2);
    EXPECT_EQ(second.contacts.updated, 1);
    EXPECT_EQ(second.conversations.updated, 1);
    EXPECT_TRUE(Reconcile(1).holds);
    EXPECT_TRUE(Reconcile(2).holds);
    EXPECT_EQ(Reconcile(1).repaired, 0);
}

TEST_F(SharedLookTest, WhatIsWrittenAfterItComesWithTheNextRun) {
    LoadBoth();
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    source_.Run("update conversations set status = 1 where id = 2");
    EXPECT_EQ(RunBy(*look, 1).extracted, 0);
    EXPECT_EQ(Run(1).conversations.updated, 1);
}

TEST_F(SharedLookTest, AnOpenTransactionIsFoundWhenItCommits) {
    LoadBoth();
    pg::Connection writer(source_.OwnerSettings());
    pg::Transaction late(writer);
    late.Execute({"test.late", "update conversations set status = 1 where id = 2"});
    const auto before = Look();
    ASSERT_TRUE(before.has_value());
    EXPECT_EQ(RunBy(*before, 1).extracted, 0);
    late.Commit();
    const auto after = Look();
    ASSERT_TRUE(after.has_value());
    EXPECT_EQ(RunBy(*after, 1).conversations.updated, 1);
}

TEST_F(SharedLookTest, AnInboxThatIsMappedAfterItIsNotTakenForGone) {
    LoadBoth();
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    source_.AddInbox(11, 1, "Nova");
    {
        pg::Connection app(SettingsOf(1).warehouse);
        tenancy::RoleScope scope(app, tenancy::DatabaseRole::kAdminUsers);
        tenancy::MapInbox(scope, base::TenantId(1), {base::InboxId(11), "Nova", ""},
                          tenancy::InboxState::kActive);
        scope.Commit();
    }
    RunBy(*look, 1);
    EXPECT_EQ(ServiceValue("select is_active and closed_at is null from inbox_tenant_mapping"
                           " where inbox_id = 11",
                           1),
              "true");
}

TEST_F(SharedLookTest, OfContactsOnlyThoseAreReadThatAreNotHereAsTheyAre) {
    LoadBoth();
    source_.AddHumanMessage(900, 1, 2, "Claro!", "2026-03-02 09:00:00");
    source_.Run("update contacts set last_activity_at = now(), updated_at = now()");
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    const RunSummary wrote = RunBy(*look, 1);
    EXPECT_EQ(wrote.conversations.updated, 1);
    EXPECT_EQ(wrote.contacts.total(), 0) << "all of them were written at the source";
    source_.Run("update contacts set phone_number = '+5511900000001' where id = 100");
    // A contact that is long there, and new here.
    source_.Run(
        "insert into contacts (id, account_id, name, created_at, updated_at)"
        " values (555, 1, 'Antiga', now(), now())");
    const auto before = Look();
    ASSERT_TRUE(before.has_value());
    EXPECT_EQ(RunBy(*before, 1).contacts.updated, 1);
    source_.Run("update conversations set contact_id = 555 where id = 1");
    const auto after = Look();
    ASSERT_TRUE(after.has_value());
    EXPECT_EQ(RunBy(*after, 1).contacts.inserted, 1);
    EXPECT_TRUE(Reconcile(1).holds);
}

TEST_F(SharedLookTest, AContactThatChangesBackLeavesTheQuarantine) {
    LoadBoth();
    Owner("alter table contacts add constraint not_so check (name <> 'Mau')");
    const std::string before = ServiceValue("select name from contacts where contact_id = 100", 1);
    const auto waiting = [&] {
        return ServiceValue("select count(*) from etl_rejects where resolved_at is null", 1);
    };
    source_.Run("update contacts set name = 'Mau' where id = 100");
    const auto bad = Look();
    ASSERT_TRUE(bad.has_value());
    EXPECT_EQ(RunBy(*bad, 1).rejected, 1);
    EXPECT_EQ(waiting(), "1");
    source_.Run("update contacts set name = '" + before + "' where id = 100");
    const auto good = Look();
    ASSERT_TRUE(good.has_value());
    EXPECT_EQ(RunBy(*good, 1).rejected, 0);
    EXPECT_EQ(waiting(), "0");
}

// What the first attempt has promised, the second must keep: by its own detectors.
TEST_F(SharedLookTest, ARunThatLooksForItselfDoesSoInEachAttempt) {
    LoadBoth();
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    AddConversations(1, "2026-03-02 10:00:00", 1);
    Run(1);
    AddConversations(2, "2026-03-02 11:00:00", 1);
    int asked = 0;
    bool is_cut = false;
    RunOptions options;
    options.look = [&] {
        ++asked;
        return &*look;
    };
    options.on_progress = [&](const Progress&) {
        if (!is_cut) CutSource();
        is_cut = true;
    };
    const RunSummary summary = Pipeline(SettingsOf(1), classifier_, log_).Run(TenantNumber(1), options);
    EXPECT_EQ(summary.retries, 1);
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(ServiceValue("select count(*) from conversations", 1), "6");
}

TEST_F(SharedLookTest, AContactThatChangedWhileItHadNoConversationIsReadWithItsNextOne) {
    LoadBoth();
    source_.Run("update conversations set contact_id = null where contact_id = 100");
    Run(1);
    source_.Run("update contacts set name = 'Outro nome' where id = 100");
    const auto nobodys = Look();
    ASSERT_TRUE(nobodys.has_value());
    RunBy(*nobodys, 1);
    source_.Run("update conversations set contact_id = 100 where id = 1");
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    RunBy(*look, 1);
    EXPECT_EQ(ServiceValue("select name from contacts where contact_id = 100", 1), "Outro nome");
}

TEST_F(SharedLookTest, ATenantThatWasReadSinceLooksForItself) {
    LoadBoth();
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    AddConversations(1, "2026-03-02 10:00:00", 1);
    EXPECT_EQ(Run(1).conversations.inserted, 1);
    AddConversations(1, "2026-03-02 11:00:00", 1);
    EXPECT_EQ(RunBy(*look, 1).conversations.inserted, 1);
}

TEST_F(SharedLookTest, AnInboxThatNobodyHasReadIsReadFromTheStart) {
    LoadBoth();
    source_.AddInbox(11, 1, "Instagram");
    source_.AddConversation(50, 1, 11, 100, "2026-01-01 12:00:00");
    Run(1);
    {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        tenancy::RoleScope scope(app, tenancy::DatabaseRole::kAdminUsers);
        tenancy::MapInbox(scope, base::TenantId(1), {base::InboxId(11), "", ""},
                          tenancy::InboxState::kActive);
        scope.Commit();
    }
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    EXPECT_EQ(RunBy(*look, 1).conversations.inserted, 1);
}

TEST_F(SharedLookTest, PassesOverAnotherServerGiveNoBound) {
    LoadBoth();
    pg::Connection app = warehouse_.Connect(warehouse_.kApp);
    for (const int tenant : {1, 2}) {
        tenancy::TenantScope scope(app, tenancy::DatabaseRole::kEtlService, base::TenantId(tenant));
        scope.Execute({"test.elsewhere", "update sync_state set source_identity = 'elsewhere'"});
        scope.Commit();
    }
    EXPECT_FALSE(Look().has_value());
    Run(1);
    const auto look = Look();
    ASSERT_TRUE(look.has_value());
    AddConversations(1, "2026-03-02 10:00:00", 2);
    EXPECT_EQ(RunBy(*look, 2).extracted, 3) << "it looks for itself, from the start";
}

TEST_F(SharedLookTest, OneConnectionToTheSourceIsEnough) {
    LoadBoth();
    source_.Run("update conversations set status = 1 where id = 2;"
                "update contacts set name = 'Outro' where id = 200");
    Settings settings = SettingsOf(1'000);
    settings.source.pool = std::make_shared<pg::Pool>(
        pg::Pool::Settings{.connection = settings.source.connection, .connections_max = 1});
    const auto look = Pipeline(settings, classifier_, log_).Look(tenants_).get();
    ASSERT_TRUE(look.has_value());
    EXPECT_EQ(RunBy(*look, 1).conversations.updated, 1);
    EXPECT_EQ(RunBy(*look, 2).contacts.updated, 1);
}

TEST_F(SharedLookTest, ASourceThatCannotBeReadGivesNone) {
    LoadBoth();
    EXPECT_FALSE(PipelineWithoutSource().Look(tenants_).get().has_value());
}

}  // namespace
}  // namespace geniai::sync
