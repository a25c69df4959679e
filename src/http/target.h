#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace geniai::http {

// The request target, decoded: "/a%20b?x=1+2" is the path "/a b" and the query {"x", "1 2"}.
struct Target {
    std::string path;
    Fields query;
};

// Empty for what is not strictly right: a broken escape, NUL, text that is not UTF-8, a path that
// does not begin with '/', or an escaped slash in the path (it would look like a separator).
// "http://host/path" is read as "/path". Segments such as ".." are literal and mean nothing.
std::optional<Target> ParseTarget(std::string_view target);

enum class PlusSign { kLiteral, kSpace };  // kSpace in queries, as forms encode them

// Empty for a '%' without two hexadecimal digits.
std::optional<std::string> PercentDecode(std::string_view text, PlusSign plus);

}  // namespace geniai::http
