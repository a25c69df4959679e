#pragma once

#include <cstddef>
#include <cstdint>

namespace geniai::demo {

// Pseudo-random numbers that are the same with every compiler and library, which the distributions
// of <random> are not. A splitmix64 sequence; integers and exact divisions only.
class SeededRandom {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}

    std::uint64_t Next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    // 0 … bound - 1; `bound` is positive.
    std::int64_t Below(std::int64_t bound) {
        return static_cast<std::int64_t>(Next() % static_cast<std::uint64_t>(bound));
    }
    std::size_t Index(std::size_t size) { return static_cast<std::size_t>(Next() % size); }
    // low … high, both included.
    std::int64_t Between(std::int64_t low, std::int64_t high) {
        return low + Below(high - low + 1);
    }
    bool Percent(int percent) { return Below(100) < percent; }
    // 0 inclusive … 1 exclusive.
    double Fraction() { return static_cast<double>(Next() >> 11) / 9007199254740992.0; }

    // A number with this median and a long tail to the right, as waiting times have it: from a
    // tenth of the median to about ten times.
    std::int64_t Around(std::int64_t median) {
        constexpr std::int64_t kTenths[] = {1, 3, 5, 7, 9, 10, 13, 17, 25, 45, 100};
        const std::size_t step = Index(10);
        return Between(median * kTenths[step] / 10, median * kTenths[step + 1] / 10);
    }

private:
    std::uint64_t state_;
};

}  // namespace geniai::demo
