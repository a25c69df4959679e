#include "llm/breaker.h"

#include <algorithm>

namespace geniai::llm {

namespace {

constexpr std::chrono::milliseconds kFirstDelay{500};
constexpr std::chrono::milliseconds kLongestDelay{20'000};
// A call that tries and never reports must not keep the breaker half open.
constexpr std::chrono::seconds kTrialMax{120};

}  // namespace

std::optional<Clock::time_point> Breaker::Enter(Clock::time_point now) {
    if (state_ == State::kClosed) return std::nullopt;
    if (now < opens_at_) return opens_at_;
    state_ = State::kHalfOpen;
    opens_at_ = now + kTrialMax;
    return std::nullopt;
}

void Breaker::Succeeded() {
    if (state_ == State::kOpen) return;
    state_ = State::kClosed;
    failures_ = 0;
    pause_ = settings_.first_pause;
}

void Breaker::Failed(Clock::time_point now) {
    ++failures_;
    if (state_ == State::kHalfOpen) {
        pause_ = std::min(pause_ * 2, settings_.longest_pause);
        Open(now);
    } else if (state_ == State::kClosed && failures_ >= settings_.failures_to_open) {
        Open(now);
    }
}

void Breaker::Abandoned() {
    if (state_ == State::kHalfOpen) opens_at_ = Clock::time_point::min();
}

void Breaker::Open(Clock::time_point now) {
    state_ = State::kOpen;
    opens_at_ = now + pause_;
}

bool RetryBudget::Take() {
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
}

std::chrono::milliseconds RetryDelay(int attempt, double random,
                                     std::optional<std::chrono::milliseconds> asked) {
    constexpr int kDoublingsMax = 10;
    const auto doubled = kFirstDelay * (1 << std::clamp(attempt - 1, 0, kDoublingsMax));
    const auto delay = std::min(doubled, kLongestDelay);
    const auto jittered = std::chrono::milliseconds(static_cast<std::int64_t>(
        static_cast<double>(delay.count()) * (0.5 + std::clamp(random, 0.0, 1.0) / 2)));
    return std::max(jittered, asked.value_or(std::chrono::milliseconds(0)));
}

}  // namespace geniai::llm
