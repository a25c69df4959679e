#include "app/instant.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/error.h"

namespace geniai::app {

std::int64_t ParseInstant(const std::string& option, const std::string& text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    int date_end = 0;
    int minute_end = 0;
    int second_end = 0;
    std::sscanf(text.c_str(), "%4d-%2u-%2u%nT%2u:%2u%n:%2u%n", &year, &month, &day, &date_end, &hour,
                &minute, &minute_end, &second, &second_end);
    std::size_t end = static_cast<std::size_t>(std::max({date_end, minute_end, second_end}));
    if (end > 10 && end < text.size() && text[end] == 'Z') ++end;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    const bool fits = date_end == 10 && end == text.size() && date.ok() && hour < 24 &&
                      minute < 60 && second < 60;
    if (!fits) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          option + " must be a time such as 2026-03-01 or 2026-03-01T12:00:00Z, not '" +
                              text + "'");
    }
    const auto time = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                      std::chrono::minutes(minute) + std::chrono::seconds(second);
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace geniai::app
