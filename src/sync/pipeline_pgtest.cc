#include "sync/pipeline.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "pg/advisory_lock.h"
#include "tenancy/inboxes.h"
#include "tenancy/tenant_lock.h"
#include "testing/sync_fixture.h"

namespace geniai::sync {
namespace {

using base::TenantId;

class PipelineTest : public testing::SyncFixture {};

TEST_F(PipelineTest, CopiesConversationContactTranscriptAndVerdict) {
    source_.AddConversation(7, 1, 10, 100, "2026-03-01 12:00:00.123456");
    source_.AddContactMessage(70, 1, 7, "Olá, quanto custa o plano?", "2026-03-01 12:00:00");
    source_.AddHumanMessage(71, 1, 7, "São R$ 99", "2026-03-01 12:10:00");
    const RunSummary summary = Run();
    EXPECT_EQ(summary.extracted, 1);
    EXPECT_EQ(summary.conversations.inserted, 1);
    EXPECT_EQ(summary.contacts.inserted, 1);
    EXPECT_EQ(Value("select contact_name from conversations_analytics"), "José");
    EXPECT_EQ(Value("select conversation_created_at from conversations_analytics"),
              "2026-03-01 12:00:00.123456+00");
    EXPECT_EQ(Value("select first_response_seconds from conversations_analytics"), "600");
    EXPECT_EQ(Value("select message_compiled->0->>'text' from conversations_analytics"),
              "Olá, quanto custa o plano?");
    EXPECT_EQ(Value("select t_messages from conversations_analytics"), "2");
    EXPECT_EQ(Value("select is_lead from conversations_analytics"), "true");
    EXPECT_EQ(Value("select search_text from contacts"), "jose  +5511900000100 5511900000100");
    EXPECT_EQ(Value("select status from etl_control"), "success");
    EXPECT_EQ(Value("select load_type from etl_control"), "full");
    EXPECT_EQ(Value("select complete_up_to is not null from etl_control"), "true");
}

TEST_F(PipelineTest, ASecondRunWithoutChangesWritesNothing) {
    AddConversations(25, "2026-03-01 12:00:00");
    Run();
    const std::int64_t before = TuplesWritten();
    ASSERT_GT(before, 0);
    const RunSummary incremental = Run();
    RunOptions full;
    full.mode = Mode::kFull;
    const RunSummary again = Run(1, full);
    EXPECT_EQ(TuplesWritten(), before);
    EXPECT_EQ(incremental.conversations.inserted + incremental.conversations.updated, 0);
    EXPECT_EQ(again.conversations.unchanged, 25);
    EXPECT_EQ(Value("select count(*) from etl_control where load_type = 'incremental'"), "1");
}

TEST_F(PipelineTest, WhatChangesArrivesWithTheNextRun) {
    AddConversations(3, "2026-03-01 12:00:00");
    Run();
    source_.AddHumanMessage(900, 1, 2, "Claro! Amanhã às 10h?", "2026-03-02 09:00:00");
    source_.Touch(2, "2026-03-02 09:00:00");
    source_.Run("update contacts set name = 'José Novo', updated_at = '2026-03-02' where id = 100");
    AddConversations(1, "2026-03-02 10:00:00");
    const RunSummary summary = Run();
    EXPECT_EQ(summary.conversations.inserted, 1);
    EXPECT_EQ(summary.conversations.updated, 1);
    EXPECT_EQ(summary.contacts.updated, 1);
    EXPECT_EQ(Value("select t_messages from conversations where conversation_id = 2"), "2");
    EXPECT_EQ(Value("select distinct contact_name from conversations_analytics"), "José Novo");
}

TEST_F(PipelineTest, ANumberAtTwilioIsOneOfWhatsAppWhenItsChannelSaysSo) {
    const auto make_twilio = [&](int medium) {
        source_.Run(
            "insert into channel_twilio_sms (id, auth_token, account_sid, account_id, medium,"
            " created_at, updated_at) values (70, 'x', 'x', 1, " +
            std::to_string(medium) +
            ", now(), now()) on conflict (id) do update set medium = excluded.medium;"
            "update inboxes set channel_type = 'Channel::TwilioSms', channel_id = 70"
            " where id = 10");
    };
    const char* stored =
        "select coalesce(medium, '-') from inbox_tenant_mapping where inbox_id = 10";
    AddConversations(1, "2026-03-01 12:00:00");
    Run();
    EXPECT_EQ(Value(stored), "-");
    make_twilio(0);
    Run();
    EXPECT_EQ(Value(stored), "sms");
    make_twilio(1);
    Run();
    EXPECT_EQ(Value(stored), "whatsapp");
    source_.Run("alter table channel_twilio_sms rename to somewhere_else");
    Run();
    EXPECT_EQ(Value(stored), "-") << "nobody knows";
}

TEST_F(PipelineTest, AContactWhoOnlyWritesIsNotWrittenAnew) {
    AddConversations(2, "2026-03-01 12:00:00");
    Run();
    const std::string before = Value("select ctid::text from contacts where contact_id = 100");
    source_.AddHumanMessage(900, 1, 2, "Claro! Amanhã às 10h?", "2026-03-02 09:00:00");
    source_.Run("update contacts set updated_at = '2026-03-02', last_activity_at = '2026-03-02'"
                " where id = 100");
    const RunSummary summary = Run();
    EXPECT_EQ(summary.conversations.updated, 1);
    EXPECT_EQ(summary.contacts.updated, 0);
    EXPECT_EQ(Value("select ctid::text from contacts where contact_id = 100"), before);
}

TEST_F(PipelineTest, ThousandsOfRowsWithOneStampAreAllLoadedOnce) {
    source_.Run(R"sql(
        insert into conversations (id, account_id, inbox_id, contact_id, status, created_at,
                                   updated_at, last_activity_at)
        select g, 1, 10, 100, 0, '2026-03-01', '2026-03-01 12:00:00', '2026-03-01'
          from generate_series(1, 3000) g)sql");
    const RunSummary summary = Run(1, {}, 100);
    EXPECT_EQ(summary.conversations.inserted, 3'000);
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "3000");
}

TEST_F(PipelineTest, AStampInTheFutureDoesNotHideWhatComesBeforeIt) {
    AddConversations(1, "2026-03-01 12:00:00");
    AddConversations(1, "2099-01-01 00:00:00");
    Run();
    AddConversations(1, "2026-03-02 12:00:00");
    EXPECT_EQ(Run().conversations.inserted, 1);
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "3");
    EXPECT_EQ(Value("select since_at < '2090-01-01' from sync_state"), "true");
}

TEST_F(PipelineTest, ARunThatEndsInTheMiddleKeepsItsBatchesAndTheNextGoesOn) {
    AddConversations(30, "2026-03-01 12:00:00");
    std::stop_source stop;
    RunOptions options;
    options.stop = stop.get_token();
    options.on_progress = [&](const Progress& progress) {
        if (progress.stream == "conversations") stop.request_stop();
    };
    EXPECT_THROW(Run(1, options, 5), Stopped);
    // The batch after the one that was reported is on its way when the stop is seen.
    EXPECT_EQ(Value("select count(*) from conversations"), "10");
    EXPECT_EQ(Value("select position from sync_state"), "10");
    EXPECT_EQ(Value("select status from etl_control"), "failed");
    EXPECT_EQ(Value("select records_inserted from etl_control"), "10");
    const RunSummary rest = Run(1, {}, 5);
    EXPECT_EQ(rest.extracted, 20) << "what was loaded is not even read again";
    EXPECT_EQ(rest.conversations.inserted, 20);
    EXPECT_EQ(Value("select count(*) from conversations"), "30");
}

TEST_F(PipelineTest, TextThatPostgresqlRefusesIsMadeSafe) {
    AddConversations(1, "2026-03-01 12:00:00");
    source_.Run(R"sql(
        insert into messages (id, account_id, inbox_id, conversation_id, message_type, sender_type,
                              content, content_attributes, private, content_type, created_at, updated_at)
        values (500, 1, 10, 1, 1, 'User', E'ctrl \x01\x1b tab\t \\ "quote" 😀 \u202e bidi',
                '{"external_error":"nul \u0000 here"}', false, 0, '2026-03-01', '2026-03-01'),
               (501, 1, 10, 1, 0, 'Contact', '\u0000 as text, \ud83d too', '"{\"deleted\":true}"',
                false, 0, '2026-03-01', '2026-03-01'))sql");
    Run();
    EXPECT_EQ(Value("select count(*) from conversation_transcripts"), "1");
    EXPECT_EQ(Value("select message_compiled @> '[{\"text\": \"\\\\u0000 as text, \\\\ud83d too\"}]' "
                    "from conversation_transcripts"),
              "true");
}

TEST_F(PipelineTest, OneTenantNeverGetsAnothersRows) {
    AddConversations(3, "2026-03-01 12:00:00", 1);
    AddConversations(5, "2026-03-01 12:00:00", 2);
    // A message that claims a conversation of another account.
    source_.AddContactMessage(999, 2, 1, "segredo da outra conta", "2026-03-01 12:00:00");
    Run(1);
    Run(2);
    EXPECT_EQ(Value("select count(*) from conversations_analytics", 1), "3");
    EXPECT_EQ(Value("select count(*) from conversations_analytics", 2), "5");
    EXPECT_EQ(Value("select count(*) from conversation_transcripts where message_compiled::text "
                    "like '%segredo%'",
                    1),
              "0");
}

TEST_F(PipelineTest, ANewInboxStaysInvisibleUntilItIsMappedAndThenBringsItsHistory) {
    AddConversations(2, "2026-03-01 12:00:00");
    Run();
    source_.AddInbox(11, 1, "Instagram");
    source_.AddConversation(50, 1, 11, 100, "2026-02-01 12:00:00");
    const RunSummary waiting = Run();
    EXPECT_EQ(waiting.unmapped_inboxes, std::vector{base::InboxId(11)});
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "2");
    {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        tenancy::RoleScope scope(app, tenancy::DatabaseRole::kAdminUsers);
        tenancy::MapInbox(scope, TenantId(1), {base::InboxId(11), "Instagram", "Channel::Instagram"},
                          tenancy::InboxState::kActive);
        scope.Commit();
    }
    EXPECT_EQ(Run().conversations.inserted, 1);
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "3");
}

