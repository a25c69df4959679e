#include "web/api.h"

#include "web/error_response.h"

namespace geniai::web {

namespace {

// Nothing of the page comes from elsewhere, and nobody may frame it.
constexpr std::pair<std::string_view, std::string_view> kSecurityHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
     "form-action 'self'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
};

http::Response Refuse(const http::Request& request, int status) {
    if (status == 405) {
        return ErrorResponse(405, "method_not_allowed", "Método não permitido.");
    }
    return ErrorResponse(404, "not_found", "Não há nada em " + request.path + ".");
}

bool IsApiPath(std::string_view path) {
    return path == "/api" || path.starts_with("/api/") || path == "/healthz" || path == "/readyz";
}

}  // namespace

Api::Api(Settings settings, pg::Pool& pool, auth::Sessions& sessions, const obs::Log& log)
    : settings_(std::move(settings)),
      pool_(pool),
      sessions_(sessions),
      log_(log),
      assets_(settings_.assets),
      router_(Refuse) {
    const auto add = [this](const char* method, const char* path,
                            http::Response (Api::*endpoint)(const http::Request&) const) {
        router_.Add(method, path, [this, endpoint](const http::Request& request) {
            return (this->*endpoint)(request);
        });
    };
    add("POST", "/api/login", &Api::LogIn);
    add("POST", "/api/logout", &Api::LogOut);
    add("GET", "/api/me", &Api::Me);
    add("GET", "/api/tenants", &Api::Tenants);
    add("GET", "/api/tenants/{tenant_id}/overview", &Api::Overview);
    add("GET", "/api/tenants/{tenant_id}/leads", &Api::Leads);
    add("GET", "/api/tenants/{tenant_id}/conversations/{conversation_id}", &Api::Conversation);
    add("GET", "/healthz", &Api::Health);
    add("GET", "/readyz", &Api::Readiness);
}

http::Response Api::Handle(const http::Request& request) const {
    http::Response response;
    try {
        response = IsApiPath(request.path) || (request.method != "GET" && request.method != "HEAD")
                       ? router_.Route(request)
                       : assets_.Serve(request);
    } catch (const std::exception& error) {
        response = ErrorResponse(error, request, log_);
    }
    for (const auto& [name, value] : kSecurityHeaders) response.headers.emplace_back(name, value);
    return response;
}

const CategoryStyle& Api::StyleOf(const std::string& category) const {
    static const CategoryStyle kUnknown{"OUTROS", "Outros", "#6c757d"};
    for (const CategoryStyle& style : settings_.categories) {
        if (style.key == category) return style;
    }
    return kUnknown;
}

}  // namespace geniai::web
