#include "base/money.h"

#include <algorithm>

namespace geniai::base {

namespace {

constexpr std::int64_t kMicrosPerReal = 1'000'000;
constexpr std::size_t kCents = 2;
constexpr std::size_t kDecimals = 6;

// "1234567" → "1.234.567"
std::string WithThousands(std::string digits) {
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, '.');
    return digits;
}

}  // namespace

std::string FormatBrl(MicroBrl amount) {
    const bool negative = amount.micros() < 0;
    const auto micros = static_cast<std::uint64_t>(negative ? -amount.micros() : amount.micros());
    std::string decimals = std::to_string(micros % kMicrosPerReal);
    decimals.insert(0, kDecimals - decimals.size(), '0');
    std::size_t shown = kCents;
    if (micros != 0 && micros < kMicrosPerReal / 10) {
        shown = std::min(kDecimals, decimals.find_first_not_of('0') + kCents);
    }
    return std::string(negative ? "-" : "") + "R$ " +
           WithThousands(std::to_string(micros / kMicrosPerReal)) + "," + decimals.substr(0, shown);
}

}  // namespace geniai::base
