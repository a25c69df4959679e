#include "http/response_head.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>

namespace geniai::http {

namespace {

// Two messages would start where one ends if a handler could choose these.
bool IsFramingHeader(std::string_view name) {
    static constexpr std::array<std::string_view, 6> kFraming{
        "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Date", "Server"};
    return std::any_of(kFraming.begin(), kFraming.end(), [name](std::string_view framing) {
        return SameIgnoringCase(framing, name);
    });
}

bool IsTokenCharacter(char character) {
    const bool is_letter_or_digit = (character >= 'a' && character <= 'z') ||
                                    (character >= 'A' && character <= 'Z') ||
                                    (character >= '0' && character <= '9');
    return is_letter_or_digit || (character != '\0' && std::string_view{"!#$%&'*+-.^_`|~"}.find(
                                                           character) != std::string_view::npos);
}

bool IsHeaderName(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), IsTokenCharacter);
}

bool IsHeaderValue(std::string_view value) {
    return std::none_of(value.begin(), value.end(), [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return (byte < 0x20 && character != '\t') || byte == 0x7F;
    });
}

void AppendHeader(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view ReasonPhrase(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        default: return "Unknown";
    }
}

std::string HttpDate(std::time_t instant) {
    // strftime would speak the language of the process's locale.
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&instant, &utc);
    std::array<char, 64> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                      kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                      kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                      utc.tm_hour, utc.tm_min, utc.tm_sec);
    assert(length > 0);
    return {text.data(), static_cast<std::size_t>(length)};
}

bool HasNoBody(int status) {
    return status == 204 || status == 304;
}

bool IsSendable(const Response& response) {
    if (response.status < 200 || response.status > 599) return false;
    if (!IsHeaderValue(response.content_type)) return false;
    return std::all_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
        return IsHeaderName(header.first) && IsHeaderValue(header.second);
    });
}

std::string EncodeHead(const Response& response, const Framing& framing) {
    assert(IsSendable(response));
    std::string head;
    head.reserve(256);
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(ReasonPhrase(response.status)).append("\r\n");
    AppendHeader(head, "Date", HttpDate(framing.now));
    if (!response.content_type.empty()) AppendHeader(head, "Content-Type", response.content_type);
    for (const auto& [name, value] : response.headers) {
        if (!IsFramingHeader(name)) AppendHeader(head, name, value);
    }
    if (!HasNoBody(response.status)) {
        AppendHeader(head, "Content-Length", std::to_string(response.content().size()));
    }
    if (framing.keep_alive == KeepAlive::kNo) {
        AppendHeader(head, "Connection", "close");
    } else if (framing.minor_version == 0) {
        AppendHeader(head, "Connection", "keep-alive");
    }
    head.append("\r\n");
    return head;
}

}  // namespace geniai::http
