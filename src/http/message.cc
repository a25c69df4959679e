#include "http/message.h"

#include <algorithm>

namespace geniai::http {

namespace {

char LowerAscii(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::optional<std::string_view> FindHeader(const Fields& headers, std::string_view name) {
    for (const auto& [header, value] : headers) {
        if (SameIgnoringCase(header, name)) return value;
    }
    return std::nullopt;
}

std::optional<std::string_view> FindCookie(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const auto end = std::min(header.find(';'), header.size());
        const auto pair = TrimBlanks(header.substr(0, end));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && TrimBlanks(pair.substr(0, equals)) == name) {
            return TrimBlanks(pair.substr(equals + 1));
        }
        header.remove_prefix(std::min(end + 1, header.size()));
    }
    return std::nullopt;
}

}  // namespace

bool SameIgnoringCase(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return LowerAscii(a) == LowerAscii(b); });
}

std::string_view TrimBlanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<std::string_view> Request::Header(std::string_view name) const {
    return FindHeader(headers, name);
}

std::optional<std::string_view> Request::Query(std::string_view name) const {
    for (const auto& [parameter, value] : query) {
        if (parameter == name) return value;
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::Cookie(std::string_view name) const {
    for (const auto& [header, value] : headers) {
        if (!SameIgnoringCase(header, "Cookie")) continue;
        if (const auto found = FindCookie(value, name)) return found;
    }
    return std::nullopt;
}

std::optional<std::string_view> Response::Header(std::string_view name) const {
    return FindHeader(headers, name);
}

Response PlainText(int status, std::string_view text) {
    Response response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body.append(text).append("\n");
    return response;
}

}  // namespace geniai::http
