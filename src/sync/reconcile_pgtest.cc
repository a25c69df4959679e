#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/sync_fixture.h"
#include "testing/warehouse_equality.h"

namespace geniai::sync {
namespace {

class ReconcileTest : public testing::SyncFixture {
protected:
    ReconcileTest() { clock_margin_ = std::chrono::seconds(0); }

    std::string Differences() {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        pg::Connection owner(source_.OwnerSettings());
        return testing::DifferencesFromSource(app, TenantNumber(1), owner);
    }

    void LoadConversations(int count) {
        AddConversations(count, "2026-03-01 12:00:00");
        Run();
    }
};

TEST_F(ReconcileTest, WhatIsEqualIsProvenAndNotTouched) {
    LoadConversations(30);
    const std::int64_t before = TuplesWritten();
    const ReconcileSummary summary = Reconcile();
    EXPECT_TRUE(summary.holds);
    EXPECT_EQ(summary.conversations, 30);
    EXPECT_EQ(summary.contacts, 1);
    EXPECT_EQ(summary.repaired, 0);
    EXPECT_EQ(TuplesWritten(), before);
    EXPECT_EQ(Value("select holds and source_checksum = checksum from completeness_proofs"), "true");
    EXPECT_EQ(Value("select load_type from etl_control order by id desc limit 1"), "reconcile");
}

TEST_F(ReconcileTest, EditedMessagesDeletedLabelsAndRenamedAgentsArrive) {
    LoadConversations(5);
    source_.Run("insert into users (id, uid, name, created_at, updated_at)"
                " values (9, 'nine', 'Ana', now(), now())");
    source_.Run("update conversations set assignee_id = 9 where id = 2");
    Run();
    source_.Run("update messages set content = 'Esta mensagem foi excluída' where conversation_id = 1");
    source_.Run("update users set name = 'Ana Maria' where id = 9");
    EXPECT_EQ(Run().extracted, 0) << "no version of a row that a pass looks at";
    EXPECT_NE(Differences(), "");
    EXPECT_EQ(Reconcile().repaired, 2);
    EXPECT_EQ(Differences(), "");
    EXPECT_EQ(Value("select assignee_name from conversations where conversation_id = 2"), "Ana Maria");
}

TEST_F(ReconcileTest, DeletedConversationsAreKeptAndLeaveTheReports) {
    LoadConversations(100);
    source_.Run("delete from conversations where id = 7");
    const ReconcileSummary summary = Reconcile();
    EXPECT_EQ(summary.run.deleted, 1);
    EXPECT_TRUE(summary.holds);
    EXPECT_EQ(Value("select count(*) from conversations"), "100");
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "99");
    EXPECT_EQ(Value("select records_deleted from etl_control order by id desc limit 1"), "1");
    EXPECT_EQ(Reconcile().run.deleted, 0) << "once";
}

TEST_F(ReconcileTest, ARowThatComesBackIsNotDeletedAnyMore) {
    LoadConversations(3);
    source_.Run("create table kept as select * from conversations where id = 2");
    source_.Run("delete from conversations where id = 2");
    Reconcile();
    source_.Run("insert into conversations select * from kept");
    Run();
    EXPECT_EQ(Differences(), "");
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "3");
}

TEST_F(ReconcileTest, ASourceThatHasLostItsRowsIsNotBelieved) {
    LoadConversations(100);
    source_.Run("delete from conversations");
    const ReconcileSummary summary = Reconcile();
    EXPECT_EQ(summary.held_back_deletes, 100);
    EXPECT_FALSE(summary.holds);
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "100");
    EXPECT_EQ(ServiceValue("select kind from alerts where recovered_at is null"),
              "reconcile.held_back_deletes");
    RunOptions allowed;
    allowed.allow_deletes = true;
    EXPECT_TRUE(Reconcile(1, allowed).holds);
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "0");
    EXPECT_EQ(ServiceValue("select count(*) from alerts where recovered_at is null"), "0");
}

TEST_F(ReconcileTest, APlantedLossIsFoundAndMended) {
    LoadConversations(20);
    pg::Connection app = warehouse_.Connect(warehouse_.kApp);
    {
        tenancy::TenantScope scope(app, tenancy::DatabaseRole::kEtlService, base::TenantId(1));
        scope.Execute({"test.lose", "delete from conversations where conversation_id in (3, 4)"});
        scope.Execute({"test.spoil", "update conversations set row_hash = 1, status = 3"
                                     " where conversation_id = 5"});
        scope.Commit();
    }
    EXPECT_EQ(Run().extracted, 0) << "the source has not changed";
    EXPECT_EQ(Reconcile().repaired, 3);
    EXPECT_EQ(Differences(), "");
    EXPECT_EQ(Value("select repaired from completeness_proofs"), "3");
}

