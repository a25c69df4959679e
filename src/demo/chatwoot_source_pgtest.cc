#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

#include "base/error.h"
#include "demo/chatwoot_source.h"
#include "pg/transaction.h"
#include "testing/test_database.h"

namespace geniai::demo {
namespace {

const base::TimePoint kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) +
                             std::chrono::hours(17) + std::chrono::minutes(3);

std::string SourceFile(const std::string& path) {
    std::ifstream file(std::string(GENIAI_SOURCE_DIR) + "/" + path);
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string SchemaSql() {
    return SourceFile("db/source/chatwoot_schema.sql");
}
std::string ViewSql() {
    return SourceFile("db/source/view.sql");
}

// A Chatwoot database with the view in it, empty or filled.
class SourceDatabase {
public:
    explicit SourceDatabase(int conversations) : connection_(database_.Connect()) {
        FillChatwootSource(connection_, SchemaSql(), {conversations}, kNow);
        Run("create schema probe; create view probe.conversation as " + ViewSql());
    }

    void Run(const std::string& sql) {
        pg::Transaction transaction(connection_);
        transaction.RunScript({"test.script", sql});
        transaction.Commit();
    }

    // The only value of the only row; "NULL" for NULL.
    std::string Value(const std::string& sql) {
        pg::Transaction transaction(connection_, pg::Transaction::Mode::kReadOnly);
        const pg::Result result =
            transaction.Execute({"test.value", "select (" + sql + ")::text as v"});
        return result.One()["v"].OptionalString().value_or("NULL");
    }

    std::vector<std::string> Values(const std::string& sql) {
        pg::Transaction transaction(connection_, pg::Transaction::Mode::kReadOnly);
        std::vector<std::string> values;
        for (const pg::Row row : transaction.Execute({"test.values", sql})) {
            values.push_back(row["v"].OptionalString().value_or("NULL"));
        }
        return values;
    }

    // A conversation of account 1 with the id 1, to which a test adds messages.
    void AddConversation() {
        Run("insert into contacts (id, name, account_id, created_at, updated_at) "
            "values (70, 'Ana', 1, '2026-01-01', '2026-01-01');"
            "insert into conversations (id, account_id, inbox_id, contact_id, created_at, "
            "updated_at, "
            "display_id) values (90, 1, 1, 70, '2026-01-01', '2026-01-01', 0)");
    }

    // `columns` and `values` besides id, account, inbox, conversation and the stamps.
    void AddMessage(int id, const std::string& columns, const std::string& values) {
        const std::string at =
            "timestamp '2026-01-01 10:00' + " + std::to_string(id) + " * interval '1 minute'";
        Run("insert into messages (id, account_id, inbox_id, conversation_id, created_at, "
            "updated_at, " +
            columns + ") values (" + std::to_string(id) + ", 1, 1, 90, " + at + ", " + at + ", " +
            values + ")");
    }

    std::string AuthorOf(int message_id) {
        return Value(
            "select message ->> 'author' from probe.conversation, "
            "json_array_elements(message_compiled) as message "
            "where conversation_id = 90 and message ->> 'message_id' = '" +
            std::to_string(message_id) + "'");
    }

    std::string Column(const std::string& name) {
        return Value("select " + name + " from probe.conversation where conversation_id = 90");
    }

    std::string Checksum() {
        std::string all;
        for (const std::string& table : Tables()) {
            all += Value(
                "select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from "
                "public." +
                table + " as t");
        }
        return all;
    }

    std::vector<std::string> Tables() {
        return Values(
            "select tablename as v from pg_tables where schemaname = 'public' order by 1");
    }

    testing::TestDatabase& database() { return database_; }

private:
    testing::TestDatabase database_;
    pg::Connection connection_;
};

TEST(ChatwootSourceTest, TheSameSizeAndTimeGiveTheSameRows) {
    SourceDatabase first(400);
    SourceDatabase second(400);
    EXPECT_EQ(first.Checksum(), second.Checksum());
}

TEST(ChatwootSourceTest, EveryTableHasRows) {
    SourceDatabase source(600);
    const std::vector<std::string> tables = source.Tables();
    EXPECT_GE(tables.size(), 23U);
    for (const std::string& table : tables) {
        EXPECT_NE(source.Value("select count(*) from public." + table), "0") << table;
    }
}

TEST(ChatwootSourceTest, HasExactlyAsManyConversationsAsAskedFor) {
    EXPECT_EQ(SourceDatabase(0).Value("select count(*) from conversations"), "0");
    EXPECT_EQ(SourceDatabase(1).Value("select count(*) from conversations"), "1");
    EXPECT_EQ(SourceDatabase(1001).Value("select count(*) from conversations"), "1001");
}

TEST(ChatwootSourceTest, RefusesANegativeSizeAndADatabaseThatIsInUse) {
    testing::TestDatabase database;
    pg::Connection owner = database.Connect();
    EXPECT_THROW(FillChatwootSource(owner, SchemaSql(), {-1}, kNow), base::Error);
    FillChatwootSource(owner, SchemaSql(), {5}, kNow);
    EXPECT_THROW(FillChatwootSource(owner, SchemaSql(), {5}, kNow), base::Error);
    pg::Transaction transaction(owner);
    EXPECT_EQ(transaction.Execute({"test.count", "select count(*) as n from conversations"})
                  .One()["n"]
                  .Int(),
              5);
}

TEST(ChatwootSourceTest, TimestampsAreConsistentAndNeverInTheFuture) {
    SourceDatabase source(1500);
    EXPECT_EQ(source.Value("select count(*) from conversations where updated_at < created_at or "
                           "last_activity_at < created_at or updated_at > '2026-11-20 17:03' or "
                           "first_reply_created_at < created_at"),
              "0");
    EXPECT_EQ(source.Value("select count(*) from messages where updated_at < created_at or "
                           "updated_at > '2026-11-20 17:03'"),
              "0");
    EXPECT_EQ(
        source.Value("select count(*) from conversations as c where last_activity_at <> (select "
                     "max(m.created_at) from messages as m where m.conversation_id = c.id)"),
        "0");
    EXPECT_EQ(
        source.Value(
            "select count(*) from csat_survey_responses where created_at > '2026-11-20 17:03'"),
        "0");
    EXPECT_EQ(source.Value("select max(created_at) > '2026-11-20 12:00' from conversations"),
              "true");
}

TEST(ChatwootSourceTest, HasTheOdditiesThatAReaderMustSurvive) {
    SourceDatabase source(1500);
    const auto has_some = [&source](const std::string& condition) {
        EXPECT_NE(source.Value("select count(*) from " + condition), "0") << condition;
    };
    has_some("messages where content_attributes::text like '%\\u0000%'");
    has_some("messages where content like '%' || chr(1) || '%'");
    has_some("messages where content_attributes is null");
    has_some("messages where content_attributes::text like '\"%'");
    has_some("messages where content_attributes::text like '{%'");
    has_some("messages where content_attributes::text like '%deleted%'");
    has_some("messages where content is null");
    has_some("conversations where contact_id is null");
    has_some(
        "conversations as c where contact_id is not null and not exists "
        "(select from contacts where id = c.contact_id)");
    has_some(
        "conversations as c where assignee_id is not null and not exists "
        "(select from users where id = c.assignee_id)");
    has_some(
        "(select from csat_survey_responses group by conversation_id having count(*) > 1) as "
        "twice");
    has_some("(select from conversations group by updated_at having count(*) > 100) as bulk");
    has_some("(select from conversations group by contact_id having count(*) > 1) as again");
    has_some("inboxes as i where not exists (select from conversations where inbox_id = i.id)");
    for (const char* const status : {"0", "1", "2", "3"}) {
        has_some(std::string("conversations where status = ") + status);
    }
}

TEST(ChatwootSourceTest, WhoeverInsertsNextGetsTheFollowingIds) {
    SourceDatabase source(20);
    source.Run(
        "insert into conversations (account_id, inbox_id, created_at, updated_at, display_id) "
        "values (1, 1, now(), now(), 0)");
    EXPECT_EQ(source.Value("select max(id) from conversations"), "21");
    EXPECT_EQ(
        source.Value("select count(*) = max(display_id) from conversations where account_id = 1"),
        "true");
}

TEST(SourceViewTest, HasOneRowPerConversationWhateverTheRatings) {
    SourceDatabase source(900);
    EXPECT_NE(source.Value("select count(*) from (select from csat_survey_responses group by "
                           "conversation_id having count(*) > 1) as twice"),
              "0");
    EXPECT_EQ(source.Value("select count(*) from probe.conversation"), "900");
    EXPECT_EQ(source.Value("select count(distinct conversation_id) from probe.conversation"),
              "900");
    EXPECT_EQ(source.Value("select sum(t_messages) from probe.conversation"),
              source.Value("select count(*) from messages"));
}

TEST(SourceViewTest, TheLatestRatingCounts) {
    SourceDatabase source(0);
    source.AddConversation();
    EXPECT_EQ(source.Column("csat_rating"), "NULL");
    const auto rate = [&source](int message, int rating, const std::string& at) {
        source.Run(
            "insert into csat_survey_responses (account_id, conversation_id, message_id, rating, "
            "feedback_message, contact_id, created_at, updated_at) values (1, 90, " +
            std::to_string(message) + ", " + std::to_string(rating) + ", 'nota " +
            std::to_string(rating) + "', 70, '" + at + "', '" + at + "')");
    };
    rate(1, 2, "2026-01-02");
    rate(2, 5, "2026-01-04");
    rate(3, 1, "2026-01-03");
    EXPECT_EQ(source.Column("csat_rating"), "5");
    EXPECT_EQ(source.Column("csat_feedback"), "nota 5");
}

TEST(SourceViewTest, SaysWhoWroteEachKindOfMessage) {
    SourceDatabase source(0);
    source.AddConversation();
    struct Case {
        const char* columns;
        const char* values;
        const char* author;
    };
    const std::vector<Case> cases{
        {"message_type, private, sender_type, sender_id", "1, true, 'User', 1", "note"},
        {"message_type, private, sender_type", "1, true, 'Captain::Assistant'", "note"},
        {"message_type", "2", "activity"},
        {"message_type", "3", "template"},
        {"message_type, content_type", "3, 9", "template"},
        {"message_type, sender_type, sender_id", "0, 'Contact', 70", "contact"},
        {"message_type", "0", "contact"},
        {"message_type, sender_type, sender_id", "1, 'AgentBot', 1", "bot"},
        {"message_type, sender_type, sender_id", "1, 'Captain::Assistant', 1", "bot"},
        {"message_type, sender_type, sender_id", "1, 'User', 1", "human"},
        {"message_type, sender_type, sender_id", "1, 'User', 123456", "human"},
        {"message_type, sender_type, content_attributes",
         R"(1, 'User', '"{\"automation_rule_id\":3}"')", "bot"},
        {"message_type, sender_type, content_attributes",
         R"(1, 'User', '{"automation_rule_id": 3}')", "bot"},
        {"message_type, sender_type, additional_attributes", R"(1, 'User', '{"campaign_id": 3}')",
         "campaign"},
        {"message_type, additional_attributes", R"(1, '{"campaign_id": 3}')", "campaign"},
        {"message_type, content_attributes", R"(1, '"{\"external_echo\":true}"')", "human"},
        {"message_type, content_attributes", R"(1, '{"in_reply_to": 1, "external_echo": true}')",
         "human"},
        {"message_type, content_attributes", R"(1, '"{\"external_echo\":false}"')", "bot"},
        {"message_type, content_attributes", R"(1, '"{\"automation_rule_id\":3}"')", "bot"},
        {"message_type, content_type", "1, 9", "template"},
        {"message_type", "1", "bot"},
        {"message_type, content_attributes", "1, null", "bot"},
        // A flag that a customer quotes in a text is no flag.
        {"message_type, content_attributes",
         R"(1, '"{\"quoted\":\"{\\\"external_echo\\\":true}\"}"')", "bot"},
        {"message_type, content_attributes", R"(1, '{"quoted": "{\"external_echo\":true}"}')",
         "bot"},
        {"message_type, sender_type, content_attributes",
         R"(1, 'User', '{"quoted": "{\"automation_rule_id\":3}"}')", "human"},
        {"message_type", "9", "activity"},
    };
    int id = 0;
    for (const Case& each : cases)
        source.AddMessage(++id, each.columns, each.values);
    id = 0;
    for (const Case& each : cases) {
        EXPECT_EQ(source.AuthorOf(++id), each.author) << each.columns << ": " << each.values;
    }
    EXPECT_EQ(source.Column("t_messages"), std::to_string(cases.size()));
    EXPECT_EQ(source.Column("private_notes_count"), "2");
    EXPECT_EQ(source.Column("contact_messages_count"), "2");
    EXPECT_EQ(source.Column("user_messages_count"), "5");
}

TEST(SourceViewTest, ANullPrivateIsPublic) {
    SourceDatabase source(0);
    source.AddConversation();
    source.Run("alter table messages alter column private drop not null");
    source.AddMessage(1, "message_type, private", "0, null");
    EXPECT_EQ(source.AuthorOf(1), "contact");
    EXPECT_EQ(source.Column("message_compiled -> 0 ->> 'private'"), "false");
    EXPECT_EQ(source.Column("private_notes_count"), "0");
}

TEST(SourceViewTest, MeasuresTheFirstHumanReplyFromTheFirstContactMessage) {
    SourceDatabase source(0);
    source.AddConversation();
    EXPECT_EQ(source.Column("first_human_reply_at"), "NULL");
    EXPECT_EQ(source.Column("message_compiled"), "[]");
    source.AddMessage(1, "message_type, sender_type, sender_id", "1, 'User', 1");
    EXPECT_EQ(source.Column("first_human_reply_at"), "NULL");
    source.AddMessage(2, "message_type, sender_type, sender_id", "0, 'Contact', 70");
    EXPECT_EQ(source.Column("first_human_reply_at"), "NULL");
    source.AddMessage(3, "message_type, private, sender_type, sender_id", "1, true, 'User', 1");
    source.AddMessage(4, "message_type, sender_type, sender_id", "1, 'AgentBot', 1");
    EXPECT_EQ(source.Column("first_human_reply_at"), "NULL");
    source.AddMessage(5, "message_type, sender_type, sender_id", "1, 'User', 1");
    source.AddMessage(6, "message_type", "2");
    EXPECT_EQ(source.Column("first_human_reply_at"), "2026-01-01 10:05:00");
    EXPECT_EQ(source.Column("first_contact_message_at"), "2026-01-01 10:02:00");
    EXPECT_EQ(source.Column("first_public_message_at"), "2026-01-01 10:01:00");
    EXPECT_EQ(source.Column("last_public_message_at"), "2026-01-01 10:05:00");
    EXPECT_EQ(source.Column("mc_last_message_at"), "2026-01-01 10:06:00");
}

TEST(SourceViewTest, OrdersMessagesByTimeAndThenById) {
    SourceDatabase source(0);
    source.AddConversation();
    source.AddMessage(8, "message_type, content", "0, 'terceira'");
    source.AddMessage(5, "message_type, content", "0, 'segunda'");
    source.AddMessage(4, "message_type, content", "0, 'primeira'");
    source.Run("update messages set created_at = '2026-01-01 11:00' where id in (4, 5)");
    source.Run("update messages set created_at = '2026-01-01 12:00' where id = 8");
    EXPECT_EQ(
        source.Value("select string_agg(message ->> 'text', ',') from probe.conversation, "
                     "json_array_elements(message_compiled) as message where conversation_id = 90"),
        "primeira,segunda,terceira");
    EXPECT_EQ(source.Column("message_compiled -> 0 ->> 'sent_at'"), "2026-01-01T11:00:00.000000Z");
}

TEST(SourceViewTest, NamesSendersAndListsAttachmentsOnlyWhereThereAreSome) {
    SourceDatabase source(0);
    source.AddConversation();
    source.AddMessage(1, "message_type, sender_type, sender_id", "0, 'Contact', 70");
    source.AddMessage(2, "message_type, sender_type, sender_id", "1, 'User', 2");
    source.AddMessage(3, "message_type, sender_type, sender_id", "1, 'User', 5");
    source.AddMessage(4, "message_type, sender_type, sender_id", "1, 'AgentBot', 1");
    source.AddMessage(5, "message_type, sender_type, sender_id", "1, 'AgentBot', 2");
    source.AddMessage(6, "message_type, sender_type, additional_attributes",
                      R"(1, 'Captain::Assistant', '{"agent_name": "Aurora"}')");
    source.Run(
        "insert into attachments (file_type, message_id, account_id, created_at, updated_at) "
        "values "
        "(1, 1, 1, now(), now()), (0, 1, 1, now(), now()), (77, 1, 1, now(), now()), "
        "(0, 2, 2, now(), now())");
    const auto name = [&source](int at) {
        return source.Column("message_compiled -> " + std::to_string(at) + " ->> 'sender_name'");
    };
    EXPECT_EQ(name(0), "NULL");  // the conversation's own contact, whose name is in contacts
    EXPECT_EQ(name(1), "Bia");
    EXPECT_EQ(name(2), "Rafael Siqueira");  // whose display name is blank
    EXPECT_EQ(name(3), "Vigor Bot");
    EXPECT_EQ(name(4), "NULL");  // a bot of another account
    EXPECT_EQ(name(5), "Aurora");
    EXPECT_EQ(source.Column("message_compiled -> 0 -> 'attachments'"),
              R"(["audio","image","unknown"])");
    EXPECT_EQ(source.Column("(message_compiled -> 1)::jsonb ? 'attachments'"), "false");
}

TEST(SourceViewTest, HostileJsonAndTextDoNotBreakIt) {
    SourceDatabase source(0);
    source.AddConversation();
    source.AddMessage(1, "message_type, content_attributes",
                      R"(1, '"{\"email\":{\"subject\":\"a\\u0000b\"},\"external_echo\":true}"')");
    source.AddMessage(2, "message_type, content_attributes", R"(1, '{"text": "\u0000 \ud83d"}')");
    source.AddMessage(3, "message_type, content_attributes", R"(1, '"sem JSON {{{"')");
    source.AddMessage(4, "message_type, content_attributes", "1, '[1, 2]'");
    source.AddMessage(5, "message_type, content_attributes", "1, 'null'");
    source.AddMessage(6, "message_type, additional_attributes", "1, '\"text\"'");
    source.AddMessage(7, "message_type, content",
                      "0, E'\\x01\\x1b \\u202E \\U0001F600 \"aspas\" \\\\barra\\n'");
    EXPECT_EQ(source.AuthorOf(1), "human");
    for (int id = 2; id <= 6; ++id)
        EXPECT_EQ(source.AuthorOf(id), "bot") << id;
    EXPECT_EQ(source.Column(
                  "message_compiled -> 6 ->> 'text' = (select content from messages where id = 7)"),
              "true");
    EXPECT_EQ(source.Column("jsonb_array_length(message_compiled::jsonb)"), "7");
}

TEST(SourceViewTest, RowsOfAnotherAccountDoNotLeak) {
    SourceDatabase source(0);
    source.AddConversation();
    source.AddMessage(1, "message_type, content", "0, 'nossa'");
    source.AddMessage(2, "message_type, content", "0, 'alheia'");
    source.Run(
        "update messages set account_id = 2 where id = 2;"
        "insert into csat_survey_responses (account_id, conversation_id, message_id, rating, "
        "contact_id, created_at, updated_at) values (2, 90, 2, 1, 70, now(), now());"
        "update contacts set account_id = 2 where id = 70;"
        "update conversations set team_id = 3, inbox_id = 5 where id = 90");
    EXPECT_EQ(source.Column("t_messages"), "1");
    EXPECT_EQ(source.Column("message_compiled::text like '%alheia%'"), "false");
    EXPECT_EQ(source.Column("csat_rating"), "NULL");
    EXPECT_EQ(source.Column("contact_name"), "NULL");
    EXPECT_EQ(source.Column("team_name"), "NULL");
    EXPECT_EQ(source.Column("inbox_name"), "NULL");
}

TEST(SourceViewTest, TakesLabelsFromTheConversationsOwnTaggingsInOrder) {
    SourceDatabase source(0);
    source.AddConversation();
    EXPECT_EQ(source.Column("labels"), "{}");
    source.Run(
        "insert into tags (id, name) values (901, 'zebra'), (902, 'alfa'), (903, 'contato');"
        "insert into taggings (tag_id, taggable_type, taggable_id, context) values "
        "(901, 'Conversation', 90, 'labels'), (902, 'Conversation', 90, 'labels'), "
        "(902, 'Conversation', 90, 'labels'), (903, 'Contact', 90, 'labels'), "
        "(999, 'Conversation', 90, 'labels')");
    EXPECT_EQ(source.Column("labels"), "{alfa,zebra}");
}

TEST(SourceViewTest, WorksOnChatwoot3WithoutTheLaterColumnsAndTables) {
    testing::TestDatabase database;
    pg::Connection owner = database.Connect();
    FillChatwootSource(owner, SchemaSql(), {200}, kNow);
    pg::Transaction transaction(owner);
    transaction.RunScript({"test.older",
                           "alter table conversations drop column cached_label_list, drop column "
                           "assignee_agent_bot_id;"
                           "alter table attachments drop column meta;"
                           "alter table contacts drop column contact_type, drop column last_name, "
                           "drop column location, "
                           "drop column country_code, drop column blocked, drop column company_id;"
                           "alter table inboxes drop column csat_config;"
                           "alter table accounts drop column settings;"
                           "alter table csat_survey_responses drop column csat_review_notes;"
                           "alter table messages alter column private drop not null;"
                           "alter table messages alter column source_id type varchar;"
                           "drop table captain_assistants, captain_inboxes;"
                           "create schema probe; create view probe.conversation as " +
                               ViewSql()});
    const pg::Result result = transaction.Execute(
        {"test.count", "select count(*) as n from probe.conversation where t_messages > 0"});
    EXPECT_EQ(result.One()["n"].Int(), 200);
}

TEST(SourceViewTest, HasTheContractsColumnsInOrder) {
    SourceDatabase source(0);
    const std::string expected =
        "conversation_id,display_id,conversation_uuid,account_id,inbox_id,contact_id,assignee_id,"
        "team_id,"
        "campaign_id,status,priority,conversation_created_at,conversation_updated_at,last_activity_"
        "at,"
        "first_reply_created_at,waiting_since,snoozed_until,contact_name,contact_email,contact_"
        "phone,"
        "contact_identifier,inbox_name,inbox_channel_type,assignee_name,team_name,account_name,"
        "labels,"
        "message_compiled,t_messages,contact_messages_count,user_messages_count,bot_messages_count,"
        "private_notes_count,mc_first_message_at,mc_last_message_at,first_public_message_at,"
        "last_public_message_at,last_contact_message_at,first_contact_message_at,first_human_reply_"
        "at,"
        "csat_rating,csat_feedback";
    EXPECT_EQ(source.Value("select string_agg(column_name, ',' order by ordinal_position) from "
                           "information_schema.columns where table_schema = 'probe'"),
              expected);
}

TEST(SourceViewTest, FiltersReachTheConversationsBelowTheLaterals) {
    SourceDatabase source(300);
    const auto plan = [&source](const std::string& condition) {
        std::string text;
        pg::Connection connection = source.database().Connect();
        pg::Transaction transaction(connection, pg::Transaction::Mode::kReadOnly);
        transaction.RunScript({"test.planner", "set local enable_seqscan = off"});
        const pg::Query explain{
            "test.explain",
            "explain (costs off) select * from probe.conversation where " + condition};
        for (const pg::Row row : transaction.Execute(explain))
            text += row["\"QUERY PLAN\""].String() + "\n";
        return text;
    };
    EXPECT_NE(plan("conversation_id = 5").find("Index Cond: (id = 5)"), std::string::npos);
    EXPECT_NE(plan("account_id = 2").find("Index Cond: (account_id = 2)"), std::string::npos);
    const std::string by_change = plan("conversation_updated_at > '2026-11-01'");
    EXPECT_NE(by_change.find("(updated_at > '2026-11-01"), std::string::npos) << by_change;
    EXPECT_EQ(by_change.find("Subquery Scan on conversation"), std::string::npos) << by_change;
}

}  // namespace
}  // namespace geniai::demo
