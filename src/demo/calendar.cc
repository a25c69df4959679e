#include "demo/calendar.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace geniai::demo {

namespace {

constexpr std::chrono::days kSpan{243};  // about eight months

constexpr std::array<double, 24> kHourWeights{0.6, 0.3, 0.2, 0.1, 0.1, 0.2, 0.9, 2.2,
                                              4.5, 6.3, 6.8, 6.2, 5.0, 5.2, 5.9, 6.0,
                                              5.8, 5.6, 5.9, 6.1, 5.6, 4.4, 2.9, 1.4};
constexpr std::array<double, 7> kWeekdayWeights{0.32, 1.25, 1.15, 1.08, 1.02, 0.98, 0.6};
constexpr double kGrowth = 0.35;  // how much busier the last day is than the first

std::chrono::local_time<Micros> ToLocal(Instant at) {
    return std::chrono::local_time<Micros>(at.time_since_epoch() + kLocalOffset);
}

// The same local day at this hour.
Instant AtLocalHour(Instant at, int hour) {
    const auto day = std::chrono::floor<std::chrono::days>(ToLocal(at));
    return Instant(Micros(day.time_since_epoch()) + std::chrono::hours(hour) - kLocalOffset);
}

// Written digit by digit: millions of timestamps are printed.
void PutDigits(std::string& text, std::size_t at, std::size_t digits, std::int64_t value) {
    while (digits-- > 0) {
        text[at + digits] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

}  // namespace

int LocalHour(Instant at) {
    const auto local = ToLocal(at);
    const auto since_midnight = local - std::chrono::floor<std::chrono::days>(local);
    return static_cast<int>(std::chrono::floor<std::chrono::hours>(since_midnight).count());
}

int LocalWeekday(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(ToLocal(at));
    return static_cast<int>(std::chrono::weekday(day).c_encoding());
}

std::string TimestampText(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss<Micros> time(at - day);
    std::string text = "0000-00-00 00:00:00.000000";
    PutDigits(text, 0, 4, static_cast<int>(date.year()));
    PutDigits(text, 5, 2, static_cast<unsigned>(date.month()));
    PutDigits(text, 8, 2, static_cast<unsigned>(date.day()));
    PutDigits(text, 11, 2, time.hours().count());
    PutDigits(text, 14, 2, time.minutes().count());
    PutDigits(text, 17, 2, time.seconds().count());
    PutDigits(text, 20, 6, time.subseconds().count());
    return text;
}

bool OpeningHours::IsOpen(Instant at) const {
    const int weekday = LocalWeekday(at);
    const int hour = LocalHour(at);
    if (weekday == 0 || hour < opens) return false;
    return hour < (weekday == 6 ? closes_saturday : closes);
}

Instant OpeningHours::NextOpen(Instant at) const {
    if (IsOpen(at)) return at;
    Instant candidate = AtLocalHour(at, opens);
    while (candidate < at || !IsOpen(candidate))
        candidate += std::chrono::days(1);
    return candidate;
}

Instant AwakeAt(Instant at) {
    constexpr int kWakes = 7;
    if (LocalHour(at) >= kWakes) return at;
    // Keeps the minutes, so that not everybody writes on the hour.
    return at + std::chrono::hours(kWakes - LocalHour(at));
}

ArrivalCurve::ArrivalCurve(Instant end) : begin_(end - kSpan) {
    const auto hours = static_cast<std::size_t>(std::chrono::hours(kSpan).count());
    share_until_.reserve(hours);
    double total = 0;
    for (std::size_t hour = 0; hour < hours; ++hour) {
        const Instant at = begin_ + std::chrono::hours(hour) + std::chrono::minutes(30);
        const double growth = 1 + kGrowth * static_cast<double>(hour) / static_cast<double>(hours);
        total += kHourWeights[static_cast<std::size_t>(LocalHour(at))] *
                 kWeekdayWeights[static_cast<std::size_t>(LocalWeekday(at))] * growth;
        share_until_.push_back(total);
    }
    for (double& share : share_until_)
        share /= total;
}

Instant ArrivalCurve::At(double share) const {
    const auto found = std::lower_bound(share_until_.begin(), share_until_.end(), share);
    const std::size_t hour =
        std::min(static_cast<std::size_t>(found - share_until_.begin()), share_until_.size() - 1);
    const double before = hour == 0 ? 0 : share_until_[hour - 1];
    const double within = std::clamp((share - before) / (share_until_[hour] - before), 0.0, 1.0);
    return begin_ + std::chrono::hours(hour) + Micros(static_cast<std::int64_t>(within * 3'599e6));
}

}  // namespace geniai::demo
