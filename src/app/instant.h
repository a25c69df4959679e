#pragma once

#include <cstdint>
#include <string>

namespace geniai::app {

// "2026-03-01", "2026-03-01T12:00" or "2026-03-01T12:00:00", with or without Z, all in UTC, as
// microseconds since 1970. Throws base::Error(kInvalidInput) that names `option`.
std::int64_t ParseInstant(const std::string& option, const std::string& text);

}  // namespace geniai::app
