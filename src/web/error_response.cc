#include "web/error_response.h"

#include <boost/json.hpp>

#include "base/error.h"
#include "web/json_response.h"

namespace geniai::web {

namespace {

struct PublicError {
    int status;
    std::string_view code;
    // What people read; empty: the error's own message, which was written for them.
    std::string_view message;
};

PublicError PublicErrorOf(base::ErrorCode code) {
    using enum base::ErrorCode;
    switch (code) {
        case kInvalidInput: return {400, "invalid_input", ""};
        case kNotFound: return {404, "not_found", ""};
        case kConflict: return {409, "conflict", ""};
        case kForbidden: return {403, "forbidden", ""};
        case kUnauthenticated: return {401, "unauthenticated", ""};
        case kOverloaded:
            return {429, "too_many_requests", "Muitas tentativas agora. Aguarde um instante."};
        case kDatabaseUnreachable:
            return {503, "unavailable", "O banco de dados não responde. Tente de novo em instantes."};
        case kInvalidSettings:
        case kAlreadyRunning:
        case kFailed: break;
    }
    return {500, "internal", "Algo deu errado aqui. Tente de novo; se continuar, avise o suporte."};
}

}  // namespace

http::Response ErrorResponse(int status, std::string_view code, std::string_view message) {
    return JsonResponse(boost::json::object{{"error", {{"code", code}, {"message", message}}}},
                        status);
}

http::Response ErrorResponse(const std::exception& error, const http::Request& request,
                             const obs::Log& log) {
    const auto* known = dynamic_cast<const base::Error*>(&error);
    const base::ErrorCode code = known == nullptr ? base::ErrorCode::kFailed : known->code();
    const PublicError answer = PublicErrorOf(code);
    if (answer.status >= 500) {
        log.Error("web.request_failed",
                  {{"path", std::string_view(request.path)},
                   {"error", std::string_view(error.what())},
                   {"detail", known == nullptr ? std::string_view() : known->detail()}});
    }
    return ErrorResponse(answer.status, answer.code,
                         answer.message.empty() ? error.what() : answer.message);
}

}  // namespace geniai::web
