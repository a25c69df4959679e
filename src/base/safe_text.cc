#include "base/safe_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
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

// Length of the valid UTF-8 sequence at `at`, or 0. Refuses overlong forms, surrogates and what
// lies beyond U+10FFFF, as PostgreSQL does.
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

std::string_view CopyWithSafeEscapes(std::string_view json, std::string& out) {
    out.clear();
    out.reserve(json.size());
    std::size_t at = 0;
    while (at < json.size()) {
        const std::size_t escape = std::min(json.find('\\', at), json.size());
        out.append(json.substr(at, escape - at));
        at = escape < json.size() ? CopyEscape(json, escape, out) : escape;
    }
    return out;
}

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t DigitsEnd(std::string_view text, std::size_t at) {
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at;
}

// The numbers of jsonb are of PostgreSQL's type numeric, which holds so many digits before the
// point and after it, and reads so big an exponent.
constexpr std::int64_t kWholeDigitsMax = 131'072;
constexpr std::int64_t kFractionDigitsMax = 16'383;
constexpr std::int64_t kExponentEnd = 1'073'741'823;

// Only with such an exponent, or with so many digits in a row, can a number be beyond numeric:
// fewer of both stay far below the limits.
constexpr std::size_t kExponentDigitsMin = 5;
constexpr std::size_t kDigitsMin = 3'000;

// Cheap, as it is asked of every document; true for some that are harmless.
bool MayExceedNumeric(std::string_view json) {
    // Looks at every fifth byte: it meets every run of five digits.
    for (std::size_t at = kExponentDigitsMin - 1; at < json.size(); at += kExponentDigitsMin) {
        if (!IsDigit(json[at])) continue;
        std::size_t start = at;
        while (start > 0 && IsDigit(json[start - 1])) --start;
        const std::size_t end = DigitsEnd(json, at);
        if (end - start >= kDigitsMin) return true;
        const bool has_sign = start > 0 && (json[start - 1] == '+' || json[start - 1] == '-');
        const std::size_t letter = has_sign ? start - 1 : start;
        const bool is_exponent = letter > 0 && (json[letter - 1] | 0x20) == 'e';
        if (is_exponent && end - start >= kExponentDigitsMin) return true;
        at += (end - at) / kExponentDigitsMin * kExponentDigitsMin;
    }
    return false;
}

// Whether numeric can hold what a JSON number says; true for what is no number.
bool FitsNumeric(std::string_view number) {
    std::string digits(number.substr(number.starts_with('-') ? 1 : 0));
    std::int64_t exponent = 0;
    if (const std::size_t e = digits.find_first_of("eE"); e != std::string::npos) {
        const char* start = digits.data() + e + 1;
        const char* const end = digits.data() + digits.size();
        if (start < end && *start == '+') ++start;
        const auto [stop, error] = std::from_chars(start, end, exponent);
        if (error == std::errc::result_out_of_range) return false;
        if (error != std::errc() || stop != end) return true;
        digits.resize(e);
    }
    if (exponent >= kExponentEnd || exponent <= -kExponentEnd) return false;
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const auto fraction =
        static_cast<std::int64_t>(digits.size() - std::min(point + 1, digits.size()));
    if (fraction - exponent > kFractionDigitsMax) return false;
    const std::size_t first = digits.find_first_not_of("0.");
    if (first == std::string::npos) return true;
    const auto before_point = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) +
                              (first > point ? 1 : 0);
    return before_point + exponent <= kWholeDigitsMax;
}

std::size_t StringEnd(std::string_view json, std::size_t quote) {
    std::size_t at = quote + 1;
    while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
    return std::min(at + 1, json.size());
}

// Makes a string of each number that jsonb refuses, so that what it said is still there.
std::string_view CopyWithSafeNumbers(std::string_view json, std::string& out) {
    out.clear();
    std::size_t at = 0;
    while (at < json.size()) {
        std::size_t end = at + 1;
        bool quote = false;
        if (json[at] == '"') {
            end = StringEnd(json, at);
        } else if (IsDigit(json[at]) || json[at] == '-') {
            end = std::min(json.find_first_not_of("0123456789+-.eE", at), json.size());
            quote = !FitsNumeric(json.substr(at, end - at));
        }
        if (quote) out += '"';
        out += json.substr(at, end - at);
        if (quote) out += '"';
        at = end;
    }
    return out;
}

}  // namespace

std::string_view CutText(std::string_view utf8, std::size_t bytes_max) {
    if (utf8.size() <= bytes_max) return utf8;
    while (bytes_max > 0 && (static_cast<unsigned char>(utf8[bytes_max]) & 0xC0U) == 0x80U) {
        --bytes_max;
    }
    return utf8.substr(0, bytes_max);
}

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
    std::string numbers;
    std::string_view safe = SafeText(json, bytes);
    // Usual text has no such number or escape and is not copied.
    if (MayExceedNumeric(safe)) safe = CopyWithSafeNumbers(safe, numbers);
    if (HasRefusedEscape(safe)) return CopyWithSafeEscapes(safe, scratch);
    if (safe == json) return json;
    scratch = safe;
    return scratch;
}

}  // namespace geniai::base
