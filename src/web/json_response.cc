#include "web/json_response.h"

#include "base/error.h"

namespace geniai::web {

http::Response JsonResponse(const boost::json::value& body, int status) {
    http::Response response;
    response.status = status;
    response.content_type = "application/json; charset=utf-8";
    response.body = boost::json::serialize(body);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

boost::json::object ParseBody(const http::Request& request) {
    boost::json::parse_options options;
    options.max_depth = 8;
    boost::system::error_code error;
    const boost::json::value body = boost::json::parse(request.body, error, {}, options);
    if (error || !body.is_object()) {
        throw base::Error(base::ErrorCode::kInvalidInput, "O corpo da requisição não é JSON válido.");
    }
    return body.as_object();
}

std::string RequireText(const boost::json::object& body, std::string_view key) {
    const boost::json::value* member = body.if_contains(key);
    if (member == nullptr || !member->is_string()) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "Falta o campo \"" + std::string(key) + "\".");
    }
    return std::string(member->as_string());
}

}  // namespace geniai::web
