#include "chatwoot/verification.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "chatwoot/inlined_view.h"
#include "chatwoot/view_installer.h"
#include "embedded/files.h"
#include "testing/chatwoot_fixture.h"

namespace geniai::chatwoot {
namespace {

constexpr std::string_view kOnlyByStamp = "changes without a stamp are found by reconcile only";

std::string_view ViewSql() {
    return embedded::Get("db/source/view.sql");
}

Verification VerifyAs(const pg::ConnectionSettings& user) {
    Source source({.connection = user});
    Snapshot snapshot(source);
    return Verify(snapshot, ViewSql());
}

Verification VerifyAsReader(const testing::ChatwootFixture& fixture) {
    return VerifyAs(fixture.ReaderSettings());
}

void Install(const testing::ChatwootFixture& fixture, std::string_view sql) {
    pg::Connection owner(fixture.OwnerSettings());
    InstallView(owner, sql, testing::TestDatabase::kReader);
}

// What only a superuser may do in a fixture's database.
void RunAsSuperuser(const testing::ChatwootFixture& fixture, const std::string& sql) {
    const std::string database = pg::ParseTarget(fixture.OwnerSettings().url).database;
    pg::Connection superuser(
        {.url = testing::TestCluster().Url(pg::PrivateCluster::kSuperuser, database)});
    pg::Transaction transaction(superuser);
    transaction.RunScript({"test.superuser", sql});
    transaction.Commit();
}

void RevokeAll(testing::ChatwootFixture& fixture) {
    fixture.Run("revoke select on all tables in schema public from test_reader");
}

// Rights on exactly the columns of the contract.
void GrantContractColumns(testing::ChatwootFixture& fixture) {
    for (const TableColumn& column : BaseTableColumns()) {
        fixture.Run("grant select (" + std::string(column.column.name) + ") on " +
                    std::string(column.table) + " to test_reader");
    }
}

void AddOneConversation(testing::ChatwootFixture& fixture) {
    fixture.AddAccount(1, "Estúdio Lume");
    fixture.AddInbox(10, 1, "WhatsApp");
    fixture.AddContact(100, 1, "José");
    fixture.AddConversation(7, 1, 10, 100, "2026-03-01 12:00:00");
    fixture.AddContactMessage(1, 1, 7, "Oi", "2026-03-01 12:00:00");
    fixture.Run(
        "update conversations set priority = 2, campaign_id = 5, snoozed_until = '2026-04-01';"
        "insert into attachments (message_id, account_id, created_at, updated_at)"
        " values (1, 1, now(), now());"
        "insert into tags (id, name) values (1, 'vip');"
        "insert into taggings (tag_id, taggable_type, taggable_id, context)"
        " values (1, 'Conversation', 7, 'labels');"
        "insert into csat_survey_responses (account_id, conversation_id, message_id, rating,"
        " feedback_message, contact_id, created_at, updated_at)"
        " values (1, 7, 1, 5, 'Ótimo', 100, now(), now())");
}

// The one conversation as a reader gets it, by column.
using Values = std::map<std::string, std::string, std::less<>>;

Values ReadOne(const testing::ChatwootFixture& fixture) {
    Source source({.connection = fixture.ReaderSettings()});
    Snapshot snapshot(source);
    const Verification verification = Verify(snapshot, ViewSql());
    const pg::Row row = snapshot.transaction()
                            .Execute({"test.read", "select * from (" +
                                                       ConversationsSql(verification, ViewSql()) +
                                                       "\n) as v where v.account_id = 1"})
                            .One();
    Values values;
    for (const auto columns : {ConversationColumns(), ViewOnlyColumns()}) {
        for (const Column& column : columns) {
            const std::string name(column.name);
            values[name] = row[name.c_str()].OptionalString().value_or("NULL");
        }
    }
    return values;
}

const Lack* FindLack(const Verification& verification, std::string_view what) {
    const auto found = std::ranges::find(verification.lacks, what, &Lack::what);
    return found == verification.lacks.end() ? nullptr : &*found;
}

std::string DescribeLacks(const Verification& verification) {
    std::string text;
    for (const Lack& lack : verification.lacks) text += lack.what + "\n";
    return text;
}

std::string RefusalOf(const Verification& verification) {
    try {
        RequireReadable(verification);
    } catch (const base::Error& error) {
        return error.what();
    }
    return "";
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
    for (const pg::Row row : used) {
        EXPECT_TRUE(named.contains(row["name"].String())) << row["name"].text();
    }
}

TEST(VerificationTest, TheContractsColumnsOfATableStandTogetherAndOptionalOnesSayTheirCost) {
    std::set<std::string_view> seen;
    std::string_view table;
    for (const TableColumn& column : BaseTableColumns()) {
        const bool begins = column.table != table;
        table = column.table;
        EXPECT_TRUE(!begins || seen.insert(table).second) << table;
        const bool optional = column.column.need == Need::kOptional;
        EXPECT_EQ(optional, !column.column.cost.empty()) << table << "." << column.column.name;
    }
}

TEST(VerificationTest, WithAllRightsEveryRowVersionIsSeen) {
    testing::ChatwootFixture fixture;
    const Verification tables = VerifyAsReader(fixture);
    EXPECT_EQ(tables.path, ReadPath::kBaseTables);
    EXPECT_TRUE(tables.view.empty());
    EXPECT_EQ(NameOfWayIn(tables.capabilities), "tables with row versions");
    EXPECT_TRUE(tables.capabilities.survey_answers);
    EXPECT_TRUE(tables.lacks.empty()) << DescribeLacks(tables);
    EXPECT_FALSE(tables.standby);
    EXPECT_EQ(tables.schema_version, "20260611184600");
    EXPECT_EQ(tables.chatwoot_release, "4.15");

    Install(fixture, ViewSql());
    const Verification view = VerifyAsReader(fixture);
    EXPECT_EQ(view.path, ReadPath::kInstalledView);
    EXPECT_TRUE(view.view_is_current);
    EXPECT_EQ(NameOfWayIn(view.capabilities), "tables with row versions");
    EXPECT_TRUE(view.lacks.empty()) << DescribeLacks(view);
}

TEST(VerificationTest, BothPathsGiveTheSameRow) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    const Values through_tables = ReadOne(fixture);
    EXPECT_EQ(through_tables.at("priority"), "2");
    EXPECT_EQ(through_tables.at("contact_name"), "José");
    EXPECT_EQ(through_tables.at("labels"), "{vip}");
    Install(fixture, ViewSql());
    RevokeAll(fixture);
    EXPECT_EQ(ReadOne(fixture), through_tables);
}

TEST(VerificationTest, AUserWithTheViewAloneCanReadAndIsToldWhatThatCosts) {
    testing::ChatwootFixture fixture;
    Install(fixture, ViewSql());
    RevokeAll(fixture);
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kInstalledView);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "view only");
    EXPECT_FALSE(verification.capabilities.row_versions);
    EXPECT_FALSE(verification.capabilities.survey_answers);
    EXPECT_NO_THROW(RequireReadable(verification));
    EXPECT_EQ(verification.schema_version, std::nullopt);
    EXPECT_EQ(verification.chatwoot_release, "4.10") << "by the columns alone";
    ASSERT_EQ(verification.lacks.size(), 1U) << DescribeLacks(verification);
    const Lack& lack = verification.lacks.front();
    EXPECT_FALSE(lack.stops);
    EXPECT_EQ(lack.what, "no right to read accounts, inboxes, contacts, conversations, messages, "
                         "csat_survey_responses");
    EXPECT_NE(lack.cost.find("found by conversation_updated_at only"), std::string::npos);
    EXPECT_NE(lack.cost.find("inboxes without conversations are not seen"), std::string::npos);

    fixture.Run(lack.mend);
    const Verification better = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(better.capabilities), "tables with row versions");
    ASSERT_EQ(better.lacks.size(), 1U) << DescribeLacks(better);
    EXPECT_EQ(better.lacks.front().mend,
              "grant select (id, medium) on public.channel_twilio_sms to test_reader;");
    fixture.Run(better.lacks.front().mend);
    const Verification mended = VerifyAsReader(fixture);
    EXPECT_TRUE(mended.lacks.empty()) << DescribeLacks(mended);
}

