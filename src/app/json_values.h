#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/json.hpp>

#include "base/money.h"

// What may be missing, as JSON has it.
namespace geniai::app {

inline boost::json::value OrNull(const std::optional<std::string>& text) {
    return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

inline boost::json::value OrNull(const std::optional<std::int64_t>& number) {
    return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

// In micro-BRL.
inline boost::json::value OrNull(const std::optional<base::MicroBrl>& amount) {
    return amount ? boost::json::value(amount->micros()) : boost::json::value(nullptr);
}

}  // namespace geniai::app
