#include "base/money.h"

#include <gtest/gtest.h>

namespace geniai::base {
namespace {

TEST(MoneyTest, IsWrittenAsBraziliansWriteIt) {
    EXPECT_EQ(FormatBrl(MicroBrl(0)), "R$ 0,00");
    EXPECT_EQ(FormatBrl(MicroBrl(1'234'567'890'000)), "R$ 1.234.567,89");
    EXPECT_EQ(FormatBrl(MicroBrl(10'000'000)), "R$ 10,00");
    EXPECT_EQ(FormatBrl(MicroBrl(-50'500'000)), "-R$ 50,50");
}

TEST(MoneyTest, SmallSumsKeepTwoDigitsThatSaySomething) {
    EXPECT_EQ(FormatBrl(MicroBrl(800)), "R$ 0,00080");
    EXPECT_EQ(FormatBrl(MicroBrl(1)), "R$ 0,000001");
    EXPECT_EQ(FormatBrl(MicroBrl(99'999)), "R$ 0,099");
}

TEST(MoneyTest, SumsAreExact) {
    MicroBrl sum;
    for (int i = 0; i < 100; ++i) sum += MicroBrl(40);  // the old system rounded each of these to 0
    EXPECT_EQ(sum, MicroBrl(4'000));
}

}  // namespace
}  // namespace geniai::base
