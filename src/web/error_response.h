#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "http/message.h"
#include "obs/log.h"

namespace geniai::web {

// {"error":{"code","message"}} with the status of the code; the message is for people.
http::Response ErrorResponse(int status, std::string_view code, std::string_view message);

// The answer to an exception of a handler: the one table of codes and statuses. What people need not
// know (SQL, internals) goes to the log alone.
http::Response ErrorResponse(const std::exception& error, const http::Request& request,
                             const obs::Log& log);

}  // namespace geniai::web
