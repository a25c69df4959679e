#pragma once

#include <chrono>
#include <string>

#include "http/message.h"

namespace geniai::http {

// One request to another server.
struct ClientRequest {
    std::string method = "GET";
    std::string url;  // "http://127.0.0.1:8504/api/me"
    Fields headers;
    std::string body;
    std::chrono::seconds timeout{30};
};

// Sends it and waits for the answer, of whatever status; redirects are not followed. Throws
// base::Error(kFailed) when there is no answer.
Response Send(const ClientRequest& request);

}  // namespace geniai::http
