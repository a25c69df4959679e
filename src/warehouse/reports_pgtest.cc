#include <gtest/gtest.h>

#include "base/error.h"
#include "tenancy/tenants.h"
#include "testing/test_database.h"
#include "warehouse/lead_report.h"
#include "warehouse/overview_report.h"
#include "warehouse/tenant_report.h"

namespace geniai::warehouse {
namespace {

using base::TenantId;

// One tenant in São Paulo (UTC-3) with two inboxes, filled by hand.
class ReportsTest : public ::testing::Test {
protected:
    ReportsTest() : app_(database_.Connect(database_.kApp)) {
        {
            tenancy::RoleScope scope(app_, tenancy::DatabaseRole::kAdminUsers);
            tenancy::TenantChange tenant;
            tenant.name = "Academia";
            tenant.timezone = "America/Sao_Paulo";
            tenancy::AddTenant(scope, tenant);
            scope.Commit();
        }
        Run(R"sql(
            insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name, channel_type)
            values (1, 10, 'WhatsApp', 'Channel::Whatsapp'), (1, 11, 'Vazia', 'Channel::Api');
            insert into contacts (tenant_id, contact_id, name, phone_number, search_text, row_hash)
            values (1, 5, 'José da Silva', '+5511900001234', 'jose da silva +5511900001234 5511900001234', 0),
                   (1, 6, '100% (ção)', null, '100% (cao)', 0),
                   (1, 7, '日本 🦖', null, '     ', 0);
        )sql");
    }

    void Run(const std::string& sql) {
        tenancy::TenantScope scope(app_, tenancy::DatabaseRole::kEtlService, TenantId(1));
        scope.transaction().RunScript({"test.fill", sql});
        scope.Commit();
    }

    struct Fact {
        std::string created_at;  // UTC
        bool is_lead = true;
        bool visit = false;
        bool conversion = false;
        int reply_after_seconds = -1;  // of a person; -1: nobody answered
        int bot_messages = 0;
        int score = 50;
        int inbox = 10;
        int contact = 5;
        std::string category = "OUTROS";
    };

    void Add(const Fact& fact) {
        const std::string id = std::to_string(++last_id_);
        const bool answered = fact.reply_after_seconds >= 0;
        const std::string reply =
            answered ? "timestamptz '" + fact.created_at + "' + interval '" +
                           std::to_string(fact.reply_after_seconds) + " seconds'"
                     : "null";
        Run("insert into conversations (tenant_id, conversation_id, display_id, account_id, inbox_id,"
            " contact_id, status, conversation_created_at, conversation_updated_at, row_hash,"
            " first_contact_message_at, first_human_reply_at, last_public_message_at,"
            " user_messages_count, bot_messages_count, t_messages) values (1, " + id + ", " + id +
            ", 1, " + std::to_string(fact.inbox) + ", " + std::to_string(fact.contact) + ", 0, '" +
            fact.created_at + "', now(), 0, '" + fact.created_at + "', " + reply + ", '" +
            fact.created_at + "', " + (answered ? "1" : "0") + ", " +
            std::to_string(fact.bot_messages) + ", 1);"
            "insert into classifications (tenant_id, conversation_id, is_lead, visit_scheduled,"
            " crm_converted, score, category, rules_version, verdict_hash) values (1, " + id + ", " +
            (fact.is_lead ? "true" : "false") + ", " + (fact.visit ? "true" : "false") + ", " +
            (fact.conversion ? "true" : "false") + ", " +
            std::to_string(fact.is_lead ? fact.score : 0) + ", '" + fact.category +
            "', 'v', '\\x00')");
    }

    tenancy::TenantScope Scope() {
        return {app_, tenancy::DatabaseRole::kAuthenticatedUsers, TenantId(1)};
    }

    static ReportFilter Days(const std::string& first, const std::string& last) {
        return {first, last, std::nullopt};
    }