TEST_F(PipelineTest, AnInboxThatIsSwitchedOffStaysOff) {
    AddConversations(2, "2026-03-01 12:00:00");
    Run();
    {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        tenancy::RoleScope scope(app, tenancy::DatabaseRole::kAdminUsers);
        tenancy::MapInbox(scope, TenantId(1), {base::InboxId(10), "", ""},
                          tenancy::InboxState::kInactive);
        scope.Commit();
    }
    Run();
    EXPECT_EQ(Value("select count(*) from conversations_analytics"), "0");
    EXPECT_EQ(Value("select is_active from inbox_tenant_mapping"), "false");
    EXPECT_EQ(Value("select inbox_name from inbox_tenant_mapping"), "WhatsApp");
}

TEST_F(PipelineTest, OneRunATenantAndTheOthersAreTold) {
    pg::Connection other = warehouse_.Connect(warehouse_.kApp);
    const pg::AdvisoryLock lock = tenancy::LockTenant(other, TenantId(1));
    try {
        Run();
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kAlreadyRunning);
    }
    EXPECT_EQ(Value("select count(*) from etl_control"), "0") << "who did not run left no trace";
    EXPECT_NO_THROW(Run(2)) << "another tenant is not concerned";
}

TEST_F(PipelineTest, TheLockEndsWithTheRunAndWithItsConnection) {
    Run();
    EXPECT_NO_THROW(Run());
    {
        pg::Connection dead = warehouse_.Connect(warehouse_.kApp);
        const pg::AdvisoryLock lock = tenancy::LockTenant(dead, TenantId(1));
    }
    EXPECT_NO_THROW(Run());
}

