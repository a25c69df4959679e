#pragma once

#include <cstdint>
#include <string>

namespace geniai::app {

// "12", "12.50" or "12,50" as millionths. Throws base::Error(kInvalidInput) that names `option`, for
// anything else, more than six decimals, and what is not below a trillion.
std::int64_t ParseMicros(const std::string& option, const std::string& text);

// A whole number from 0 on.
std::int64_t ParseWhole(const std::string& option, const std::string& text);

// "5.5", "0.15", "12": as many decimals as there are.
std::string FormatMillionths(std::int64_t micros);

}  // namespace geniai::app
