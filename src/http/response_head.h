#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "http/message.h"

namespace geniai::http {

enum class KeepAlive { kNo, kYes };

// What the connection, and not the handler, knows about an answer.
struct Framing {
    KeepAlive keep_alive = KeepAlive::kYes;
    int minor_version = 1;  // of the request: HTTP/1.0 or HTTP/1.1
    std::time_t now = 0;
};

// Status line and headers of an answer, up to and with the empty line. The response must have
// passed IsSendable.
std::string EncodeHead(const Response& response, const Framing& framing);

// False if a header could break out of its line, is no header name, or the status is no final
// status (200 to 599): a mistake of the handler, perhaps led by what a client sent.
bool IsSendable(const Response& response);

// True for answers that by definition have no body: 204 and 304.
bool HasNoBody(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string HttpDate(std::time_t instant);

// "Not Found"; "Unknown" for a status that is not in the standard.
std::string_view ReasonPhrase(int status);

}  // namespace geniai::http
