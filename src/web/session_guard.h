#pragma once

#include <functional>
#include <string>

#include "auth/sessions.h"
#include "http/message.h"

namespace geniai::web {

// The session cookie, as a Set-Cookie header says it. Secure when the request came through TLS.
std::pair<std::string, std::string> SessionCookie(const http::Request& request,
                                                  const std::string& token,
                                                  std::chrono::seconds lifetime);
std::pair<std::string, std::string> ExpiredSessionCookie(const http::Request& request);

// The token of the request's cookie; empty without one.
std::string SessionToken(const http::Request& request);

// Who asks. Throws base::Error(kUnauthenticated).
auth::Principal RequirePrincipal(auth::Sessions& sessions, const http::Request& request);

// The tenant of the path, if this principal may see it. A tenant of others and one that does not exist
// get the same answer: base::Error(kNotFound).
base::TenantId RequireTenant(const auth::Principal& principal, const http::Request& request);

// A request that changes something must come from our own pages: JSON, which no foreign form can send,
// and of our own origin. Throws base::Error(kForbidden).
void RequireSameOrigin(const http::Request& request);

}  // namespace geniai::web