TEST(VerificationTest, GrantsOnColumnsServeButShowNoRowVersions) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    const Values whole = ReadOne(fixture);
    RevokeAll(fixture);
    GrantContractColumns(fixture);
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kBaseTables);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "tables by stamps");
    EXPECT_TRUE(verification.capabilities.survey_answers);
    EXPECT_EQ(ReadOne(fixture), whole);
    ASSERT_EQ(verification.lacks.size(), 1U) << DescribeLacks(verification);
    const Lack& lack = verification.lacks.front();
    EXPECT_EQ(lack.what,
              "grants on columns only: conversations, contacts, messages, csat_survey_responses");
    EXPECT_EQ(lack.cost, kOnlyByStamp);
    EXPECT_EQ(lack.mend,
              "grant select on public.conversations, public.contacts, public.messages, "
              "public.csat_survey_responses to test_reader;");
    fixture.Run(lack.mend);
    EXPECT_TRUE(VerifyAsReader(fixture).capabilities.row_versions);
}

TEST(VerificationTest, TheSystemColumnsCanBeReadExactlyWhenTheCapabilitySaysSo) {
    testing::ChatwootFixture fixture;
    const auto reads_versions = [&](const std::string& table) {
        try {
            pg::Connection reader(fixture.ReaderSettings());
            pg::Transaction transaction(reader);
            transaction.Execute({"test.xmin", "select max(age(xmin)) from public." + table});
            return true;
        } catch (const base::Error&) {
            return false;
        }
    };
    EXPECT_TRUE(reads_versions("conversations"));
    EXPECT_TRUE(VerifyAsReader(fixture).capabilities.row_versions);
    for (const std::string table :
         {"conversations", "contacts", "messages", "csat_survey_responses"}) {
        fixture.Run("revoke select on " + table + " from test_reader");
        GrantContractColumns(fixture);
        EXPECT_FALSE(reads_versions(table));
        EXPECT_FALSE(VerifyAsReader(fixture).capabilities.row_versions) << table;
        fixture.Run("grant select on " + table + " to test_reader");
        EXPECT_TRUE(VerifyAsReader(fixture).capabilities.row_versions) << table;
    }
}

