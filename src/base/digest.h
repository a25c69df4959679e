#pragma once

#include <string>
#include <string_view>

namespace geniai::base {

// A 128-bit BLAKE2b digest in PostgreSQL's text form for bytea ("\x…"): equal text, equal digest, in
// every process and version.
std::string DigestOf(std::string_view text);

}  // namespace geniai::base
