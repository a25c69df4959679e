#include "analysis/token_bound.h"

#include <cctype>

namespace geniai::analysis {

namespace {

enum class Kind { kLetter, kDigit, kBlank, kNewline, kSign, kWide };

Kind KindOf(unsigned char byte) {
    if (byte >= 0xE0) return Kind::kWide;  // a character of three or four bytes
    if (byte >= 0x80 || std::isalpha(byte) != 0) return Kind::kLetter;
    if (std::isdigit(byte) != 0) return Kind::kDigit;
    if (byte == '\n') return Kind::kNewline;
    return byte == ' ' ? Kind::kBlank : Kind::kSign;
}

// Tokens of a run of bytes of one kind. A blank belongs to the word behind it.
std::int32_t TokensOfRun(Kind kind, std::int32_t bytes) {
    const auto pieces_of = [&](std::int32_t size) { return (bytes + size - 1) / size; };
    switch (kind) {
        case Kind::kLetter: return pieces_of(4);
        case Kind::kDigit: return pieces_of(3);
        case Kind::kSign: return pieces_of(3);
        case Kind::kWide: return pieces_of(2);
        case Kind::kBlank: return bytes > 1 ? 1 : 0;
        case Kind::kNewline: return 1;
    }
    return bytes;
}

}  // namespace

std::int32_t TokenBound(std::string_view utf8) {
    std::int32_t tokens = 5;  // for what short texts have more than others
    for (std::size_t at = 0; at < utf8.size();) {
        const Kind kind = KindOf(static_cast<unsigned char>(utf8[at]));
        std::size_t end = at + 1;
        while (end < utf8.size()) {
            const auto byte = static_cast<unsigned char>(utf8[end]);
            const bool continues_wide = kind == Kind::kWide && (byte & 0xC0U) == 0x80U;
            if (!continues_wide && KindOf(byte) != kind) break;
            ++end;
        }
        tokens += TokensOfRun(kind, static_cast<std::int32_t>(end - at));
        at = end;
    }
    return tokens;
}

}  // namespace geniai::analysis