    testing::TestWarehouse database_;
    pg::Connection app_;
    int last_id_ = 0;
};

TEST_F(ReportsTest, EachNumberCountsWhatItsDefinitionSays) {
    Add({.created_at = "2026-03-10 12:00:00Z", .visit = true, .reply_after_seconds = 60});
    Add({.created_at = "2026-03-10 13:00:00Z", .visit = true, .conversion = true,
         .reply_after_seconds = 120});
    Add({.created_at = "2026-03-10 14:00:00Z", .reply_after_seconds = 600});
    Add({.created_at = "2026-03-10 15:00:00Z"});                      // a lead nobody answered
    Add({.created_at = "2026-03-10 15:00:00Z", .bot_messages = 1});   // a bot did
    Add({.created_at = "2026-03-10 16:00:00Z", .is_lead = false});    // no lead, not counted
    auto scope = Scope();
    const Kpis kpis = ReadKpis(scope, SettlePeriod(scope, Days("2026-03-10", "2026-03-10")));
    EXPECT_EQ(kpis.conversations, 6);
    EXPECT_EQ(kpis.leads, 5);
    EXPECT_EQ(kpis.visits, 2);
    EXPECT_EQ(kpis.conversions, 1);
    EXPECT_EQ(kpis.without_answer, 1);
    EXPECT_DOUBLE_EQ(*kpis.first_response_mean_seconds, 260);
    EXPECT_DOUBLE_EQ(*kpis.first_response_median_seconds, 120);
}

TEST_F(ReportsTest, TheMeanOfNothingIsNothing) {
    auto scope = Scope();
    const Kpis kpis = ReadKpis(scope, SettlePeriod(scope, Days("2026-03-10", "2026-03-10")));
    EXPECT_EQ(kpis.conversations, 0);
    EXPECT_EQ(kpis.first_response_mean_seconds, std::nullopt);
    EXPECT_EQ(kpis.first_response_median_seconds, std::nullopt);
}

TEST_F(ReportsTest, DaysBeginAndEndInTheTenantsTimeZone) {
    Add({.created_at = "2026-03-10 02:59:59Z"});  // still the 9th in São Paulo
    Add({.created_at = "2026-03-10 03:00:00Z"});
    Add({.created_at = "2026-03-11 02:59:59Z"});
    Add({.created_at = "2026-03-11 03:00:00Z"});  // already the 11th
    auto scope = Scope();
    const ReportPeriod period = SettlePeriod(scope, Days("2026-03-09", "2026-03-11"));
    const auto days = ReadLeadsPerDay(scope, period);
    ASSERT_EQ(days.size(), 3U);
    EXPECT_EQ(days[0].conversations, 1);
    EXPECT_EQ(days[1].date, "2026-03-10");
    EXPECT_EQ(days[1].conversations, 2);
    EXPECT_EQ(days[2].conversations, 1);
    EXPECT_EQ(ReadKpis(scope, SettlePeriod(scope, Days("2026-03-10", "2026-03-10"))).conversations, 2);
}

TEST_F(ReportsTest, ADayOfSummerTimeHasItsOwnLength) {
    // In 2018 the clocks of São Paulo went forward on November 4th: the day had 23 hours.
    Add({.created_at = "2018-11-04 03:00:00Z"});  // 01:00 of the 4th, the first moment of the day
    Add({.created_at = "2018-11-05 01:59:59Z"});  // 23:59:59 of the 4th
    Add({.created_at = "2018-11-05 02:00:00Z"});  // the 5th
    auto scope = Scope();
    EXPECT_EQ(ReadKpis(scope, SettlePeriod(scope, Days("2018-11-04", "2018-11-04"))).conversations, 2);
}

TEST_F(ReportsTest, ThePreviousPeriodIsAsLongAndEndsWhereThisBegins) {
    Add({.created_at = "2026-03-08 12:00:00Z"});
    Add({.created_at = "2026-03-09 12:00:00Z"});
    Add({.created_at = "2026-03-07 12:00:00Z"});
    Add({.created_at = "2026-03-10 12:00:00Z"});
    auto scope = Scope();
    const ReportPeriod period = SettlePeriod(scope, Days("2026-03-10", "2026-03-11"));
    EXPECT_EQ(ReadKpis(scope, period).conversations, 1);
    EXPECT_EQ(ReadPreviousKpis(scope, period).conversations, 2);
}

TEST_F(ReportsTest, EveryPartOfTheDayIsThereAndInTheTenantsHours) {
    Add({.created_at = "2026-03-10 08:59:00Z"});  // 05:59
    Add({.created_at = "2026-03-10 09:00:00Z"});  // 06:00
    Add({.created_at = "2026-03-11 02:00:00Z"});  // 23:00
    auto scope = Scope();
    const auto parts = ReadByDayPart(scope, SettlePeriod(scope, Days("2026-03-10", "2026-03-10")));
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_EQ(parts[0].period, "Madrugada");
    EXPECT_EQ(parts[0].conversations, 1);
    EXPECT_EQ(parts[1].conversations, 1);
    EXPECT_EQ(parts[2].conversations, 0);
    EXPECT_EQ(parts[3].period, "Noite");
    EXPECT_EQ(parts[3].conversations, 1);
}

TEST_F(ReportsTest, AnInboxWithoutConversationsIsListedAndOneThatIsOffIsNot) {
    Add({.created_at = "2026-03-10 12:00:00Z"});
    {
        auto scope = Scope();
        const auto inboxes = ReadByInbox(scope, SettlePeriod(scope, Days("2026-03-10", "2026-03-10")));
        ASSERT_EQ(inboxes.size(), 2U);
        EXPECT_EQ(inboxes[0].name, "WhatsApp");
        EXPECT_EQ(inboxes[0].kpis.conversations, 1);
        EXPECT_EQ(inboxes[1].kpis.conversations, 0);
        EXPECT_EQ(inboxes[1].kpis.without_answer, 0);
    }
    Run("update inbox_tenant_mapping set is_active = false where inbox_id = 10");
    auto scope = Scope();
    const ReportPeriod period = SettlePeriod(scope, Days("2026-03-10", "2026-03-10"));
    EXPECT_EQ(ReadByInbox(scope, period).size(), 1U);
    EXPECT_EQ(ReadKpis(scope, period).conversations, 0);
}

TEST_F(ReportsTest, AConversationThatWasDeletedIsInNoNumber) {
    Add({.created_at = "2026-03-10 12:00:00Z"});
    Run("update conversations set deleted_at = now()");
    auto scope = Scope();
    EXPECT_EQ(ReadKpis(scope, SettlePeriod(scope, Days("2026-03-10", "2026-03-10"))).conversations, 0);
    EXPECT_FALSE(FindConversation(scope, base::ConversationId(1)));
}

TEST_F(ReportsTest, ThePublishedViewSaysTheDayAndThePeriodInTheTenantsZone) {
    Add({.created_at = "2026-01-01 02:30:00Z"});
    auto scope = Scope();
    const pg::Row row = scope.Execute({"test.view", R"sql(
        select conversation_date::text as day, conversation_year, conversation_period,
               ai_probability_label, tipo_remarketing is null as later
          from conversations_analytics)sql"}).One();
    EXPECT_EQ(row["day"].text(), "2025-12-31");
    EXPECT_EQ(row["conversation_year"].Int64(), 2025);
    EXPECT_EQ(row["conversation_period"].text(), "Noite");
    EXPECT_EQ(row["ai_probability_label"].text(), "Médio");
    EXPECT_TRUE(row["later"].Bool());
}

TEST_F(ReportsTest, DaysThatAreNoneAreRefused) {
    auto scope = Scope();
    for (const auto& [first, last] : std::vector<std::pair<std::string, std::string>>{
             {"2026-02-30", "2026-03-01"}, {"2026-03-02", "2026-03-01"}, {"tomorrow", "2026-03-01"},
             {"2026-3-1", "2026-03-01"}, {"1900-01-01", "2026-03-01"}, {"2010-01-01", "2026-01-01"},
             {"2026-03-01x", "2026-03-02"}, {"", "2026-03-02"}}) {
        EXPECT_THROW(SettlePeriod(scope, Days(first, last)), base::Error) << first;
    }
}

TEST_F(ReportsTest, WithoutDaysItIsThirtyDaysUpToToday) {
    auto scope = Scope();
    const ReportPeriod period = SettlePeriod(scope, {});
    const pg::Row row =
        scope.Execute({"test.today", "select (now() at time zone 'America/Sao_Paulo')::date::text "
                                     "as today, ($1::date + 29)::text as last"},
                      period.first_day)
            .One();
    EXPECT_EQ(period.last_day, row["today"].text());
    EXPECT_EQ(period.last_day, row["last"].text());
}

TEST_F(ReportsTest, TheLeadListFiltersAndSearchesLiterally) {
    Add({.created_at = "2026-03-10 12:00:00Z", .visit = true, .score = 80});
    Add({.created_at = "2026-03-10 13:00:00Z", .score = 20, .contact = 6, .category = "SUPORTE"});
    Add({.created_at = "2026-03-10 14:00:00Z", .contact = 7});
    Add({.created_at = "2026-03-10 14:00:00Z", .is_lead = false});
    auto scope = Scope();
    const ReportPeriod period = SettlePeriod(scope, Days("2026-03-10", "2026-03-10"));
    const auto total = [&](const LeadFilter& filter) { return ReadLeads(scope, period, filter).total; };
    const auto search = [&](const std::string& text) {
        LeadFilter filter;
        filter.search = text;
        return total(filter);
    };
    const auto filtered = [&](const auto& set) {
        LeadFilter filter;
        set(filter);
        return total(filter);
    };
    EXPECT_EQ(total({}), 3);
    EXPECT_EQ(filtered([](LeadFilter& filter) { filter.label = "Alto"; }), 1);
    EXPECT_EQ(filtered([](LeadFilter& filter) { filter.flag = LeadFlag::kVisit; }), 1);
    EXPECT_EQ(filtered([](LeadFilter& filter) { filter.flag = LeadFlag::kConversion; }), 0);
    EXPECT_EQ(filtered([](LeadFilter& filter) { filter.flag = LeadFlag::kWithoutAnswer; }), 3);
    EXPECT_EQ(filtered([](LeadFilter& filter) { filter.category = "SUPORTE"; }), 1);
    EXPECT_EQ(filtered([](LeadFilter& filter) { filter.status = 3; }), 0);
    EXPECT_EQ(search("JOSÉ da"), 1);
    EXPECT_EQ(search("silva jose"), 1) << "words in any order";
    EXPECT_EQ(search("silva maria"), 0) << "but all of them";
    EXPECT_EQ(search("\"{,}\\"), 0);
    EXPECT_EQ(search("(11) 90000-1234"), 1);
    EXPECT_EQ(search("%"), 1) << "a per cent sign is text";
    EXPECT_EQ(search("_"), 0);
    EXPECT_EQ(search("(ção"), 1) << "an open bracket is text";
    EXPECT_EQ(search("\\"), 0);
    EXPECT_EQ(search("#2"), 1) << "the display id";
    EXPECT_EQ(search("nobody"), 0);
    EXPECT_EQ(search("韓国"), 0) << "what folding loses is not a blank";
    EXPECT_EQ(search("🦖"), 1) << "but a name is found as it is written";
}

TEST_F(ReportsTest, PagesHoldFiftyAndTheLatestComeFirst) {
    for (int i = 0; i < 60; ++i) {
        Add({.created_at = "2026-03-10 12:" + std::to_string(10 + i % 50) + ":00Z"});
    }
    auto scope = Scope();
    const ReportPeriod period = SettlePeriod(scope, Days("2026-03-10", "2026-03-10"));
    const LeadPage first = ReadLeads(scope, period, {});
    LeadFilter filter;
    filter.page = 2;
    const LeadPage second = ReadLeads(scope, period, filter);
    EXPECT_EQ(first.total, 60);
    EXPECT_EQ(first.leads.size(), 50U);
    EXPECT_EQ(second.leads.size(), 10U);
    EXPECT_GE(*first.leads.back().last_message_at, *second.leads.front().last_message_at);
    filter.page = 99;
    EXPECT_TRUE(ReadLeads(scope, period, filter).leads.empty());
}

TEST_F(ReportsTest, TheOperatorsListCountsEveryTenant) {
    Add({.created_at = "2026-03-10 12:00:00Z"});
    Add({.created_at = "2026-03-10 12:00:00Z", .is_lead = false});
    tenancy::RoleScope scope(app_, tenancy::DatabaseRole::kAdminUsers);
    const auto tenants = ReadTenants(scope);
    ASSERT_EQ(tenants.size(), 1U);
    EXPECT_EQ(tenants[0].conversations, 2);
    EXPECT_EQ(tenants[0].leads, 1);
    EXPECT_EQ(tenants[0].inboxes, 2);
    EXPECT_EQ(tenants[0].last_sync_at, std::nullopt);
}

}  // namespace
}  // namespace geniai::warehouse
