#include "chatwoot/verification.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "chatwoot/reader.h"
#include "chatwoot/view_installer.h"
#include "embedded/files.h"
#include "testing/chatwoot_fixture.h"

namespace geniai::chatwoot {
namespace {

std::string_view ViewSql() {
    return embedded::Get("db/source/view.sql");
}

Verification VerifyAsReader(const testing::ChatwootFixture& fixture) {
    Source source({.connection = fixture.ReaderSettings()});
    Snapshot snapshot(source);
    return Verify(snapshot, ViewSql());
}

void Install(const testing::ChatwootFixture& fixture, std::string_view sql) {
    pg::Connection owner(fixture.OwnerSettings());
    InstallView(owner, sql, testing::TestDatabase::kReader);
}

TEST(VerificationTest, TheContractNamesEveryColumnThatTheViewUses) {
    const testing::ChatwootFixture fixture;
    Install(fixture, ViewSql());
    std::set<std::string> named;
    for (const TableColumn& column : BaseTableColumns()) {
        named.insert(std::string(column.table) + "." + std::string(column.column.name));
    }
    pg::Connection owner(fixture.OwnerSettings());
    pg::Transaction transaction(owner);
    const pg::Result used = transaction.Execute({"test.used", R"sql(
        select distinct c.relname || '.' || a.attname as name
          from pg_rewrite r
          join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          join pg_class c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid
          join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
         where r.ev_class = 'geniai.vw_conversations_analytics_final'::regclass
           and c.relkind = 'r')sql"});
    EXPECT_GT(used.size(), 40);
    for (const pg::Row row : used) EXPECT_TRUE(named.contains(row["name"].String())) << row["name"].text();
}

TEST(VerificationTest, WithoutTheViewTheTablesAreRead) {
    const testing::ChatwootFixture fixture;
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kBaseTables);
    EXPECT_TRUE(verification.view.empty());
    EXPECT_TRUE(verification.problems.empty());
    EXPECT_EQ(verification.schema_version, "20260611184600");
}

TEST(VerificationTest, AnInstalledViewNeedsNoRightsOnTheTablesBehindIt) {
    testing::ChatwootFixture fixture;
    Install(fixture, ViewSql());
    fixture.Run("revoke select on messages, conversations from test_reader");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kInstalledView);
    EXPECT_TRUE(verification.view_is_current);
    EXPECT_TRUE(verification.problems.empty()) << verification.problems.front();
    EXPECT_NO_THROW(RequireReadable(verification));
}

TEST(VerificationTest, AViewOfAnotherVersionIsPassedOverWhereTheTablesCanBeRead) {
    testing::ChatwootFixture fixture;
    Install(fixture, std::string(ViewSql()) + "\n-- another version");
    EXPECT_EQ(VerifyAsReader(fixture).path, ReadPath::kBaseTables);
    EXPECT_EQ(VerifyAsReader(fixture).problems.size(), 1U);
    fixture.Run("revoke select on messages from test_reader");
    EXPECT_EQ(VerifyAsReader(fixture).path, ReadPath::kInstalledView) << "better than nothing";
}

TEST(VerificationTest, AMissingColumnAndOneOfAnotherTypeAreNamed) {
    testing::ChatwootFixture fixture;
    fixture.Run("alter table messages rename column sender_type to sender_kind;"
                "alter table conversations alter column status type text");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kNone);
    const auto says = [&](const std::string& text) {
        return std::ranges::any_of(verification.problems, [&](const std::string& problem) {
            return problem.find(text) != std::string::npos;
        });
    };
    EXPECT_TRUE(says("column messages.sender_type is missing"));
    EXPECT_TRUE(says("column conversations.status is text, expected integer"));
    EXPECT_THROW(RequireReadable(verification), base::Error);
}

TEST(VerificationTest, AnOptionalColumnMayBeMissingInAnInstalledView) {
    testing::ChatwootFixture fixture;
    fixture.AddAccount(1, "A");
    fixture.AddInbox(10, 1, "WhatsApp");
    fixture.AddContact(100, 1, "José");
    fixture.AddConversation(7, 1, 10, 100, "2026-03-01 12:00:00");
    fixture.Run("create schema geniai; create view geniai.full_view as " + std::string(ViewSql()) + "\n");
    std::string columns;
    for (const Column& column : ConversationColumns()) {
        if (column.name == "csat_feedback") continue;
        columns += (columns.empty() ? "" : ", ") + std::string(column.name);
    }
    fixture.Run("create view geniai.vw_conversations_analytics_final as select " + columns +
                " from geniai.full_view; grant usage on schema geniai to test_reader;"
                "grant select on geniai.vw_conversations_analytics_final to test_reader;"
                "revoke select on messages from test_reader");
    Source source({.connection = fixture.ReaderSettings()});
    Snapshot snapshot(source);
    const Verification verification = Verify(snapshot, ViewSql());
    ASSERT_EQ(verification.path, ReadPath::kInstalledView);
    const Reader reader(verification, ViewSql());
    const std::vector inboxes{base::InboxId(10)};
    RowStream rows = reader.ReadConversations(snapshot, base::AccountId(1), inboxes, std::nullopt);
    ASSERT_TRUE(rows.Next());
    EXPECT_EQ(rows.fields()[0], "7");
    EXPECT_EQ(rows.fields()[33], std::nullopt);
    EXPECT_FALSE(rows.Next());
}

TEST(ViewInstallerTest, WhoMayNotIsToldWhatToDo) {
    const testing::ChatwootFixture fixture;
    pg::Connection reader(fixture.ReaderSettings());
    try {
        InstallView(reader, ViewSql(), "");
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_NE(std::string(error.what()).find("owner of Chatwoot's database"), std::string::npos);
    }
}

TEST(ViewInstallerTest, AViewIsReplacedAndTakenAway) {
    testing::ChatwootFixture fixture;
    Install(fixture, "select 1 as old");
    Install(fixture, ViewSql());
    EXPECT_TRUE(VerifyAsReader(fixture).view_is_current);
    pg::Connection owner(fixture.OwnerSettings());
    DropView(owner);
    EXPECT_TRUE(VerifyAsReader(fixture).view.empty());
}

}  // namespace
}  // namespace geniai::chatwoot
