#include <boost/json.hpp>

#include "web/api.h"
#include "web/error_response.h"
#include "web/json_response.h"
#include "web/session_guard.h"

namespace geniai::web {

namespace {

constexpr std::size_t kPasswordMax = 1'024;  // bytes; hashing more is work for nobody

boost::json::object Encode(const auth::Principal& principal) {
    return {{"id", principal.user.value()},
            {"email", principal.email},
            {"full_name", principal.full_name},
            {"role", auth::NameOf(principal.role)},
            {"tenant",
             {{"id", principal.tenant.value()},
              {"name", principal.tenant_name},
              {"slug", principal.tenant_slug},
              {"timezone", principal.timezone}}}};
}

}  // namespace

http::Response Api::LogIn(const http::Request& request) const {
    RequireSameOrigin(request);
    const boost::json::object body = ParseBody(request);
    const std::string email = RequireText(body, "email");
    const std::string password = RequireText(body, "password");
    auth::LogIn log_in;
    if (password.size() <= kPasswordMax) {
        log_in = sessions_.Open(email, password,
                                {request.remote_address, request.Header("User-Agent").value_or("")});
    }
    switch (log_in.result) {
        case auth::LogInResult::kWrongCredentials:
            return ErrorResponse(401, "invalid_credentials", "E-mail ou senha incorretos.");
        case auth::LogInResult::kDisabled:
            return ErrorResponse(403, "forbidden",
                                 "Este acesso está desativado. Fale com o administrador.");
        case auth::LogInResult::kOpened: break;
    }
    // The session that the browser had before must not live on beside the new one.
    sessions_.Close(SessionToken(request));
    http::Response response = JsonResponse({{"user", Encode(log_in.principal)}});
    response.headers.push_back(SessionCookie(request, log_in.token, sessions_.lifetime()));
    log_.Info("web.log_in", {{"user_id", log_in.principal.user.value()},
                             {"tenant_id", log_in.principal.tenant.value()}});
    return response;
}

http::Response Api::LogOut(const http::Request& request) const {
    RequireSameOrigin(request);
    sessions_.Close(SessionToken(request));
    http::Response response;
    response.status = 204;
    response.headers.push_back(ExpiredSessionCookie(request));
    return response;
}

http::Response Api::Me(const http::Request& request) const {
    return JsonResponse({{"user", Encode(RequirePrincipal(sessions_, request))}});
}

}  // namespace geniai::web
