// The defects E1 to E24 of the ETL that this sync replaces, each by its number: none may come back. Those
// of counters and calls of a model (E15, E16, E20) concern the gateway, which the sync does not know; E14
// stands in tenancy/inboxes_pgtest.cc, E18 in pipeline_pgtest.cc, E21 (memory) in bench/sync.mjs.
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/sync_fixture.h"
#include "testing/warehouse_equality.h"

namespace geniai::sync {
namespace {

class OldDefectTest : public testing::SyncFixture {
protected:
    std::string Differences() {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        pg::Connection owner(source_.OwnerSettings());
        return testing::DifferencesFromSource(app, TenantNumber(1), owner);
    }
};

TEST_F(OldDefectTest, E1_ARowThatChangesDuringTheRunShiftsNoOther) {
    AddConversations(40, "2026-03-01 12:00:00");
    RunOptions options;
    int touched = 0;
    options.on_progress = [&](const Progress&) { source_.Touch(++touched, "2026-03-05 12:00:00"); };
    Run(1, options, 5);
    ASSERT_GT(touched, 5);
    EXPECT_EQ(Value("select count(*) from conversations"), "40");
    Run();
    EXPECT_EQ(Differences(), "");
}

TEST_F(OldDefectTest, E2_E5_EqualStampsOnEitherSideOfARunAreAllLoaded) {
    AddConversations(20, "2026-03-01 12:00:00");
    EXPECT_EQ(Run(1, {}, 7).conversations.inserted, 20);
    AddConversations(20, "2026-03-01 12:00:00");
    EXPECT_EQ(Run(1, {}, 7).conversations.inserted, 20);
    EXPECT_EQ(Differences(), "");
}

TEST_F(OldDefectTest, E3_ATransactionThatCommitsLateWithAnOldStampIsSeen) {
    AddConversations(3, "2026-03-01 12:00:00");
    pg::Connection writer(source_.OwnerSettings());
    {
        pg::Transaction late(writer);
        late.RunScript({"test.late", R"sql(
            insert into conversations (id, account_id, inbox_id, contact_id, status, created_at,
                                       updated_at, last_activity_at)
            values (500, 1, 10, 100, 0, '2020-01-01', '2020-01-01', '2020-01-01'))sql"});
        Run();
        Run();
        EXPECT_EQ(Value("select count(*) from conversations"), "3");
        late.Commit();
    }
    EXPECT_EQ(Run().conversations.inserted, 1);
    EXPECT_EQ(Run().extracted, 0);
}

TEST_F(OldDefectTest, E4_NoServersTimeZoneShiftsATime) {
    source_.Run("do $$ begin execute format('alter database %I set timezone to %L', "
                "current_database(), 'America/Sao_Paulo'); end $$");
    {
        pg::Connection owner = warehouse_.Connect();
        pg::Transaction transaction(owner);
        transaction.RunScript({"test.zone", "do $$ begin execute format('alter database %I set "
                                            "timezone to %L', current_database(), 'Asia/Tokyo'); "
                                            "end $$"});
        transaction.Commit();
    }
    AddConversations(1, "2026-03-01 12:00:00");
    Run();
    EXPECT_EQ(Value("select conversation_created_at = '2026-03-01 12:00:00+00' from conversations"),
              "true");
    AddConversations(1, "2026-03-01 12:00:01");
    EXPECT_EQ(Run().conversations.inserted, 1);
}

TEST_F(OldDefectTest, E6_E7_TheLockIsOneNumberAndHeldByTheRun) {
    AddConversations(10, "2026-03-01 12:00:00");
    RunOptions options;
    bool seen = false;
    options.on_progress = [&](const Progress&) {
        EXPECT_EQ(ServiceValue("select count(*) from pg_locks where locktype = 'advisory' and granted"
                               " and classid = 1952804449 and objid = 1"),
                  "1");
        EXPECT_THROW(Run(), base::Error) << "the same process cannot take it twice";
        seen = true;
    };
    Run(1, options, 5);
    EXPECT_TRUE(seen);
    EXPECT_EQ(ServiceValue("select count(*) from pg_locks where locktype = 'advisory'"), "0");
}

TEST_F(OldDefectTest, E8_WritesThatMoveNoStampArrive) {
    AddConversations(5, "2026-03-01 12:00:00");
    source_.Run("update conversations set assignee_id = 9");
    Run();
    source_.Run("update conversations set assignee_id = null");
    source_.Run("update contacts set phone_number = '+5511977776666' where id = 100");
    source_.Run("insert into csat_survey_responses (account_id, conversation_id, contact_id, message_id,"
                " rating, created_at, updated_at) values (1, 3, 100, 1, 4, '2020-01-01', '2020-01-01')");
    const RunSummary summary = Run();
    EXPECT_EQ(summary.conversations.updated, 5);
    EXPECT_EQ(summary.contacts.updated, 1);
    EXPECT_EQ(Differences(), "");
    EXPECT_EQ(Value("select csat_rating from conversations where conversation_id = 3"), "4");
}

TEST_F(OldDefectTest, E9_E10_AVerdictThatTheDatabaseRefusesHoldsUpOneRowOnly) {
    AddConversations(9, "2026-03-01 12:00:00");
    source_.AddContactMessage(900, 1, 4, "veneno", "2026-03-01 12:00:00");
    const auto classify = [](const RowToClassify& row) {
        warehouse::Classification verdict;
        verdict.category = "OUTROS";
        if (row.message_compiled.find("veneno") != std::string_view::npos) verdict.score = 101;
        return verdict;
    };
    classifier_ = [&](tenancy::TenantScope&) { return Classifier{classify, "test"}; };
    const RunSummary summary = Run();
    EXPECT_EQ(summary.conversations.inserted, 8);
    EXPECT_EQ(summary.rejected, 1);
    EXPECT_EQ(Run().extracted, 0);
}

TEST_F(OldDefectTest, E11_E12_ALoadWithoutClassificationLeavesTheVerdictsAlone) {
    AddConversations(2, "2026-03-01 12:00:00");
    Run();
    ASSERT_EQ(Value("select count(*) from conversations_analytics where is_lead"), "2");
    source_.Touch(1, "2026-03-02 12:00:00");
    classifier_ = TenantClassifier{};
    EXPECT_EQ(Run().conversations.updated, 1);
    EXPECT_EQ(Value("select count(*) from conversations_analytics where is_lead"), "2");
}

TEST_F(OldDefectTest, E13_PeopleMayBeCalledNoneAndNothingIsNotAWord) {
    source_.AddContact(101, 1, "None");
    source_.AddContact(102, 1, "nan");
    source_.Run("update contacts set email = null, identifier = null");
    for (const int contact : {101, 102}) {
        source_.AddConversation(contact, 1, 10, contact, "2026-03-01 12:00:00");
    }
    Run();
    EXPECT_EQ(Value("select string_agg(name, ',' order by contact_id) from contacts"), "None,nan");
    EXPECT_EQ(Value("select count(*) from contacts where email is not null"), "0");
}

TEST_F(OldDefectTest, E17_RowsThatFailAreCounted) {
    AddConversations(3, "2026-03-01 12:00:00");
    source_.Run("update conversations set status = 70000 where id = 2");
    Run();
    EXPECT_EQ(Value("select records_failed || '/' || records_inserted from etl_control"), "1/2");
}

TEST_F(OldDefectTest, E19_NulAndHalfCharactersLoad) {
    AddConversations(1, "2026-03-01 12:00:00");
    source_.Run(R"sql(update messages set content = E'nul \\u0000 meia \\ud83d', content_attributes =
                '{"error": "\u0000"}')sql");
    EXPECT_EQ(Run().rejected, 0);
    EXPECT_EQ(Differences(), "");
}

TEST_F(OldDefectTest, E22_WhoTriggeredARunIsWrittenDown) {
    RunOptions options;
    options.triggered_by = "scheduler";
    Run(1, options);
    EXPECT_EQ(Value("select triggered_by from etl_control"), "scheduler");
}

TEST_F(OldDefectTest, E23_ARunInWhichEverythingIsKnownAlreadyIsAnOrdinaryRun) {
    AddConversations(12, "2026-03-01 12:00:00");
    Run();
    RunOptions full;
    full.mode = Mode::kFull;
    const RunSummary again = Run(1, full, 5);
    EXPECT_EQ(again.conversations.unchanged, 12);
    EXPECT_EQ(again.conversations.total(), 12);
}

TEST_F(OldDefectTest, E24_DatesAreTheTenantsAndComputedWhenRead) {
    // 23:30 of the last day of the year in São Paulo, and the hours around the end of a summer time.
    AddConversations(1, "2026-01-01 02:30:00");
    AddConversations(1, "2018-02-18 01:30:00");
    AddConversations(1, "2018-02-18 02:30:00");
    Run();
    EXPECT_EQ(Value("select string_agg(conversation_date || ' ' || conversation_year || ' ' ||"
                    " conversation_hour || ' ' || conversation_period, ', ' order by conversation_id)"
                    " from conversations_analytics"),
              "2025-12-31 2025 23 Noite, 2018-02-17 2018 23 Noite, 2018-02-17 2018 23 Noite")
        << "the hour that happens twice is 23 o'clock both times";
}

}  // namespace
}  // namespace geniai::sync
