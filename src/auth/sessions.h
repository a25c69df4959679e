#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "auth/password_verifier.h"
#include "auth/principal.h"
#include "pg/pool.h"

namespace geniai::auth {

// Where a log-in comes from, kept with the session for its owner to see.
struct ClientOrigin {
    std::string_view ip_address;
    std::string_view user_agent;
};

enum class LogInResult {
    kOpened,
    kWrongCredentials,  // also for an unknown address: nobody learns which addresses exist
    kDisabled,          // the password is right, but the person or the tenant is switched off
};

struct LogIn {
    LogInResult result = LogInResult::kWrongCredentials;
    std::string token;    // for the cookie; only with kOpened
    Principal principal;  // only with kOpened
};

// Log-in and server-side sessions, as the operator's role: members of the people's role, who may be SQL
// tools, neither see nor make one. The cookie's token is "<tenant>.<secret>": the tenant is no secret,
// and leads to the rows of one tenant. Only a hash of the token is stored. Thread-safe.
class Sessions {
public:
    struct Settings {
        std::chrono::seconds lifetime = std::chrono::hours(24);  // absolute
        std::chrono::seconds idle_max = std::chrono::hours(8);
    };

    // Both outlive the object.
    Sessions(pg::Pool& pool, PasswordVerifier& passwords, Settings settings);

    // Checks the password and opens a session under a new token. A hash of the old system, or of other
    // cost, is replaced. Throws base::Error(kOverloaded) when too many log-ins wait already.
    LogIn Open(std::string_view email, std::string_view password, const ClientOrigin& origin);

    // Who the token belongs to; nothing when it is unknown, expired, or its person or tenant is
    // switched off.
    std::optional<Principal> Find(std::string_view token);

    void Close(std::string_view token);

    std::chrono::seconds lifetime() const { return settings_.lifetime; }

private:
    struct Candidate;

    std::optional<Candidate> FindCandidate(std::string_view email);
    LogIn OpenFor(const Candidate& candidate, std::optional<std::string> new_hash,
                  const ClientOrigin& origin);

    pg::Pool& pool_;
    PasswordVerifier& passwords_;
    Settings settings_;
};

}  // namespace geniai::auth