TEST(VerificationTest, AMissingRightOnAnOptionalTableCostsWhatItHolds) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    fixture.Run("revoke select on csat_survey_responses, users, taggings, tags from test_reader");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "tables with row versions");
    EXPECT_FALSE(verification.capabilities.survey_answers);
    EXPECT_NO_THROW(RequireReadable(verification));

    const Lack* labels = FindLack(verification, "no right to read tags, taggings");
    ASSERT_NE(labels, nullptr) << DescribeLacks(verification);
    EXPECT_EQ(labels->cost, "labels stay empty");
    EXPECT_EQ(labels->mend, "grant select on public.tags, public.taggings to test_reader;");
    const Lack* agents = FindLack(verification, "no right to read users");
    ASSERT_NE(agents, nullptr) << DescribeLacks(verification);
    EXPECT_EQ(agents->mend,
              "grant select (id, name, display_name) on public.users to test_reader;");
    const Lack* ratings = FindLack(verification, "no right to read csat_survey_responses");
    ASSERT_NE(ratings, nullptr) << DescribeLacks(verification);
    EXPECT_EQ(ratings->cost, "ratings stay empty");

    const Values row = ReadOne(fixture);
    EXPECT_EQ(row.at("csat_rating"), "NULL");
    EXPECT_EQ(row.at("labels"), "{}");
    EXPECT_EQ(row.at("t_messages"), "1");
    for (const Lack& lack : verification.lacks) fixture.Run(lack.mend);
    EXPECT_TRUE(VerifyAsReader(fixture).lacks.empty());
    EXPECT_EQ(ReadOne(fixture).at("csat_rating"), "5");
}

