#include "llm/batch_choice.h"

#include <gtest/gtest.h>

namespace geniai::llm {
namespace {

using std::chrono::hours;

TEST(ChooseWay, WhatCanWaitGoesByBatch) {
    EXPECT_EQ(ChooseWay(std::nullopt, 100, 50), Way::kBatch);
    EXPECT_EQ(ChooseWay(hours(25), 10, 50), Way::kBatch);
    EXPECT_EQ(ChooseWay(hours(200), 200'000, 0), Way::kBatch);
}

TEST(ChooseWay, WhatIsUrgentIsAskedLive) {
    EXPECT_EQ(ChooseWay(hours(25) - std::chrono::seconds(1), 100, 50), Way::kLive);
    EXPECT_EQ(ChooseWay(hours(24), 100, 50), Way::kLive) << "nobody could collect it in time";
    EXPECT_EQ(ChooseWay(hours(-3), 100, 50), Way::kLive);
}

TEST(ChooseWay, AHandfulIsAskedLive) {
    EXPECT_EQ(ChooseWay(std::nullopt, 9, 50), Way::kLive);
    EXPECT_EQ(ChooseWay(std::nullopt, 0, 50), Way::kLive);
}

TEST(ChooseWay, WhatSavesNothingIsAskedLive) {
    EXPECT_EQ(ChooseWay(std::nullopt, 100, 100), Way::kLive);
    EXPECT_EQ(ChooseWay(std::nullopt, 100, std::nullopt), Way::kLive);
    EXPECT_EQ(ChooseWay(std::nullopt, 100, 99), Way::kBatch);
}

}  // namespace
}  // namespace geniai::llm