TEST_F(ReconcileTest, MergedContactsLeaveOneLeadAndNoOrphan) {
    LoadConversations(4);
    source_.AddContact(101, 1, "José de novo");
    source_.AddConversation(50, 1, 10, 101, "2026-03-02 12:00:00");
    Run();
    source_.Run("update conversations set contact_id = 100, updated_at = '2026-03-03' where contact_id = 101");
    source_.Run("update messages set sender_id = 100 where sender_type = 'Contact' and sender_id = 101");
    source_.Run("delete from contacts where id = 101");
    Run();
    EXPECT_EQ(Value("select contact_id from conversations where conversation_id = 50"), "100");
    EXPECT_EQ(Value("select contact_name from conversations_analytics where conversation_id = 50"),
              "José");
    Reconcile();
    EXPECT_EQ(Differences(), "");
    EXPECT_EQ(Value("select count(*) from contacts where deleted_at is null"), "1");
}

// A status that no smallint holds: the one thing in Chatwoot's own types that ours refuse.
class RejectTest : public ReconcileTest {
protected:
    void SpoilConversation(int id) {
        source_.Run("update conversations set status = 70000 where id = " + std::to_string(id));
    }
};

TEST_F(RejectTest, OneBadRowGoesToQuarantineAndTheRestLoads) {
    AddConversations(60, "2026-03-01 12:00:00");
    SpoilConversation(17);
    SpoilConversation(18);
    const RunSummary summary = Run(1, {}, 25);
    EXPECT_EQ(summary.rejected, 2);
    EXPECT_EQ(summary.conversations.inserted, 58);
    EXPECT_EQ(Value("select count(*) from conversations"), "58");
    EXPECT_EQ(ServiceValue("select count(*) from etl_rejects where resolved_at is null"), "2");
    EXPECT_EQ(ServiceValue("select reason like '%out of range%' and payload like '%70000%'"
                           " from etl_rejects where source_id = 17"),
              "true");
    EXPECT_EQ(Value("select records_failed from etl_control"), "2");
    EXPECT_EQ(Value("select status from etl_control"), "success");
    EXPECT_EQ(Run().extracted, 0) << "no poison pill: the next run does not meet them";
}

TEST_F(RejectTest, ReplayLoadsWhatIsMended) {
    AddConversations(10, "2026-03-01 12:00:00");
    SpoilConversation(4);
    SpoilConversation(5);
    Run();
    // Mended without a new version that a sync would find: replay has to look itself.
    source_.Run("update conversations set status = 1 where id = 4");
    const RunSummary replay = ReplayRejects();
    EXPECT_EQ(replay.conversations.inserted, 1);
    EXPECT_EQ(replay.rejected, 1);
    EXPECT_EQ(ServiceValue("select string_agg(source_id || ':' || (resolved_at is null)::text, ','"
                           " order by source_id) from etl_rejects"),
              "4:false,5:true");
    EXPECT_EQ(ServiceValue("select attempts from etl_rejects where source_id = 5"), "2");
}

TEST_F(RejectTest, ARowThatIsMendedInTheSourceLeavesQuarantineByItself) {
    AddConversations(3, "2026-03-01 12:00:00");
    SpoilConversation(2);
    Run();
    source_.Run("update conversations set status = 0 where id = 2");
    EXPECT_EQ(Run().conversations.inserted, 1);
    EXPECT_EQ(ServiceValue("select count(*) from etl_rejects where resolved_at is null"), "0");
    EXPECT_TRUE(Reconcile().holds);
}

TEST_F(RejectTest, AProofWithRowsInQuarantineDoesNotHold) {
    AddConversations(3, "2026-03-01 12:00:00");
    SpoilConversation(2);
    Run();
    EXPECT_FALSE(Reconcile().holds);
    EXPECT_EQ(Value("select rejected from completeness_proofs"), "1");
}

TEST_F(RejectTest, TooManyBadRowsEndTheRun) {
    AddConversations(30, "2026-03-01 12:00:00");
    source_.Run("update conversations set status = 70000");
    Settings settings = SettingsOf(100);
    settings.rejects_max = 10;
    try {
        Pipeline(settings, classifier_, log_).Run(TenantNumber(1), {});
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_NE(std::string(error.what()).find("more than 10 rows cannot be loaded"),
                  std::string::npos);
    }
    EXPECT_EQ(ServiceValue("select kind from alerts where recovered_at is null"), "sync.failed");
}

}  // namespace
}  // namespace geniai::sync