TEST(VerificationTest, RatingsThatOnlyTheViewShowsAreFoundLate) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    Install(fixture, ViewSql());
    fixture.Run("revoke select on csat_survey_responses, contacts from test_reader;"
                "grant select (id, account_id, name, updated_at) on contacts to test_reader");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "tables by stamps");
    EXPECT_FALSE(verification.capabilities.survey_answers);
    const Lack* ratings = FindLack(verification, "no right to read csat_survey_responses");
    ASSERT_NE(ratings, nullptr) << DescribeLacks(verification);
    EXPECT_EQ(ratings->cost, "a new or changed rating is found by reconcile only");
    EXPECT_EQ(ReadOne(fixture).at("csat_rating"), "5");

    const Lack* contacts = FindLack(
        verification, "no right to read contacts (email, phone_number, identifier, created_at, blocked)");
    ASSERT_NE(contacts, nullptr) << DescribeLacks(verification);
    EXPECT_NE(contacts->cost.find("e-mails of contacts stay empty"), std::string::npos);
    Source source({.connection = fixture.ReaderSettings()});
    Snapshot snapshot(source);
    const pg::Row row =
        snapshot.transaction()
            .Execute({"test.contacts",
                      "select * from " + TableSql(verification, "contacts") + " as k"})
            .One();
    EXPECT_EQ(row["name"].text(), "José");
    EXPECT_TRUE(row["phone_number"].is_null());
}

TEST(VerificationTest, WithoutTheRightOnTheSchemaNothingIsReadAndTheStatementMendsIt) {
    testing::ChatwootFixture fixture;
    fixture.Run("revoke usage on schema public from public");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "none");
    ASSERT_TRUE(verification.lacks.front().stops);
    EXPECT_NE(RefusalOf(verification).find("grant usage on schema public to test_reader;"),
              std::string::npos)
        << RefusalOf(verification);
    fixture.Run(verification.lacks.front().mend);
    EXPECT_TRUE(VerifyAsReader(fixture).lacks.empty());
}

TEST(VerificationTest, WithoutAnyRightOneLineSaysWhatToGrant) {
    testing::ChatwootFixture fixture;
    RevokeAll(fixture);
    const std::string refusal = RefusalOf(VerifyAsReader(fixture));
    EXPECT_EQ(refusal,
              "the source is not a Chatwoot that we can read: no right to read accounts, inboxes, "
              "contacts, conversations, messages; grant select on public.accounts, public.inboxes, "
              "public.contacts, public.conversations, public.messages to test_reader;");

    Install(fixture, ViewSql());
    fixture.Run("revoke all on schema geniai from test_reader");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.lacks.front().mend,
              "grant usage on schema geniai to test_reader; grant select on "
              "geniai.vw_conversations_analytics_final to test_reader;");
    fixture.Run(verification.lacks.front().mend);
    EXPECT_EQ(NameOfWayIn(VerifyAsReader(fixture).capabilities), "view only");
}

TEST(VerificationTest, AMissingColumnAndOneOfAnotherTypeAreNamedBeforeAnythingIsRead) {
    testing::ChatwootFixture fixture;
    fixture.Run("alter table messages rename column sender_type to sender_kind;"
                "alter table conversations alter column status type text");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kNone);
    EXPECT_FALSE(verification.capabilities.tables);
    for (const char* what : {"column messages.sender_type is missing",
                             "column conversations.status is text, expected integer"}) {
        const Lack* lack = FindLack(verification, what);
        ASSERT_NE(lack, nullptr) << DescribeLacks(verification);
        EXPECT_TRUE(lack->stops);
        EXPECT_EQ(lack->cost, "nothing can be read");
    }
    EXPECT_EQ(RefusalOf(verification),
              "the source is not a Chatwoot that we can read: column conversations.status is text, "
              "expected integer; geniai source verify shows all columns");
}

