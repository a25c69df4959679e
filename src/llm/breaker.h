#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

// What keeps a provider in trouble from being called all the same. Values without threads; the gateway
// guards them.
namespace geniai::llm {

using Clock = std::chrono::steady_clock;

// A circuit breaker. Closed, all calls go through; after so many failures in a row it opens, and none
// does; after a pause it is half open, and one call tries. Its success closes the breaker, its failure
// doubles the pause.
class Breaker {
public:
    struct Settings {
        int failures_to_open = 5;
        std::chrono::milliseconds first_pause{5'000};
        std::chrono::milliseconds longest_pause{60'000};
    };
    enum class State { kClosed, kOpen, kHalfOpen };

    explicit Breaker(Settings settings) : settings_(settings), pause_(settings.first_pause) {}

    // Nothing: go ahead, and say what came of it. A time: not before.
    std::optional<Clock::time_point> Enter(Clock::time_point now);
    // Nothing while it is open: a call from before says how things were then.
    void Succeeded();
    void Failed(Clock::time_point now);
    // The call that went ahead was never made, or says nothing about the provider.
    void Abandoned();

    State state() const { return state_; }

private:
    void Open(Clock::time_point now);

    Settings settings_;
    State state_ = State::kClosed;
    int failures_ = 0;  // in a row
    std::chrono::milliseconds pause_;
    Clock::time_point opens_at_;  // kOpen: when one may try; kHalfOpen: when to give up on that one
};

// Repeats may be a share of all calls and no more: when everything fails, load does not double. A call
// earns `share` of a repeat, up to `most`.
class RetryBudget {
public:
    explicit RetryBudget(double share = 0.2, double most = 20) : share_(share), most_(most), left_(most) {}

    void CountCall() { left_ = left_ + share_ < most_ ? left_ + share_ : most_; }
    // Takes one repeat; false when there is none left.
    bool Take();

private:
    double share_;
    double most_;
    double left_;
};

// How long to wait before the repeat after `attempt` (1: the first has failed): doubling from half a
// second to 20 s, of which `random` (0 to 1) chooses the upper half. At least what the provider asked.
std::chrono::milliseconds RetryDelay(int attempt, double random,
                                     std::optional<std::chrono::milliseconds> asked);

}  // namespace geniai::llm
