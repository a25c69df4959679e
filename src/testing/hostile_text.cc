#include "testing/hostile_text.h"

#include <algorithm>
#include <array>

namespace geniai::testing {

namespace {

constexpr std::array<std::string_view, 34> kPieces = {
    "\t", "\n", "\r", "\r\n", "\\", "\\\\", "\\N", "\\.", "\\n", "\\t", "\\x41", "\\101", "\"", "'",
    "$$", "{", "}", ",", ";", " ", "\x01", "\x1b[31m", "\x7f", "\b\f\v", "ção", "😀", "👩‍👧",
    "\xE2\x80\xAE", "\xEF\xBF\xBE", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF", "\xC2\x85", "\xE2\x80\xA8",
    "e\xCC\x81"};

constexpr std::array<std::string_view, 26> kEscapes = {
    R"(\u0000)", R"(\\u0000)", R"(\\\u0000)", R"(\\\\u0000)", R"(\ud83d)", R"(\uDE00)",
    R"(\ud83d\ude00)", R"(\uD83D\uDe00)", R"(\ude00\ud83d)", R"(\ud83d\ud83d\ude00)",
    R"(\ud83d\\ude00)", R"(\ud83d\u0041)", R"(\ud83d\n)", R"(\ud83d\u0000)", R"(\u0000\ude00)",
    R"(\udbff\udfff)", R"(\ud800\udc00)", R"(\uffff)", R"(\uFFFE)", R"(\u001f)", R"(\u00e7)",
    R"(\n)", R"(\")", R"(\/)", R"(\\)", R"(\\\\)"};

constexpr std::array<std::string_view, 28> kNumbers = {
    "0", "-0", "1", "-17", "3.25", "1e5", "1E-7", "9223372036854775807", "9223372036854775808",
    "-9223372036854775809", "1e400", "1e131071", "1e131072", "1.5e131071", "12e131071", "0e131072",
    "-1E+400000", "1e-16383", "1e-16384", "0.1e-16383", "0e-16384", "0.00001e131076",
    "0.00001e131077", "1e1073741822", "0e1073741822", "0e1073741823", "1e99999999999999999999",
    "0e-99999999999999999999"};

constexpr std::array<std::string_view, 14> kTokens = {
    "\"", "\\", "\\u", "\\u00", "\\ud8", "{", "}", "[", "]", ",", ":", "null", "1e99999", "\x01"};

std::string EncodeUtf8(std::uint32_t code) {
    const auto trail = [code](int shift) {
        return static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
    };
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) return {static_cast<char>(0xC0U | (code >> 6)), trail(0)};
    if (code < 0x10000) return {static_cast<char>(0xE0U | (code >> 12)), trail(6), trail(0)};
    return {static_cast<char>(0xF0U | (code >> 18)), trail(12), trail(6), trail(0)};
}

// Text as the inside of a JSON string.
std::string EscapeForJson(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            escaped += '\\';
            escaped += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            constexpr std::string_view kHex = "0123456789abcdef";
            escaped += "\\u00";
            escaped += kHex[static_cast<unsigned char>(c) >> 4U];
            escaped += kHex[static_cast<unsigned char>(c) & 0xFU];
        } else {
            escaped += c;
        }
    }
    return escaped;
}

}  // namespace

