#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace geniai::http {

// Names and values in the order in which they came.
using Fields = std::vector<std::pair<std::string, std::string>>;

// What a client asked for. The look-ups return the first match, and views that live as long as the
// request.
struct Request {
    std::string method;          // as sent, by convention upper case: "GET"
    std::string path;            // percent-decoded, valid UTF-8, without the query: "/api/me"
    std::string body;            // "" without one
    std::string remote_address;  // the peer's IP address, without the port
    Fields headers;
    Fields query;                                        // decoded
    std::map<std::string, std::string> path_parameters;  // set by the router: {"tenant_id", "7"}

    std::optional<std::string_view> Header(std::string_view name) const;  // in any letter case
    std::optional<std::string_view> Query(std::string_view name) const;
    std::optional<std::string_view> Cookie(std::string_view name) const;
};

// What the client gets. The server adds what frames the message (Content-Length, Connection, Date)
// and drops such headers if a handler gives them.
struct Response {
    int status = 200;
    std::string content_type;  // "" sends none
    std::string body;
    Fields headers;
    // Sent instead of `body` if not empty, without a copy: must live as long as the server.
    std::string_view static_body;

    std::string_view content() const { return static_body.empty() ? body : static_body; }
    std::optional<std::string_view> Header(std::string_view name) const;  // in any letter case
};

// Answers one request. Runs on several threads at once and may block.
using Handler = std::function<Response(const Request&)>;

// An answer of one line of plain text.
Response PlainText(int status, std::string_view text);

// True if both are the same but for the case of ASCII letters, as header names compare.
bool SameIgnoringCase(std::string_view left, std::string_view right);

// `text` without the blanks (space, tab) around it.
std::string_view TrimBlanks(std::string_view text);

}  // namespace geniai::http
