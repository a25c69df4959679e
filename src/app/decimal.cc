#include "app/decimal.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace geniai::app {

namespace {

constexpr std::size_t kDecimalsMax = 6;
constexpr std::size_t kDigitsMax = 12;
constexpr std::int64_t kMillion = 1'000'000;

bool IsDigits(std::string_view text, std::size_t most) {
    return !text.empty() && text.size() <= most &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t DigitsOf(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

std::int64_t ParseMicros(const std::string& option, const std::string& text) {
    const std::size_t point = std::min(text.find_first_of(".,"), text.size());
    const std::string_view whole = std::string_view(text).substr(0, point);
    const bool has_decimals = point < text.size();
    std::string decimals(has_decimals ? text.substr(point + 1) : "0");
    if (!IsDigits(whole, kDigitsMax) || !IsDigits(decimals, kDecimalsMax)) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          option + " must be an amount with at most six decimals, such as 12.50");
    }
    decimals.resize(kDecimalsMax, '0');
    return DigitsOf(whole) * kMillion + DigitsOf(decimals);
}

std::int64_t ParseWhole(const std::string& option, const std::string& text) {
    if (IsDigits(text, kDigitsMax)) return DigitsOf(text);
    throw base::Error(base::ErrorCode::kInvalidInput, option + " must be a whole number from 0 on");
}

std::string FormatMillionths(std::int64_t micros) {
    std::string decimals = std::to_string(micros % kMillion);
    decimals.insert(0, kDecimalsMax - decimals.size(), '0');
    decimals.erase(decimals.find_last_not_of('0') + 1);
    return std::to_string(micros / kMillion) + (decimals.empty() ? "" : "." + decimals);
}

}  // namespace geniai::app
