#include "warehouse/remarketing_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/lead_fixture.h"

namespace geniai::warehouse {
namespace {

using ::testing::ElementsAre;

class RemarketingListTest : public geniai::testing::LeadTest {
protected:
    std::vector<RemarketingLead> List(const RemarketingFilter& filter = {}, int tenant = 1) {
        const auto app = pool_.Acquire();
        tenancy::TenantScope scope(*app, tenancy::DatabaseRole::kEtlService, base::TenantId(tenant));
        return ListRemarketing(scope, filter).leads;
    }

    std::vector<std::int64_t> Ids(const RemarketingFilter& filter = {}, int tenant = 1) {
        std::vector<std::int64_t> ids;
        for (const auto& lead : List(filter, tenant)) ids.push_back(lead.conversation.value());
        return ids;
    }

    void Change(int conversation, const std::string& what) {
        Service(1, "update conversations set " + what + " where conversation_id = " +
                       std::to_string(conversation));
    }

    void Judge(int conversation, const std::string& what) {
        Service(1, "update classifications set " + what + " where conversation_id = " +
                       std::to_string(conversation));
    }

    void AddContact(int contact, const std::string& blocked) {
        Service(1, "insert into contacts (tenant_id, contact_id, name, phone_number, row_hash, blocked)"
                   " values (current_tenant_id(), " + std::to_string(contact) +
                       ", 'Marina', '+5511900000000', 0, " + blocked + ")");
    }

