#include "http/target.h"

#include <algorithm>

#include "base/safe_text.h"

namespace geniai::http {

namespace {

int HexDigit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

// Decoded text that a handler can pass on to PostgreSQL as it is.
std::optional<std::string> DecodeSafely(std::string_view text, PlusSign plus) {
    auto decoded = PercentDecode(text, plus);
    if (!decoded || decoded->find('\0') != std::string::npos) return std::nullopt;
    if (!base::IsValidUtf8(*decoded)) return std::nullopt;
    return decoded;
}

std::string_view WithoutOrigin(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!SameIgnoringCase(target.substr(0, scheme.size()), scheme)) continue;
        const auto path = target.find_first_of("/?", scheme.size());
        return path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
    }
    return target;
}

std::optional<std::string> DecodePath(std::string_view raw) {
    if (raw.empty() || raw.front() != '/') return std::nullopt;
    auto path = DecodeSafely(raw, PlusSign::kLiteral);
    if (!path) return std::nullopt;
    const bool has_escaped_slash =
        std::count(path->begin(), path->end(), '/') != std::count(raw.begin(), raw.end(), '/');
    if (has_escaped_slash) return std::nullopt;
    return path;
}

std::optional<Fields> DecodeQuery(std::string_view raw) {
    Fields query;
    while (!raw.empty()) {
        const auto end = std::min(raw.find('&'), raw.size());
        const auto pair = raw.substr(0, end);
        raw.remove_prefix(std::min(end + 1, raw.size()));
        if (pair.empty()) continue;

        const auto equals = std::min(pair.find('='), pair.size());
        auto name = DecodeSafely(pair.substr(0, equals), PlusSign::kSpace);
        auto value = DecodeSafely(pair.substr(std::min(equals + 1, pair.size())), PlusSign::kSpace);
        if (!name || !value) return std::nullopt;
        query.emplace_back(std::move(*name), std::move(*value));
    }
    return query;
}

}  // namespace

std::optional<std::string> PercentDecode(std::string_view text, PlusSign plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus == PlusSign::kSpace) {
            decoded.push_back(' ');
            continue;
        }
        if (text[at] != '%') {
            decoded.push_back(text[at]);
            continue;
        }
        if (at + 2 >= text.size()) return std::nullopt;
        const int high = HexDigit(text[at + 1]);
        const int low = HexDigit(text[at + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded.push_back(static_cast<char>(high * 16 + low));
        at += 2;
    }
    return decoded;
}

std::optional<Target> ParseTarget(std::string_view target) {
    target = WithoutOrigin(target);
    if (target.substr(0, 1) == "?") return std::nullopt;
    const auto question = std::min(target.find('?'), target.size());
    auto path = DecodePath(target.substr(0, question));
    auto query = DecodeQuery(target.substr(std::min(question + 1, target.size())));
    if (!path || !query) return std::nullopt;
    return Target{std::move(*path), std::move(*query)};
}

}  // namespace geniai::http
