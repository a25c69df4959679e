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

TEST_F(BreakerTest, AnAnswerToACallFromBeforeItOpenedLeavesItOpen) {
    FailTimes(3);
    breaker_.Succeeded();
    EXPECT_FALSE(MayCall());
    now_ += seconds(5);
    EXPECT_TRUE(MayCall());
    EXPECT_FALSE(MayCall());
}

TEST_F(BreakerTest, ATrialThatWasNeverMadeLetsTheNextTry) {
    FailTimes(3);
    now_ += seconds(5);
    EXPECT_TRUE(MayCall());
    breaker_.Abandoned();
    EXPECT_TRUE(MayCall());
}

// A provider that is away for a while, with the pauses that an installation has.
class OutageTest : public ::testing::Test {
protected:
    struct Course {
        int calls = 0;             // that were let through while it was away
        milliseconds recovery{0};  // from its return to the first call
    };

    // Somebody always wants to call, looks every tenth of a second, and hears at once what came of it.
    static Course Of(seconds outage) {
        constexpr milliseconds kLook{100};
        Breaker breaker{Breaker::Settings()};
        Course course;
        const auto begin = Clock::time_point() + seconds(1'000);
        auto now = begin;
        for (; now < begin + outage; now += kLook) {
            while (!breaker.Enter(now)) {
                ++course.calls;
                breaker.Failed(now);
            }
        }
        while (breaker.Enter(now)) now += kLook;
        course.recovery = std::chrono::duration_cast<milliseconds>(now - begin - outage);
        breaker.Succeeded();
        EXPECT_EQ(breaker.state(), Breaker::State::kClosed);
        return course;
    }
};

TEST_F(OutageTest, FiveMinutesLetTwelveCallsThrough) {
    const Course course = Of(seconds(300));
    EXPECT_EQ(course.calls, 12) << "five until it opens, then after 5, 15, 35, 75, 135, 195, 255 s";
    EXPECT_EQ(course.recovery, seconds(15));
}

TEST_F(OutageTest, HoweverLongItTakesItIsOverAMinuteLaterAtTheLatest) {
    for (int length = 1; length <= 1'000; ++length) {
        const Course course = Of(seconds(length));
        EXPECT_LE(course.recovery, seconds(60)) << length;
        EXPECT_LE(course.calls, 5 + 5 + length / 60) << length;
    }
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
