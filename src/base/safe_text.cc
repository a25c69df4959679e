#include "base/safe_text.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>

namespace geniai::base {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kReplacementEscape = "\\ufffd";

unsigned char ByteAt(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

bool IsTrailByte(std::string_view text, std::size_t at) {
    return at < text.size() && (ByteAt(text, at) & 0xC0U) == 0x80U;
}

// Length of the valid UTF-8 sequence at `at`, or 0. Refuses overlong forms, surrogates and what lies
// beyond U+10FFFF, as PostgreSQL does.
std::size_t SequenceLength(std::string_view text, std::size_t at) {
    const unsigned char lead = ByteAt(text, at);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    if (!IsTrailByte(text, at + 1)) return 0;
    const unsigned char second = ByteAt(text, at + 1);
    if (lead < 0xE0) return 2;
    if (lead == 0xE0 && second < 0xA0) return 0;
    if (lead == 0xED && second > 0x9F) return 0;
    if (lead == 0xF0 && second < 0x90) return 0;
    if (lead == 0xF4 && second > 0x8F) return 0;
    if (!IsTrailByte(text, at + 2)) return 0;
    if (lead < 0xF0) return 3;
    return IsTrailByte(text, at + 3) ? 4 : 0;
}

bool IsAscii(std::string_view text, std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    return (word & 0x8080808080808080ULL) == 0;
}

// Position of the first byte that is NUL or not valid UTF-8, or text.size().
std::size_t FirstUnsafe(std::string_view text) {
    const void* nul = std::memchr(text.data(), '\0', text.size());
    const std::size_t end =
        nul == nullptr ? text.size()
                       : static_cast<std::size_t>(static_cast<const char*>(nul) - text.data());
    std::size_t at = 0;
    while (at < end) {
        if (at + 8 <= end && IsAscii(text, at)) {
            at += 8;
            continue;
        }
        const std::size_t length = SequenceLength(text, at);
        if (length == 0) return at;
        at += length;
    }
    return end;
}

// The code unit of an escape \uXXXX whose backslash is at `at`, or -1.
int EscapedUnit(std::string_view json, std::size_t at) {
    if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u') return -1;
    int unit = 0;
    for (std::size_t i = at + 2; i < at + 6; ++i) {
        const unsigned char digit = ByteAt(json, i);
        if (std::isxdigit(digit) == 0) return -1;
        const int value = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
        unit = unit * 16 + value;
    }
    return unit;
}

bool IsHighSurrogate(int unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

bool IsLowSurrogate(int unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

// Copies the escape at `at` to `out`, or its replacement, and returns the position after it.
std::size_t CopyEscape(std::string_view json, std::size_t at, std::string& out) {
    const int unit = EscapedUnit(json, at);
    if (unit < 0) {
        // Two characters at once, so that an escaped backslash does not start a new escape.
        out.append(json.substr(at, 2));
        return std::min(at + 2, json.size());
    }
    if (IsHighSurrogate(unit) && IsLowSurrogate(EscapedUnit(json, at + 6))) {
        out.append(json.substr(at, 12));
        return at + 12;
    }
    const bool refused = unit == 0 || IsHighSurrogate(unit) || IsLowSurrogate(unit);
    out.append(refused ? kReplacementEscape : json.substr(at, 6));
    return at + 6;
}

bool HasRefusedEscape(std::string_view json) {
    for (std::size_t at = json.find("\\u"); at != std::string_view::npos;
         at = json.find("\\u", at + 2)) {
        const int unit = EscapedUnit(json, at);
        if (unit == 0 || IsHighSurrogate(unit) || IsLowSurrogate(unit)) return true;
    }
    return false;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = SequenceLength(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string_view SafeText(std::string_view text, std::string& scratch) {
    std::size_t at = FirstUnsafe(text);
    if (at == text.size()) return text;
    scratch.assign(text.substr(0, at));
    while (at < text.size()) {
        const std::size_t length = SequenceLength(text, at);
        if (length == 0) {
            scratch.append(kReplacement);
            ++at;
            continue;
        }
        if (text[at] != '\0') scratch.append(text.substr(at, length));
        at += length;
    }
    return scratch;
}

std::string_view SafeJson(std::string_view json, std::string& scratch) {
    std::string bytes;
    const std::string_view safe = SafeText(json, bytes);
    // Usual text has no such escape and is not copied.
    if (!HasRefusedEscape(safe)) {
        if (safe.data() == json.data()) return json;
        scratch = std::move(bytes);
        return scratch;
    }
    scratch.clear();
    scratch.reserve(safe.size());
    std::size_t at = 0;
    while (at < safe.size()) {
        const std::size_t escape = std::min(safe.find('\\', at), safe.size());
        scratch.append(safe.substr(at, escape - at));
        at = escape < safe.size() ? CopyEscape(safe, escape, scratch) : escape;
    }
    return scratch;
}

}  // namespace geniai::base
