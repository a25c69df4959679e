#include "llm/usage.h"

#include <gtest/gtest.h>

#include "llm/admission.h"
#include "llm/limits.h"
#include "llm/prices.h"
#include "testing/test_database.h"

namespace geniai::llm {
namespace {

using base::MicroBrl;
using base::TenantId;
using tenancy::DatabaseRole;

class UsageTest : public ::testing::Test {
protected:
    UsageTest() : app_(warehouse_.Connect(warehouse_.kApp)) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        scope.transaction().RunScript(
            {"test.fill", "insert into tenants (id, name, slug, uses_model) values"
                          " (1, 'One', 'one', true), (2, 'Two', 'two', true)"});
        scope.Commit();
    }

    void Call(int tenant, std::int32_t input, std::int32_t output, CallEnd::Entry entry,
              const char* outcome = "ok") {
        const TenantId id(tenant);
        const Admission admission =
            Reserve(app_, id, {"test", "gpt-4o-mini", "v1", "\\x01", input, output, false});
        MarkSent(app_, id, admission.call);
        CallEnd end;
        end.entry = entry;
        end.input_tokens = entry == CallEnd::Entry::kSettled ? input : 0;
        end.output_tokens = entry == CallEnd::Entry::kSettled ? output : 0;
        end.outcome = outcome;
        Settle(app_, id, admission.call, end);
    }

    std::vector<UsageRow> Usage(UsageBy by, std::optional<TenantId> tenant = {}) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return ReadUsage(scope, by, tenant);
    }

    testing::TestWarehouse warehouse_;
    pg::Connection app_;
};

TEST_F(UsageTest, IsWhatTheLedgerSays) {
    Call(1, 1'000, 100, CallEnd::Entry::kSettled);
    Call(1, 1'000, 0, CallEnd::Entry::kUnconfirmed, "timeout");
    Call(2, 2'000, 0, CallEnd::Entry::kSettled);
    Call(2, 2'000, 0, CallEnd::Entry::kReleased, "broken_connection");
    const auto days = Usage(UsageBy::kDay);
    ASSERT_EQ(days.size(), 1U);
    EXPECT_EQ(days[0].calls, 3);
    EXPECT_EQ(days[0].failed, 1);
    EXPECT_EQ(days[0].unconfirmed, 1);
    EXPECT_EQ(days[0].input_tokens, 3'000);
    EXPECT_EQ(days[0].cost, MicroBrl(1'155 + 825 + 1'650));
    const auto tenants = Usage(UsageBy::kTenant);
    ASSERT_EQ(tenants.size(), 2U);
    EXPECT_EQ(tenants[0].key, "1 One");
    EXPECT_EQ(tenants[0].cost, MicroBrl(1'980));
    EXPECT_EQ(Usage(UsageBy::kModel, TenantId(2)).front().cost, MicroBrl(1'650));
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    const Projection projection = ProjectCosts(scope);
    EXPECT_EQ(projection.day_so_far, MicroBrl(3'630));
    EXPECT_EQ(projection.month_so_far, MicroBrl(3'630));
    EXPECT_GE(projection.day.value_or(projection.day_so_far), projection.day_so_far);
    EXPECT_GE(projection.month.value_or(projection.month_so_far), projection.month_so_far);
}

TEST_F(UsageTest, LimitsShowWhatIsUsedOfThem) {
    Call(1, 1'000, 100, CallEnd::Entry::kSettled);
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    SetLimit(scope, TenantId(1), LimitKind::kBrlPerDay, 5'000'000, "test");
    const auto limits = ListLimits(scope, TenantId(1));
    ASSERT_EQ(limits.size(), 5U);
    EXPECT_EQ(limits[0].used, 1);
    EXPECT_FALSE(limits[0].limit.has_value());
    EXPECT_EQ(limits[1].used, 1'100);
    EXPECT_EQ(limits[3].limit, 5'000'000);
    EXPECT_EQ(limits[3].used, 1'155);
    EXPECT_EQ(limits[4].limit, 50'000'000) << "the month that every tenant has";
}

TEST_F(UsageTest, ANewPriceLeavesWhatWasBooked) {
    Call(1, 1'000, 0, CallEnd::Entry::kSettled);
    {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        Price price;
        price.model = "gpt-4o-mini";
        price.input = 300'000;
        SetPrice(scope, price, std::nullopt, "test");
        scope.Commit();
    }
    EXPECT_EQ(Usage(UsageBy::kModel).front().cost, MicroBrl(825));
    Call(1, 1'000, 0, CallEnd::Entry::kSettled);
    EXPECT_EQ(Usage(UsageBy::kModel).front().cost, MicroBrl(825 + 1'650));
}

}  // namespace
}  // namespace geniai::llm
