#pragma once

#include <chrono>

namespace geniai::base {

using TimePoint = std::chrono::system_clock::time_point;

// The wall clock as an argument, so that a test can choose the time. Only SystemClock reads it.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint Now() const = 0;
};

class SystemClock final : public Clock {
public:
    TimePoint Now() const override;
};

class FixedClock final : public Clock {
public:
    explicit FixedClock(TimePoint now) : now_(now) {}
    TimePoint Now() const override { return now_; }
    void Advance(std::chrono::seconds by) { now_ += by; }

private:
    TimePoint now_;
};

// Measures how long something took, on the monotonic clock.
class Stopwatch {
public:
    Stopwatch();
    double Seconds() const;

private:
    std::chrono::steady_clock::time_point start_;
};

}  // namespace geniai::base