TEST_F(PipelineTest, TheRunOfADeadProcessIsClosedByTheNext) {
    {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        tenancy::TenantScope scope(app, tenancy::DatabaseRole::kEtlService, TenantId(1));
        scope.transaction().RunScript({"test.dead", R"sql(
            insert into etl_control (tenant_id, load_type, status, triggered_by, etl_version)
            values (1, 'full', 'running', 'cli', 'v'))sql"});
        scope.Commit();
    }
    Run();
    EXPECT_EQ(Value("select string_agg(status, ',' order by id) from etl_control"), "failed,success");
}

TEST_F(PipelineTest, ABrokenSourceFailsTheRunAndSaysWhichColumn) {
    AddConversations(1, "2026-03-01 12:00:00");
    source_.Run("alter table messages rename column content to body");
    try {
        Run();
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_NE(std::string(error.what()).find("column messages.content is missing"),
                  std::string::npos)
            << error.what();
    }
    EXPECT_EQ(Value("select status from etl_control"), "failed");
    EXPECT_EQ(Value("select count(*) from conversations"), "0");
}

TEST_F(PipelineTest, ATenantWithoutAnAccountIsToldHowToGetOne) {
    tenants_[0].account.reset();
    try {
        Run();
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_NE(std::string(error.what()).find("tenant set --tenant-id 1 --account-id"),
                  std::string::npos);
    }
}

TEST_F(PipelineTest, TheSourceIsNeverWritten) {
    chatwoot::Source source({.connection = source_.OwnerSettings()});
    pg::Transaction transaction(source.connection());
    EXPECT_THROW(transaction.Execute({"test.write", "delete from conversations"}), base::Error);
}

}  // namespace
}  // namespace geniai::sync
