#include "sync/window.h"

#include <gtest/gtest.h>

namespace geniai::sync {
namespace {

using warehouse::Watermark;

constexpr std::int64_t kSecond = 1'000'000;

TEST(WindowTest, TheFirstRunAndAFullRunReadEverything) {
    EXPECT_EQ(ReadAfter(std::nullopt, Mode::kIncremental, std::chrono::seconds(60)), std::nullopt);
    EXPECT_EQ(ReadAfter(Watermark{100, 1}, Mode::kFull, std::chrono::seconds(60)), std::nullopt);
}

TEST(WindowTest, AnIncrementalRunStepsBackByTheOverlapAndReadsTheWholeMicrosecond) {
    const auto after =
        ReadAfter(Watermark{100 * kSecond, 7}, Mode::kIncremental, std::chrono::seconds(60));
    ASSERT_TRUE(after);
    EXPECT_EQ(after->updated_at, 40 * kSecond);
    EXPECT_LT(after->id, 0);
}

TEST(WindowTest, AStampInTheFutureDoesNotMoveTheWatermark) {
    const std::optional<Watermark> before = Watermark{100, 1};
    EXPECT_EQ(Advance(before, {201, 9}, 200), before);
    EXPECT_EQ(Advance(std::nullopt, {201, 9}, 200), std::nullopt);
    EXPECT_EQ(Advance(before, {200, 9}, 200), (Watermark{200, 9}));
}

TEST(WindowTest, RowsOfTheOverlapDoNotMoveTheWatermarkBack) {
    const std::optional<Watermark> before = Watermark{100, 5};
    EXPECT_EQ(Advance(before, {40, 9}, 200), before);
    EXPECT_EQ(Advance(before, {100, 4}, 200), before);
    EXPECT_EQ(Advance(before, {100, 6}, 200), (Watermark{100, 6}));
}

}  // namespace
}  // namespace geniai::sync