TEST(VerificationTest, OptionalColumnsAndTablesThatAreMissingAreEmpty) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    const Values whole = ReadOne(fixture);
    fixture.Run("alter table conversations drop column campaign_id, drop column priority,"
                " drop column snoozed_until, drop column waiting_since;"
                "drop table attachments, taggings, csat_survey_responses;"
                "alter table users drop column display_name");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kBaseTables);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "tables with row versions");
    EXPECT_FALSE(verification.capabilities.survey_answers);
    const Lack* priority = FindLack(verification, "column conversations.priority is missing");
    ASSERT_NE(priority, nullptr) << DescribeLacks(verification);
    EXPECT_EQ(priority->cost, "priorities stay empty");
    const Lack* attachments = FindLack(verification, "table attachments is missing");
    ASSERT_NE(attachments, nullptr) << DescribeLacks(verification);
    EXPECT_EQ(attachments->mend, "");

    Values expected = whole;
    for (const char* name :
         {"campaign_id", "priority", "snoozed_until", "csat_rating", "csat_feedback"}) {
        EXPECT_NE(whole.at(name), "NULL") << name;
        expected[name] = "NULL";
    }
    expected["labels"] = "{}";
    Values row = ReadOne(fixture);
    EXPECT_NE(whole.at("message_compiled").find("\"image\""), std::string::npos);
    EXPECT_EQ(row.at("message_compiled").find("attachments"), std::string::npos);
    row["message_compiled"] = expected["message_compiled"] = "";
    EXPECT_EQ(row, expected);
}

TEST(VerificationTest, AnInstalledViewIsMadeForWhatThisChatwootHas) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    fixture.Run("alter table conversations drop column priority; drop table csat_survey_responses");
    const Values through_tables = ReadOne(fixture);
    Install(fixture, InstalledViewSql(VerifyAsReader(fixture), ViewSql()));
    RevokeAll(fixture);
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "view only");
    EXPECT_TRUE(verification.view_is_current);
    EXPECT_EQ(ReadOne(fixture), through_tables);

    fixture.Run("alter table conversations add column priority integer");
    EXPECT_FALSE(VerifyAsReader(fixture).view_is_current) << "it would hide the new column";
}

TEST(VerificationTest, AnOptionalColumnOfAnotherTypeIsEmpty) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    fixture.Run("alter table conversations alter column priority type text");
    const Verification verification = VerifyAsReader(fixture);
    const Lack* lack =
        FindLack(verification, "column conversations.priority is text, expected integer");
    ASSERT_NE(lack, nullptr) << DescribeLacks(verification);
    EXPECT_FALSE(lack->stops);
    EXPECT_EQ(lack->cost, "priorities stay empty");
    EXPECT_EQ(ReadOne(fixture).at("priority"), "NULL");
}

TEST(VerificationTest, EveryOptionalColumnCanBeMissing) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    for (const TableColumn& column : BaseTableColumns()) {
        if (column.column.need == Need::kRequired) continue;
        fixture.Run("alter table " + std::string(column.table) + " drop column " +
                    std::string(column.column.name) + " cascade");
    }
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kBaseTables);
    EXPECT_EQ(ReadOne(fixture).at("t_messages"), "1");
}

TEST(VerificationTest, WithoutAnyRequiredColumnNothingIsRead) {
    testing::ChatwootFixture fixture;
    for (const TableColumn& column : BaseTableColumns()) {
        if (column.column.need == Need::kOptional) continue;
        const std::string table(column.table);
        const std::string name(column.column.name);
        fixture.Run("alter table " + table + " rename column " + name + " to gone");
        EXPECT_EQ(RefusalOf(VerifyAsReader(fixture)),
                  "the source is not a Chatwoot that we can read: column " + table + "." + name +
                      " is missing; geniai source verify shows all columns");
        fixture.Run("alter table " + table + " rename column gone to " + name);
    }
    EXPECT_EQ(RefusalOf(VerifyAsReader(fixture)), "");
}

