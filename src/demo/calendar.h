#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

namespace geniai::demo {

// A moment in UTC, to the microsecond, as Chatwoot stores it.
using Instant = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
using Micros = std::chrono::microseconds;

// São Paulo's wall clock is three hours behind UTC all year (Brazil has no summer time since 2019).
inline constexpr std::chrono::hours kLocalOffset{-3};

int LocalHour(Instant at);
// 0 is Sunday.
int LocalWeekday(Instant at);
// "2026-03-01 12:00:00.123456", for a column of type timestamp.
std::string TimestampText(Instant at);

// When a small business answers: Monday to Friday, and Saturday morning.
struct OpeningHours {
    int opens = 8;
    int closes = 18;
    int closes_saturday = 13;

    bool IsOpen(Instant at) const;
    // `at` itself if it is open then, else the beginning of the next opening.
    Instant NextOpen(Instant at) const;
};

// The moment at which a person would rather write than sleep: `at`, or the next morning.
Instant AwakeAt(Instant at);

// When people write to a Brazilian small business in the months before `end`: more by day than by
// night, less at the weekend, slowly more from month to month.
class ArrivalCurve {
public:
    explicit ArrivalCurve(Instant end);

    // The moment by which this share (0 … 1) of all conversations has begun. Never after `end`.
    Instant At(double share) const;

private:
    Instant begin_;
    std::vector<double> share_until_;  // per hour
};

}  // namespace geniai::demo
