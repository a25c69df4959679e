// The simulator's bill beside the ledger of the calls that it answered.
#include <gtest/gtest.h>
#include <latch>

#include "base/digest.h"
#include "llm/bill.h"
#include "llm/usage.h"
#include "testing/model_fixture.h"

namespace geniai::llm {
namespace {

class BillCheckTest : public testing::ModelTest {
protected:
    void AskAll(int count) {
        Gateway gateway(settings_, pool_, clock_, log_);
        std::latch left(count);
        for (int i = 0; i < count; ++i) {
            Question question;
            question.tenant = base::TenantId(1 + i % 2);
            question.purpose = "test";
            question.prompt_version = "v1";
            const std::string text(static_cast<std::size_t>(5'000 + i), 'a');
            question.input_hash = base::DigestOf(text);
            question.input_tokens = 2'000;
            question.chat.messages = {{"user", text}};
            question.chat.schema_name = "analysis";
            question.chat.schema = R"({"type":"object","additionalProperties":false,
                "required":["text"],"properties":{"text":{"type":"string","maxLength":200}}})";
            question.chat.output_tokens_max = 300;
            gateway.Ask(std::move(question), [&left](Reply) { left.count_down(); });
        }
        left.wait();
    }

    // As the provider exports it, with its dated name of the model.
    std::vector<DayUsage> Bill() {
        const auto stats = simulator_->Stats();
        const auto& live = stats.at("billed").at("live").as_object();
        const auto number = [&](const char* name) {
            return std::to_string(live.at(name).to_number<std::int64_t>());
        };
        const std::string pico(live.at("pico_usd").as_string());
        return ParseBill("day,model,input_tokens,cached_input_tokens,output_tokens,usd\n" +
                             Today() + ",gpt-4o-mini-2024-07-18," + number("prompt") + "," +
                             number("cached") + "," + number("completion") + "," + pico + "e-12\n",
                         "bill.csv");
    }

    std::string Today() {
        return Value("select max((reserved_at at time zone 'UTC')::date) from llm_calls");
    }

    std::vector<BillComparison> Compared(const std::vector<DayUsage>& bill,
                                         const std::string& day) {
        const auto app = pool_.Acquire();
        tenancy::RoleScope scope(*app, tenancy::DatabaseRole::kAdminUsers);
        return CompareBill(bill, ReadBooked(scope, day, day));
    }
};

TEST_F(BillCheckTest, TheLedgerAndTheProvidersBillAgree) {
    AskAll(60);
    const auto bill = Bill();
    EXPECT_GT(bill.at(0).cached_input_tokens, 0);
    const auto compared = Compared(bill, Today());
    ASSERT_EQ(compared.size(), 1U);
    EXPECT_EQ(compared[0].percent, 0);
    auto dearer = bill;
    dearer[0].usd *= 1.02;
    EXPECT_GT(Compared(dearer, Today()).at(0).percent, 1.5);
}

TEST_F(BillCheckTest, WhatIsUnconfirmedIsADifference) {
    AskAll(20);
    simulator_->Control({{"faults", {{{"kind", "hang"}, {"times", 2}, {"billed", false}}}}});
    settings_.attempts_max = 1;
    AskAll(4);
    const auto compared = Compared(Bill(), Today());
    EXPECT_GT(compared.at(0).percent, 0.5);
    EXPECT_GT(compared.at(0).booked->usd, compared.at(0).billed->usd) << "never below the bill";
}

TEST_F(BillCheckTest, OldCallsAreComparedAsNewOnes) {
    AskAll(20);
    const auto bill = Bill();
    {
        pg::Transaction transaction(owner_);
        transaction.RunScript({"test.time",
                               "update llm_calls set reserved_at = reserved_at - interval"
                               " '100 days', day = day - 100,"
                               " tenant_day = tenant_day - 100"});
        transaction.Commit();
    }
    const std::string day = Today();
    auto old = bill;
    old[0].day = day;
    const double before = Compared(old, day).at(0).booked->usd;
    {
        const auto app = pool_.Acquire();
        tenancy::RoleScope scope(*app, tenancy::DatabaseRole::kAdminUsers);
        EXPECT_EQ(FoldSome(scope, 90, 1'000), 20);
        scope.Commit();
    }
    const auto compared = Compared(old, day);
    ASSERT_EQ(compared.size(), 1U);
    EXPECT_EQ(compared[0].percent, 0);
    EXPECT_NEAR(compared[0].booked->usd, before, 1e-12);
}

}  // namespace
}  // namespace geniai::llm