std::size_t HostileText::Length() {
    if (OneIn(400)) return 100'000;
    if (OneIn(20)) return Below(3'000);
    return Below(40);
}

std::string HostileText::Bytes() {
    std::string bytes(Length(), ' ');
    for (char& byte : bytes) {
        constexpr std::string_view kFrequent = "\t\n\r\\N.\"u0";
        byte = OneIn(3) ? kFrequent[Below(kFrequent.size())] : static_cast<char>(1 + Below(255));
    }
    return bytes;
}

std::string HostileText::CodePoint() {
    constexpr std::array<std::uint32_t, 5> kEnds = {0x80, 0x800, 0x3000, 0x10000, 0x110000};
    const auto code = static_cast<std::uint32_t>(1 + Below(kEnds[Below(kEnds.size())] - 1));
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return EncodeUtf8(surrogate ? 0xFFFE : code);
}

std::string HostileText::Text() {
    const std::size_t length = Length();
    std::string text;
    while (text.size() < length) {
        if (OneIn(2)) {
            text += kPieces[Below(kPieces.size())];
        } else {
            text += CodePoint();
        }
    }
    return text;
}

std::string HostileText::JsonString() {
    std::string text = "\"";
    const std::size_t parts = OneIn(50) ? 300 : Below(5);
    for (std::size_t i = 0; i < parts; ++i) {
        if (OneIn(2)) {
            text += kEscapes[Below(kEscapes.size())];
        } else {
            text += OneIn(2) ? EscapeForJson(kPieces[Below(kPieces.size())])
                             : EscapeForJson(CodePoint());
        }
    }
    if (OneIn(500)) text += std::string(100'000, 'x');
    return text + "\"";
}

std::string HostileText::JsonNumber() {
    if (OneIn(100))
        return std::string(16'380 + Below(8), '9') + "." + std::string(16'380 + Below(8), '1');
    if (OneIn(100)) return std::string(131'070 + Below(5), '9');
    return std::string(kNumbers[Below(kNumbers.size())]);
}

std::string HostileText::JsonValue(int depth) {
    constexpr std::array<std::string_view, 3> kWords = {"null", "true", "false"};
    switch (depth == 0 ? Below(4) : Below(8)) {
        case 0: return std::string(kWords[Below(kWords.size())]);
        case 1: return JsonNumber();
        case 2:
        case 3: return JsonString();
        default: break;
    }
    const bool is_array = OneIn(2);
    std::string value = is_array ? "[" : "{";
    const std::size_t members = Below(4);
    for (std::size_t i = 0; i < members; ++i) {
        if (i > 0) value += OneIn(3) ? " ,\n\t" : ",";
        if (!is_array) value += JsonString() + ":";
        value += JsonValue(depth - 1);
    }
    return value + (is_array ? "]" : "}");
}

std::string HostileText::Transcript() {
    constexpr std::array<std::string_view, 4> kAuthors = {R"("contact")", R"("human")", "null",
                                                          "7"};
    std::string json = "[";
    const std::size_t messages = Below(6);
    for (std::size_t i = 0; i < messages; ++i) {
        if (i > 0) json += ", ";
        json += R"({"message_id":)" + (OneIn(8) ? JsonNumber() : std::to_string(Below(1'000'000)));
        json += R"(,"text":)" + JsonString();
        if (!OneIn(4)) json += R"(,"author":)" + std::string(kAuthors[Below(kAuthors.size())]);
        if (OneIn(2)) json += R"(,"message_type":)" + std::to_string(Below(5));
        if (OneIn(4)) json += R"(,"private":true)";
        if (OneIn(8)) json += "," + JsonString() + ":" + JsonValue(2);
        json += "}";
    }
    return json + "]";
}

std::string HostileText::Json() {
    if (OneIn(2)) return Transcript();
    if (OneIn(200)) {
        const std::size_t depth = 1 + Below(3'000);
        return std::string(depth, '[') + JsonValue(2) + std::string(depth, ']');
    }
    return JsonValue(6);
}

void HostileText::Break(std::string& json) {
    const std::size_t at = Below(json.size() + 1);
    const std::size_t length = Below(std::min<std::size_t>(json.size() - at, 12) + 1);
    switch (Below(6)) {
        case 0: json.erase(at, length); break;
        case 1: json.insert(at, json.substr(at, length)); break;
        case 2: json.insert(at, kTokens[Below(kTokens.size())]); break;
        case 3: json.insert(at, kEscapes[Below(kEscapes.size())]); break;
        case 4: json.resize(at); break;
        default:
            if (at < json.size()) json[at] = static_cast<char>(1 + Below(127));
    }
}

std::string HostileText::BrokenJson() {
    std::string json = Json();
    const std::size_t times = 1 + Below(3);
    for (std::size_t i = 0; i < times; ++i) Break(json);
    return json;
}

}  // namespace geniai::testing