    bool WaitsForAnalysis(int conversation) {
        return Value("select count(*) from silent_leads where tenant_id = 1 and conversation_id = " +
                     std::to_string(conversation)) == "1";
    }
};

struct Case {
    const char* why;
    const char* conversation;  // what is set of it
    const char* judgement;     // and of what the rules found
    bool is_listed;
};

// The rules of the list, a case a line. All but the first differ from a listed lead in one thing.
TEST_F(RemarketingListTest, WhoIsOnIt) {
    const std::vector<Case> cases{
        {"a silent lead", "status = 0", "score = 45", true},
        {"silent for 24 hours", "last_public_message_at = now() - interval '24 hours'", "score = 45",
         true},
        {"a resolved conversation", "status = 1", "score = 45", true},
        {"waits for a call", "status = 0", "awaits_call = true", true},
        {"has a visit booked", "status = 0", "visit_scheduled = true", true},
        {"silent for less", "last_public_message_at = now() - interval '23:59:50'", "score = 45",
         false},
        {"no lead", "status = 0", "is_lead = false, score = 0", false},
        {"has bought", "status = 0", "crm_converted = true", false},
        {"wants no messages", "status = 0", "opted_out = true", false},
        {"deleted at the source", "deleted_at = now()", "score = 45", false},
        {"of an inbox that nobody reads", "inbox_id = 99", "score = 45", false},
    };
    int id = 0;
    for (const Case& one : cases) {
        AddLead(++id, "30 hours");
        Change(id, one.conversation);
        Judge(id, one.judgement);
    }
    const std::vector<std::int64_t> listed = Ids();
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto conversation = static_cast<std::int64_t>(i + 1);
        const bool is_listed = std::ranges::find(listed, conversation) != listed.end();
        EXPECT_EQ(is_listed, cases[i].is_listed) << cases[i].why;
        EXPECT_EQ(WaitsForAnalysis(static_cast<int>(conversation)), cases[i].is_listed)
            << cases[i].why << ": nobody pays for an analysis that nobody may use";
    }
    EXPECT_TRUE(Ids({}, 2).empty());
}

TEST_F(RemarketingListTest, BlockedContactsAreNotOnIt) {
    AddContact(7, "true");
    AddContact(8, "false");
    AddContact(9, "null");
    for (const int id : {1, 2, 3}) {
        AddLead(id, "30 hours");
        Change(id, "contact_id = " + std::to_string(6 + id));
    }
    EXPECT_THAT(Ids(), ::testing::UnorderedElementsAre(2, 3));
}

// Who opted out is left alone in all conversations, but for those that he began later.
TEST_F(RemarketingListTest, AnOptOutHoldsForTheContactsOtherConversations) {
    for (const int id : {1, 2, 3, 4}) AddLead(id, "30 hours");
    const auto wrote = [](const char* first, const char* last) {
        return std::string("contact_id = 7, first_contact_message_at = now() - interval '") + first +
               "', last_contact_message_at = now() - interval '" + last + "'";
    };
    Change(1, wrote("60 hours", "30 hours"));
    Change(2, wrote("50 hours", "40 hours"));
    Change(3, wrote("35 hours", "30 hours"));
    Change(4, "contact_id = 7");
    Judge(2, "opted_out = true");
    EXPECT_THAT(Ids(), ElementsAre(3)) << "1 began before, 2 is the one itself, 4 has no word of his";
    Change(2, "deleted_at = now()");
    EXPECT_THAT(Ids(), ElementsAre(3)) << "what was said stays said";
    Judge(2, "opted_out = false");
    EXPECT_THAT(Ids(), ::testing::UnorderedElementsAre(1, 3, 4));
}

TEST_F(RemarketingListTest, SaysWhyAndWhoWaitsComesFirst) {
    AddLead(1, "30 hours");
    AddLead(2, "60 hours");
    AddLead(3, "200 hours", 1, {{"contact", "quanto custa?"}});
    AddLead(4, "31 hours");
    Judge(1, "score = 90");
    Judge(2, "awaits_call = true, score = 20");
    const auto list = List();
    ASSERT_EQ(list.size(), 4U);
    EXPECT_THAT(Ids(), ElementsAre(2, 1, 4, 3));
    EXPECT_EQ(list[0].reason, "RETORNO_PENDENTE");
    EXPECT_EQ(list[0].band, "REMARKETING_MEDIO");
    EXPECT_EQ(list[1].reason, "SILENCIO");
    EXPECT_EQ(list[1].band, "REMARKETING_RECENTE");
    EXPECT_EQ(list[3].reason, "SEM_RESPOSTA");
    EXPECT_EQ(list[3].band, "REMARKETING_FRIO");
    EXPECT_THAT(Ids({.band = "REMARKETING_FRIO"}), ElementsAre(3));
    EXPECT_THAT(Ids({.reason = "SILENCIO"}), ElementsAre(1, 4));
    EXPECT_THAT(Ids({.limit = 1}), ElementsAre(2));
}

TEST_F(RemarketingListTest, MarksWhereWhatsAppWantsATemplate) {
    Service(1, "update inbox_tenant_mapping set channel_type = 'Channel::Whatsapp'");
    AddLead(1, "30 hours");
    AddLead(2, "30 hours");
    Change(1, "last_contact_message_at = now() - interval '31 hours'");
    for (const auto& lead : List()) {
        EXPECT_TRUE(lead.needs_template) << "whether the contact ever wrote or not";
        EXPECT_EQ(lead.whatsapp_window_ends_at.has_value(), lead.conversation.value() == 1);
    }
    Service(1, "update inbox_tenant_mapping set channel_type = 'Channel::WebWidget'");
    for (const auto& lead : List()) {
        EXPECT_FALSE(lead.needs_template);
        EXPECT_FALSE(lead.whatsapp_window_ends_at.has_value());
    }
    for (const auto& [medium, is_whatsapp] : {std::pair{"sms", false}, {"whatsapp", true}}) {
        Service(1,
                std::string("update inbox_tenant_mapping set channel_type = 'Channel::TwilioSms',"
                            " medium = '") +
                    medium + "'");
        const auto leads = List();
        ASSERT_EQ(leads.size(), 2U);
        for (const auto& lead : leads)
            EXPECT_EQ(lead.needs_template, is_whatsapp) << medium;
        EXPECT_EQ(leads[0].whatsapp_window_ends_at || leads[1].whatsapp_window_ends_at,
                  is_whatsapp);
    }
}

}  // namespace
}  // namespace geniai::warehouse
