#include "web/session_guard.h"

#include "base/error.h"
#include "web/parameters.h"

namespace geniai::web {

namespace {

constexpr std::string_view kCookieName = "geniai_session";

bool CameThroughTls(const http::Request& request) {
    // A proxy that ends TLS says so; without one there is plain HTTP on loopback.
    return request.Header("X-Forwarded-Proto").value_or("") == "https";
}

std::string CookieText(const http::Request& request, std::string_view value, long long seconds) {
    std::string text = std::string(kCookieName) + "=" + std::string(value) +
                       "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds);
    if (CameThroughTls(request)) text += "; Secure";
    return text;
}

}  // namespace

std::pair<std::string, std::string> SessionCookie(const http::Request& request,
                                                  const std::string& token,
                                                  std::chrono::seconds lifetime) {
    return {"Set-Cookie", CookieText(request, token, lifetime.count())};
}

std::pair<std::string, std::string> ExpiredSessionCookie(const http::Request& request) {
    return {"Set-Cookie", CookieText(request, "", 0)};
}

std::string SessionToken(const http::Request& request) {
    return std::string(request.Cookie(kCookieName).value_or(""));
}

auth::Principal RequirePrincipal(auth::Sessions& sessions, const http::Request& request) {
    if (auto principal = sessions.Find(SessionToken(request))) return *principal;
    throw base::Error(base::ErrorCode::kUnauthenticated, "Entre para continuar.");
}

base::TenantId RequireTenant(const auth::Principal& principal, const http::Request& request) {
    const base::TenantId tenant(RequirePathId(request, "tenant_id"));
    if (auth::MaySeeTenant(principal, tenant)) return tenant;
    throw base::Error(base::ErrorCode::kNotFound, "Cliente não encontrado.");
}

void RequireSameOrigin(const http::Request& request) {
    const std::string_view type = request.Header("Content-Type").value_or("");
    const auto origin = request.Header("Origin");
    const std::string host(request.Header("Host").value_or(""));
    const bool same_origin =
        !origin || *origin == "http://" + host || *origin == "https://" + host;
    if (type.starts_with("application/json") && same_origin) return;
    throw base::Error(base::ErrorCode::kForbidden, "Requisição recusada: origem desconhecida.");
}

}  // namespace geniai::web
