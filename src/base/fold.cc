#include "base/fold.h"

#include <array>
#include <cassert>
#include <limits>

namespace geniai::base {
namespace {

struct DecodedCharacter {
    char32_t code;
    std::size_t length;  // in bytes, at least 1
};

constexpr char32_t kNotUtf8 = 0xFFFFFFFF;

bool IsContinuation(std::string_view utf8, std::size_t at) {
    return at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0U) == 0x80U;
}

// Decodes leniently: overlong forms and surrogates pass, because nothing but the folding reads the
// code point. A sequence that is cut short yields its first byte alone, so that the byte after it
// is looked at again.
DecodedCharacter DecodeCharacter(std::string_view utf8, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(utf8[at + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) {
        return {kNotUtf8, 1};
    }
    char32_t code = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (!IsContinuation(utf8, at + i)) {
            return {kNotUtf8, 1};
        }
        code = (code << 6) | (byte(i) & 0x3FU);
    }
    return {code, length};
}

// U+00A0 to U+00FF. A blank stands for "one space".
constexpr std::array<std::string_view, 96> kLatin1 = {
    " ", " ", " ", " ", " ", " ", " ",  " ", " ", " ", "a", "\"", " ", "",  " ",  " ",   // A0
    "o", " ", "2", "3", " ", " ", " ",  ".", " ", "1", "o", "\"", " ", " ", " ",  " ",   // B0
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e",  "i", "i", "i",  "i",   // C0
    "d", "n", "o", "o", "o", "o", "o",  "x", "o", "u", "u", "u",  "u", "y", "th", "ss",  // D0
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e",  "i", "i", "i",  "i",   // E0
    "d", "n", "o", "o", "o", "o", "o",  " ", "o", "u", "u", "u",  "u", "y", "th", "y"};  // F0

// U+0100 to U+017F, one letter each; the few that need two are handled before.
constexpr std::string_view kLatinExtendedA =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

std::string_view FoldPunctuation(char32_t code) {
    switch (code) {
        case 0x2018:
        case 0x2019:
        case 0x201A:
        case 0x201B:
        case 0x2032: return "'";
        case 0x201C:
        case 0x201D:
        case 0x201E:
        case 0x201F:
        case 0x2033: return "\"";
        case 0x2010:
        case 0x2011:
        case 0x2012:
        case 0x2013:
        case 0x2014:
        case 0x2015: return "-";
        case 0x2026: return "...";
        case 0x2028:
        case 0x2029: return "\n";
        case 0x2044: return "/";
        default: return " ";
    }
}

// Characters that show nothing by themselves, or only mark the one before: they must not split a
// word.
bool IsInvisible(char32_t code) {
    return (code >= 0x0300 && code <= 0x036F) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x2064) ||
           (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF || code == 0x20E3 ||
           (code >= 0x1F3FB && code <= 0x1F3FF);
}

constexpr std::array<char, 128> MakeAsciiTable() {
    std::array<char, 128> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const bool upper = i >= 'A' && i <= 'Z';
        const bool shown = (i >= 0x20 && i < 0x7F) || i == '\n';
        table[i] = upper ? static_cast<char>(i + 0x20) : shown ? static_cast<char>(i) : ' ';
    }
    return table;
}

constexpr auto kAscii = MakeAsciiTable();

std::string_view FoldAscii(char32_t code) {
    return {&kAscii[code], 1};
}

std::string_view FoldWide(char32_t code) {
    if (code >= 0xA0 && code <= 0xFF) {
        return kLatin1[code - 0xA0];
    }
    if (code == 0x152 || code == 0x153) {
        return "oe";
    }
    if (code >= 0x100 && code <= 0x17F) {
        return kLatinExtendedA.substr(code - 0x100, 1);
    }
    if (IsInvisible(code)) {
        return "";
    }
    if (code >= 0xFF01 && code <= 0xFF5E) {
        return FoldAscii(code - 0xFF01 + 0x21);
    }
    return FoldPunctuation(code);
}

template <typename Emit>
void FoldEach(std::string_view utf8, Emit emit) {
    for (std::size_t at = 0; at < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[at]);
        if (first < 0x80) {
            emit(FoldAscii(first), at++);
            continue;
        }
        const DecodedCharacter decoded = DecodeCharacter(utf8, at);
        emit(decoded.code == kNotUtf8 ? std::string_view(" ") : FoldWide(decoded.code), at);
        at += decoded.length;
    }
}

}  // namespace

static_assert(kLatinExtendedA.size() == 0x80);

std::string FoldText(std::string_view utf8) {
    std::string folded;
    folded.reserve(utf8.size());
    FoldEach(utf8, [&](std::string_view ascii, std::size_t) { folded += ascii; });
    return folded;
}

FoldedText FoldTextWithOffsets(std::string_view utf8) {
    assert(utf8.size() < std::numeric_limits<std::uint32_t>::max());
    FoldedText folded;
    folded.text.reserve(utf8.size());
    folded.source_offset.reserve(utf8.size());
    FoldEach(utf8, [&](std::string_view ascii, std::size_t at) {
        for (const char c : ascii) {
            folded.text.push_back(c);
            folded.source_offset.push_back(static_cast<std::uint32_t>(at));
        }
    });
    return folded;
}

}  // namespace geniai::base