TEST(VerificationTest, AFilterReachesTheConversationsBelowReplacedTables) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    fixture.Run("alter table conversations drop column priority;"
                "revoke select on csat_survey_responses, attachments from test_reader");
    Source source({.connection = fixture.ReaderSettings()});
    Snapshot snapshot(source);
    const Verification verification = Verify(snapshot, ViewSql());
    snapshot.transaction().RunScript({"test.no_scan", "set local enable_seqscan = off"});
    const pg::Result plan = snapshot.transaction().Execute(
        {"test.plan", "explain select * from (" + ConversationsSql(verification, ViewSql()) +
                          "\n) as v where v.conversation_id = 7 and v.account_id = 1"});
    std::string text;
    for (const pg::Row row : plan) text += row["\"QUERY PLAN\""].String() + "\n";
    EXPECT_NE(text.find("(id = 7)"), std::string::npos) << text;
    EXPECT_EQ(text.find("Seq Scan on conversations"), std::string::npos) << text;
    EXPECT_EQ(text.find("Seq Scan on messages"), std::string::npos) << text;
}

TEST(VerificationTest, WhatAForkAddsIsListedAndChangesNothing) {
    testing::ChatwootFixture fixture;
    const std::size_t usual = VerifyAsReader(fixture).extra_columns.size();
    fixture.Run("alter table conversations add column funnel_stage jsonb;"
                "create table kanban_boards (id bigserial primary key)");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_TRUE(verification.lacks.empty()) << DescribeLacks(verification);
    ASSERT_EQ(verification.extra_columns.size(), usual + 1);
    const auto added =
        std::ranges::find(verification.extra_columns, "funnel_stage", &ExtraColumn::name);
    ASSERT_NE(added, verification.extra_columns.end());
    EXPECT_EQ(added->relation, "conversations");
    EXPECT_EQ(added->type, "jsonb");
}

TEST(VerificationTest, ASchemaAsOfTheFirstReleaseThatWeReadLacksOnlyBlocking) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    const Values newest = ReadOne(fixture);
    fixture.Run(
        "alter table conversations drop column cached_label_list,"
        " drop column assignee_agent_bot_id;"
        "drop table captain_inboxes, captain_assistants;"
        "alter table attachments drop column meta;"
        "alter table accounts drop column settings, drop column internal_attributes,"
        " alter column feature_flags type integer;"
        "alter table inboxes drop column csat_config;"
        "alter table contacts drop column contact_type, drop column middle_name,"
        " drop column last_name, drop column location, drop column country_code,"
        " drop column blocked, drop column company_id;"
        "alter table csat_survey_responses drop column csat_review_notes;"
        "alter table messages alter column private drop not null,"
        " alter column source_id type varchar;"
        "update schema_migrations set version = '20230714054138'");
    const Verification verification = VerifyAsReader(fixture);
    ASSERT_EQ(verification.lacks.size(), 1U) << DescribeLacks(verification);
    EXPECT_EQ(verification.lacks[0].what, "column contacts.blocked is missing");
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "tables with row versions");
    EXPECT_EQ(verification.chatwoot_release, "3.0");
    EXPECT_EQ(ReadOne(fixture), newest);

    fixture.Run("update schema_migrations set version = '20220101000000';"
                "alter table conversations drop column waiting_since");
    EXPECT_EQ(VerifyAsReader(fixture).chatwoot_release, std::nullopt);
}

TEST(VerificationTest, AReleaseIsKnownByWhatAllBeforeItBrought) {
    testing::ChatwootFixture fixture;
    fixture.Run("revoke select on schema_migrations from test_reader");
    EXPECT_EQ(VerifyAsReader(fixture).schema_version, std::nullopt);
    EXPECT_EQ(VerifyAsReader(fixture).chatwoot_release, "4.10");
    fixture.Run("create table calls (id bigserial)");
    EXPECT_EQ(VerifyAsReader(fixture).chatwoot_release, "4.13");
    fixture.Run("alter table conversations drop column assignee_agent_bot_id");
    EXPECT_EQ(VerifyAsReader(fixture).chatwoot_release, "4.7");
    fixture.Run("drop table captain_assistants");
    EXPECT_EQ(VerifyAsReader(fixture).chatwoot_release, "3.7");
}

