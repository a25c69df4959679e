#include "auth/password_verifier.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "base/error.h"

namespace geniai::auth {
namespace {

constexpr std::chrono::seconds kPatience{20};

// A check that stays in the middle until the test lets it go, and counts who is there.
class HeldCheck {
public:
    PasswordCheck Run(std::string_view password) {
        std::unique_lock lock(mutex_);
        running_max_ = std::max(running_max_, ++running_);
        ++started_;
        changed_.notify_all();
        changed_.wait_for(lock, kPatience, [this] { return is_released_; });
        --running_;
        return password == "right" ? PasswordCheck::kRight : PasswordCheck::kWrong;
    }
    void Release() {
        const std::lock_guard lock(mutex_);
        is_released_ = true;
        changed_.notify_all();
    }
    bool WaitUntilStarted(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, kPatience, [&] { return started_ >= count; });
    }
    int running_max() {
        const std::lock_guard lock(mutex_);
        return running_max_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int running_ = 0;
    int running_max_ = 0;
    int started_ = 0;
    bool is_released_ = false;
};

TEST(PasswordVerifierTest, ChecksAndHashesLikeTheFunctions) {
    PasswordVerifier verifier;
    const std::string hash = verifier.HashWhenFree("Bicicleta-azul-7");
    EXPECT_EQ(verifier.CheckWhenFree("Bicicleta-azul-7", hash), PasswordCheck::kRight);
    EXPECT_EQ(verifier.CheckWhenFree("Bicicleta-azul-8", hash), PasswordCheck::kWrong);
    EXPECT_EQ(verifier.CheckWhenFree("Bicicleta-azul-7", "broken"), PasswordCheck::kWrong);
}

TEST(PasswordVerifierTest, RunsAFewAtOnceAndRefusesWhenTooManyWait) {
    HeldCheck held;
    PasswordVerifier verifier(
        {2, 3}, [&](std::string_view password, std::string_view) { return held.Run(password); });
    std::atomic<int> right = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> callers;
    for (int number = 0; number < 8; ++number) {
        callers.emplace_back([&] {
            try {
                if (verifier.CheckWhenFree("right", "") == PasswordCheck::kRight) ++right;
            } catch (const base::Error& error) {
                EXPECT_EQ(error.code(), base::ErrorCode::kOverloaded);
                EXPECT_STREQ(error.what(), "too many log-ins at once");
                ++refused;
            }
        });
    }
    ASSERT_TRUE(held.WaitUntilStarted(2));
    // Two run and three wait; nobody moves until the release, so that the rest must be refused.
    const auto give_up_at = std::chrono::steady_clock::now() + kPatience;
    while (refused < 3 && std::chrono::steady_clock::now() < give_up_at)
        std::this_thread::yield();
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(right, 0);
    held.Release();
    for (auto& caller : callers)
        caller.join();
    EXPECT_EQ(right, 5);
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(held.running_max(), 2);
}

TEST(PasswordVerifierTest, FreesItsPlaceWhenACheckThrows) {
    PasswordVerifier verifier({1, 0}, [](std::string_view password, std::string_view) {
        if (password == "fails") throw base::Error(base::ErrorCode::kFailed, "no memory");
        return PasswordCheck::kRight;
    });
    for (int round = 0; round < 3; ++round) {
        EXPECT_THROW(verifier.CheckWhenFree("fails", ""), base::Error);
        EXPECT_EQ(verifier.CheckWhenFree("right", ""), PasswordCheck::kRight);
    }
}

TEST(PasswordVerifierTest, RefusesLimitsOfNothing) {
    EXPECT_THROW(PasswordVerifier({0, 16}), base::Error);
    EXPECT_THROW(PasswordVerifier({2, -1}), base::Error);
}

}  // namespace
}  // namespace geniai::auth
