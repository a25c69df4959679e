#include "llm/bill.h"

#include <gtest/gtest.h>

namespace geniai::llm {
namespace {

DayUsage Used(const std::string& day, const std::string& model, std::int64_t input, double usd) {
    return {day, model, input, 0, 100, usd};
}

TEST(BillTest, WhatIsTheSameOnBothSidesDiffersByNothing) {
    const auto compared = CompareBill({Used("2026-03-01", "m", 1'000, 1.0)},
                                      {{Used("2026-03-01", "m", 1'000, 1.0), 0}});
    ASSERT_EQ(compared.size(), 1U);
    EXPECT_EQ(compared[0].percent, 0);
}

TEST(BillTest, TheLargestDifferenceCounts) {
    const auto compared = CompareBill({Used("2026-03-01", "m", 1'000, 1.0)},
                                      {{Used("2026-03-01", "m", 1'020, 0.99), 0}});
    EXPECT_NEAR(compared.at(0).percent, 2, 1e-9);
}

TEST(BillTest, RoundingUpIsNoDifferenceAndRoundingDownIsOne) {
    EXPECT_EQ(CompareBill({Used("d", "m", 1, 1.0)}, {{Used("d", "m", 1, 1.01), 0.02}})[0].percent,
              0);
    EXPECT_NEAR(CompareBill({Used("d", "m", 1, 1.0)}, {{Used("d", "m", 1, 0.99), 0.02}})[0].percent,
                1, 1e-9);
}

TEST(BillTest, LinesOfADayAndDatedNamesOfAModelAreAddedUp) {
    const auto compared = CompareBill({Used("2026-03-01", "gpt-4o-mini-2024-07-18", 400, 0.4),
                                       Used("2026-03-01", "gpt-4o-mini", 600, 0.6)},
                                      {{{"2026-03-01", "gpt-4o-mini", 1'000, 0, 200, 1.0}, 0}});
    ASSERT_EQ(compared.size(), 1U);
    EXPECT_EQ(compared[0].model, "gpt-4o-mini");
    EXPECT_NEAR(compared[0].percent, 0, 1e-9);
}

TEST(BillTest, WhatOneSideDoesNotHaveIsAll) {
    const auto compared =
        CompareBill({Used("2026-03-02", "m", 1, 1.0)}, {{Used("2026-03-01", "m", 1, 1.0), 0}});
    ASSERT_EQ(compared.size(), 2U);
    EXPECT_FALSE(compared[0].billed.has_value());
    EXPECT_EQ(compared[0].percent, 100);
    EXPECT_FALSE(compared[1].booked.has_value());
    EXPECT_EQ(compared[1].percent, 100);
}

}  // namespace
}  // namespace geniai::llm
