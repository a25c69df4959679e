#pragma once

#include <cstdint>
#include <string_view>

namespace geniai::analysis {

// How many tokens a text has for a model, at the most: for texts as people write them, in any language.
// The tokenizers differ and are large; this needs none. Calibrated on Portuguese conversations against
// o200k_base, see token_bound_test.cc.
std::int32_t TokenBound(std::string_view utf8);

}  // namespace geniai::analysis
