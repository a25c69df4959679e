#pragma once

#include <boost/json.hpp>
#include <optional>

#include "http/message.h"

namespace geniai::web {

http::Response JsonResponse(const boost::json::value& body, int status = 200);

// The body as an object of at most a few levels; throws base::Error(kInvalidInput) for anything else.
boost::json::object ParseBody(const http::Request& request);

// A text member; throws base::Error(kInvalidInput) when it is missing or no text.
std::string RequireText(const boost::json::object& body, std::string_view key);

// null for nothing.
template <class T>
boost::json::value Nullable(const std::optional<T>& value) {
    if (!value) return nullptr;
    return boost::json::value(*value);
}

}  // namespace geniai::web
