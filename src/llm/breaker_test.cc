#include "llm/breaker.h"

#include <gtest/gtest.h>

namespace geniai::llm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class BreakerTest : public ::testing::Test {
protected:
    void FailTimes(int times) {
        for (int i = 0; i < times; ++i) breaker_.Failed(now_);
    }
    bool MayCall() { return !breaker_.Enter(now_).has_value(); }

    Breaker breaker_{{3, milliseconds(5'000), milliseconds(20'000)}};
    Clock::time_point now_ = Clock::time_point() + seconds(1'000);
};

TEST_F(BreakerTest, OpensAfterFailuresInARow) {
    FailTimes(2);
    breaker_.Succeeded();
    FailTimes(2);
    EXPECT_TRUE(MayCall());
    FailTimes(1);
    EXPECT_EQ(breaker_.Enter(now_), now_ + seconds(5));
    EXPECT_EQ(breaker_.state(), Breaker::State::kOpen);
}

TEST_F(BreakerTest, OneCallTriesAfterThePause) {
    FailTimes(3);
    now_ += seconds(5);
    EXPECT_TRUE(MayCall());
    EXPECT_FALSE(MayCall()) << "the others wait for its result";
    breaker_.Succeeded();
    EXPECT_TRUE(MayCall());
    EXPECT_EQ(breaker_.state(), Breaker::State::kClosed);
}

TEST_F(BreakerTest, ThePauseDoublesWhileTheProviderStaysAway) {
    FailTimes(3);
    for (const int pause : {5, 10, 20, 20}) {
        now_ += seconds(pause) - milliseconds(1);
        EXPECT_FALSE(MayCall()) << pause;
        now_ += milliseconds(1);
        EXPECT_TRUE(MayCall()) << pause;
        breaker_.Failed(now_);
    }
}

TEST_F(BreakerTest, ATrialThatWasNeverMadeLetsTheNextTry) {
    FailTimes(3);
    now_ += seconds(5);
    EXPECT_TRUE(MayCall());
    breaker_.Abandoned();
    EXPECT_TRUE(MayCall());
}

TEST(RetryBudgetTest, RepeatsAreAShareOfTheCalls) {
    RetryBudget budget(0.1, 2);
    EXPECT_TRUE(budget.Take());
    EXPECT_TRUE(budget.Take());
    EXPECT_FALSE(budget.Take());
    for (int i = 0; i < 11; ++i) budget.CountCall();
    EXPECT_TRUE(budget.Take());
    EXPECT_FALSE(budget.Take());
}

TEST(RetryDelayTest, DoublesWithJitterAndObeysTheProvider) {
    EXPECT_EQ(RetryDelay(1, 0, std::nullopt), milliseconds(250));
    EXPECT_EQ(RetryDelay(1, 1, std::nullopt), milliseconds(500));
    EXPECT_EQ(RetryDelay(3, 1, std::nullopt), milliseconds(2'000));
    EXPECT_EQ(RetryDelay(50, 1, std::nullopt), milliseconds(20'000));
    EXPECT_EQ(RetryDelay(1, 1, milliseconds(7'000)), milliseconds(7'000));
}

}  // namespace
}  // namespace geniai::llm