TEST(VerificationTest, APartitionedTableHasNoRowVersions) {
    testing::ChatwootFixture fixture;
    fixture.Run("alter table conversations rename to old_conversations;"
                "create table conversations (like old_conversations) partition by hash (id);"
                "create table conversations_0 partition of conversations"
                " for values with (modulus 1, remainder 0);"
                "grant select on conversations to test_reader");
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "tables by stamps");
    const Lack* lack = FindLack(
        verification, "conversations is a partitioned table: its rows have no version");
    ASSERT_NE(lack, nullptr) << DescribeLacks(verification);
    EXPECT_EQ(lack->cost, kOnlyByStamp);
    EXPECT_EQ(lack->mend, "");
}

TEST(VerificationTest, AForeignTableHasNoRowVersionsAndNeitherHasAView) {
    testing::ChatwootFixture fixture;
    fixture.Run("alter table conversations rename to old_conversations");
    RunAsSuperuser(fixture, R"sql(
        create foreign data wrapper elsewhere;
        create server elsewhere foreign data wrapper elsewhere;
        do $$
        begin
            execute (select 'create foreign table public.conversations (' ||
                            string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ') ||
                            ') server elsewhere'
                       from pg_attribute
                      where attrelid = 'public.old_conversations'::regclass and attnum > 0);
        end
        $$;
        grant select on public.conversations to test_reader)sql");
    const Verification foreign = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(foreign.capabilities), "tables by stamps");
    EXPECT_NE(FindLack(foreign, "conversations is a foreign table: its rows have no version"),
              nullptr)
        << DescribeLacks(foreign);

    RunAsSuperuser(fixture, "drop foreign table public.conversations;"
                            "create view public.conversations as table public.old_conversations;"
                            "grant select on public.conversations to test_reader");
    const Verification view = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(view.capabilities), "tables by stamps");
    EXPECT_NE(FindLack(view, "conversations is a view: its rows have no version"), nullptr)
        << DescribeLacks(view);
}

TEST(VerificationTest, RowsThatRowSecurityHidesAreWarnedOf) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    fixture.Run("alter table messages enable row level security");
    const Verification verification = VerifyAsReader(fixture);
    ASSERT_EQ(verification.lacks.size(), 1U) << DescribeLacks(verification);
    EXPECT_EQ(verification.lacks.front().what, "row security is active on messages");
    EXPECT_EQ(ReadOne(fixture).at("t_messages"), "0");
    fixture.Run(verification.lacks.front().mend);
    EXPECT_EQ(ReadOne(fixture).at("t_messages"), "1");
}

TEST(VerificationTest, TheSearchPathChangesNothing) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    const Values usual = ReadOne(fixture);
    fixture.Run("create schema decoy; create table decoy.conversations (id text);"
                "create table decoy.schema_migrations (version text);"
                "insert into decoy.schema_migrations values ('1');"
                "grant usage on schema decoy to test_reader;"
                "grant select on all tables in schema decoy to test_reader");
    for (const std::string path : {"decoy, public", "decoy", "''"}) {
        Source source({.connection = fixture.ReaderSettings()});
        Snapshot snapshot(source);
        snapshot.transaction().RunScript({"test.path", "set local search_path = " + path});
        const Verification verification = Verify(snapshot, ViewSql());
        EXPECT_TRUE(verification.lacks.empty()) << path << "\n" << DescribeLacks(verification);
        EXPECT_EQ(verification.schema_version, "20260611184600") << path;
        const std::string sql = ConversationsSql(verification, ViewSql());
        const pg::Row row =
            snapshot.transaction()
                .Execute({"test.read", "select * from (" + sql + "\n) as v"})
                .One();
        EXPECT_EQ(row["message_compiled"].text(), usual.at("message_compiled")) << path;
    }
}

