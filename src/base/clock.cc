#include "base/clock.h"

namespace geniai::base {

TimePoint SystemClock::Now() const {
    return std::chrono::system_clock::now();
}

Stopwatch::Stopwatch() : start_(std::chrono::steady_clock::now()) {}

double Stopwatch::Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

}  // namespace geniai::base
