#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace geniai::base {

// Folds text for matching: lower case, without accents, ASCII only: "Amanhã ÀS 10h" → "amanha as
// 10h". Accents may be composed or combining. Typographic quotes, dashes, the ellipsis, full-width
// forms and ligatures become their ASCII spelling; combining and invisible characters yield
// nothing; every other character (emoji, other scripts, control characters but the newline, each
// byte that is not UTF-8) becomes one space. Takes any bytes and refuses none.
std::string FoldText(std::string_view utf8);

struct FoldedText {
    std::string text;
    std::vector<std::uint32_t>
        source_offset;  // per byte of `text`: its source character's first byte
};

// The same folding, with the way back. `utf8` must be shorter than 4 GiB.
FoldedText FoldTextWithOffsets(std::string_view utf8);

}  // namespace geniai::base