TEST(VerificationTest, AnEmptyDatabaseIsNoChatwoot) {
    const testing::TestDatabase database;
    const Verification verification = VerifyAs(database.Settings(testing::TestDatabase::kReader));
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "none");
    EXPECT_EQ(verification.chatwoot_release, std::nullopt);
    EXPECT_EQ(RefusalOf(verification),
              "the source is not a Chatwoot that we can read: table accounts is missing; geniai "
              "source verify shows all columns");
}

TEST(VerificationTest, AViewOfAnotherVersionIsPassedOverWhereTheTablesCanBeRead) {
    testing::ChatwootFixture fixture;
    Install(fixture, std::string(ViewSql()) + "\n-- another version");
    const Verification tables = VerifyAsReader(fixture);
    EXPECT_EQ(tables.path, ReadPath::kBaseTables);
    ASSERT_EQ(tables.lacks.size(), 1U) << DescribeLacks(tables);
    EXPECT_EQ(tables.lacks.front().cost, "it is passed over");
    fixture.Run("revoke select on messages from test_reader");
    const Verification view = VerifyAsReader(fixture);
    EXPECT_EQ(view.path, ReadPath::kInstalledView) << "better than nothing";
    EXPECT_NE(FindLack(view, "the installed view is not the one of this program"), nullptr);
}

TEST(VerificationTest, OptionalColumnsMayBeMissingInAnInstalledView) {
    testing::ChatwootFixture fixture;
    AddOneConversation(fixture);
    fixture.Run("create schema geniai; create view geniai.full_view as " +
                std::string(ViewSql()) + "\n");
    std::string columns;
    for (const Column& column : ConversationColumns()) {
        if (column.name == "csat_feedback") continue;
        columns += (columns.empty() ? "" : ", ") + std::string(column.name);
        if (column.name == "priority") columns += "::text";
    }
    fixture.Run("create view geniai.vw_conversations_analytics_final as select " + columns +
                " from geniai.full_view; grant usage on schema geniai to test_reader;"
                "grant select on geniai.vw_conversations_analytics_final to test_reader");
    RevokeAll(fixture);
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(NameOfWayIn(verification.capabilities), "view only");
    for (const char* what :
         {"column vw_conversations_analytics_final.csat_feedback is missing",
          "column vw_conversations_analytics_final.priority is text, expected integer",
          "column vw_conversations_analytics_final.contact_name is missing"}) {
        EXPECT_NE(FindLack(verification, what), nullptr) << what << DescribeLacks(verification);
    }
    const Values row = ReadOne(fixture);
    EXPECT_EQ(row.at("conversation_id"), "7");
    EXPECT_EQ(row.at("csat_rating"), "5");
    EXPECT_EQ(row.at("csat_feedback"), "NULL");
    EXPECT_EQ(row.at("priority"), "NULL");
    EXPECT_EQ(row.at("contact_name"), "NULL");
}

TEST(VerificationTest, ARequiredColumnThatTheViewLacksMakesItUseless) {
    testing::ChatwootFixture fixture;
    Install(fixture, "select 7 as conversation_id");
    EXPECT_EQ(VerifyAsReader(fixture).path, ReadPath::kBaseTables);
    RevokeAll(fixture);
    const Verification verification = VerifyAsReader(fixture);
    EXPECT_EQ(verification.path, ReadPath::kNone);
    EXPECT_EQ(RefusalOf(verification),
              "the source is not a Chatwoot that we can read: column "
              "vw_conversations_analytics_final.display_id is missing; as the owner of Chatwoot's "
              "database: geniai source install-view");
}

TEST(ViewInstallerTest, WhoMayNotIsToldWhatToDo) {
    const testing::ChatwootFixture fixture;
    pg::Connection reader(fixture.ReaderSettings());
    try {
        InstallView(reader, ViewSql(), "");
        FAIL();
    } catch (const base::Error& error) {
        const std::string message = error.what();
        EXPECT_NE(message.find("owner of Chatwoot's database"), std::string::npos);
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
