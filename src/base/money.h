#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace geniai::base {

// Money in millionths of a real. Whole numbers, so that sums are exact.
class MicroBrl {
public:
    constexpr MicroBrl() = default;
    constexpr explicit MicroBrl(std::int64_t micros) : micros_(micros) {}

    constexpr std::int64_t micros() const { return micros_; }

    constexpr MicroBrl& operator+=(MicroBrl other) {
        micros_ += other.micros_;
        return *this;
    }
    friend constexpr MicroBrl operator+(MicroBrl a, MicroBrl b) { return a += b; }
    friend constexpr MicroBrl operator-(MicroBrl a, MicroBrl b) {
        return MicroBrl(a.micros_ - b.micros_);
    }
    friend constexpr auto operator<=>(MicroBrl, MicroBrl) = default;

private:
    std::int64_t micros_ = 0;
};

// "R$ 1.234,56", or as many decimals as a small sum needs to show two digits: "R$ 0,00080".
std::string FormatBrl(MicroBrl amount);

}  // namespace geniai::base
