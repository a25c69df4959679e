#pragma once

#include <string>
#include <string_view>

namespace geniai::base {

// PostgreSQL refuses four things that a customer's text can bring: the byte NUL in text, bytes that
// are not UTF-8, and in jsonb the escape of NUL or of half a surrogate pair, and numbers beyond the
// type numeric. These functions make text safe; what cannot be kept becomes U+FFFD, the replacement
// character.

bool IsValidUtf8(std::string_view text);

// The beginning of a text: at most so many bytes, and no part of a character.
std::string_view CutText(std::string_view utf8, std::size_t bytes_max);

// Drops NUL bytes and replaces every byte that is not part of valid UTF-8 by U+FFFD. Valid text
// comes back unchanged; `scratch` holds the result only if something had to change.
std::string_view SafeText(std::string_view text, std::string& scratch);

// The same for a JSON text, and in it every escape that jsonb refuses (NUL, lone surrogates)
// becomes the escape of U+FFFD, and every number that it refuses a string. What PostgreSQL takes as
// json is taken as jsonb afterwards; what it takes as jsonb comes back unchanged. Does not check
// the JSON grammar otherwise.
std::string_view SafeJson(std::string_view json, std::string& scratch);

}  // namespace geniai::base
