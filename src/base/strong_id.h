#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace geniai::base {

// An id that does not convert to another kind of id: a tenant's id is no user's id.
template <class Tag>
class StrongId {
public:
    constexpr StrongId() = default;
    constexpr explicit StrongId(std::int64_t value) : value_(value) {}

    constexpr std::int64_t value() const { return value_; }
    std::string ToString() const { return std::to_string(value_); }

    friend constexpr auto operator<=>(StrongId, StrongId) = default;

private:
    std::int64_t value_ = 0;
};

}  // namespace geniai::base
