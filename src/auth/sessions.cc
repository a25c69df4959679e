#include "auth/sessions.h"

#include <array>
#include <charconv>
#include <sodium.h>

#include "auth/password.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/safe_text.h"
#include "tenancy/scope.h"

namespace geniai::auth {

namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kUserAgentMax = 300;

const pg::Query kCandidate{"auth.log_in.candidate", R"sql(
    select tenant_id, user_id, password_hash, password_changed_at::text as password_changed_at,
           is_active and tenant_status in ('active', 'trial') as may_log_in
      from log_in_candidate($1)
)sql"};

const pg::Query kOpenSession{"auth.session.open", R"sql(
    insert into sessions (tenant_id, token_hash, user_id, expires_at, ip_address, user_agent)
    values ($1, $2, $3, now() + $4::bigint * interval '1 second', $5, $6)
)sql"};

const pg::Query kRecordLogIn{"auth.user.record_log_in", R"sql(
    update users set last_login_at = now(), login_count = login_count + 1
     where tenant_id = $1 and id = $2
)sql"};

// Only while nobody has changed the password since it was checked.
const pg::Query kRehash{"auth.user.rehash", R"sql(
    update users set password_hash = $3
     where tenant_id = $1 and id = $2 and password_changed_at = $4::timestamptz
)sql"};

const pg::Query kExpireSessions{"auth.session.expire", R"sql(
    delete from sessions where tenant_id = $1 and user_id = $2 and expires_at < now()
)sql"};

const pg::Query kPrincipal{"auth.session.principal", R"sql(
    select u.id, u.tenant_id, u.role, u.email, u.full_name, t.name, t.slug, t.timezone,
           s.last_seen_at < now() - interval '1 minute' as is_stale
      from sessions s
      join users u on u.tenant_id = s.tenant_id and u.id = s.user_id
      join tenants t on t.id = u.tenant_id
     where s.tenant_id = $1 and s.token_hash = $2 and s.expires_at > now()
       and s.last_seen_at > now() - $3::bigint * interval '1 second'
       and u.is_active and u.deleted_at is null
       and t.status in ('active', 'trial') and t.deleted_at is null
)sql"};

const pg::Query kTouchSession{"auth.session.touch", R"sql(
    update sessions set last_seen_at = now() where tenant_id = $1 and token_hash = $2
)sql"};

const pg::Query kCloseSession{"auth.session.close",
                              "delete from sessions where tenant_id = $1 and token_hash = $2"};

std::string NewSecret() {
    std::array<unsigned char, kSecretBytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    std::array<char,
               sodium_base64_ENCODED_LEN(kSecretBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)>
        text{};
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text.data();
}

struct Token {
    base::TenantId tenant;
    std::string hash;  // as a bytea
};

std::optional<Token> ParseToken(std::string_view token) {
    const std::size_t dot = token.find('.');
    if (dot == std::string_view::npos || dot > 10) return std::nullopt;
    std::int32_t tenant = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + dot, tenant);
    if (error != std::errc() || end != token.data() + dot || tenant < 0) return std::nullopt;
    return Token{base::TenantId(tenant), base::DigestOf(token)};
}

Principal PrincipalOf(const pg::Row& row) {
    Principal principal;
    principal.user = base::UserId(row["id"].Int64());
    principal.tenant = base::TenantId(row["tenant_id"].Int64());
    principal.role = ParseRole(row["role"].text());
    principal.email = row["email"].String();
    principal.full_name = row["full_name"].String();
    principal.tenant_name = row["name"].String();
    principal.tenant_slug = row["slug"].String();
    principal.timezone = row["timezone"].String();
    return principal;
}

}  // namespace

struct Sessions::Candidate {
    base::TenantId tenant;
    base::UserId user;
    std::string password_hash;
    std::string password_changed_at;
    bool may_log_in = false;
};

Sessions::Sessions(pg::Pool& pool, PasswordVerifier& passwords, Settings settings)
    : pool_(pool), passwords_(passwords), settings_(settings) {}

LogIn Sessions::Open(std::string_view email, std::string_view password,
                     const ClientOrigin& origin) {
    const std::optional<Candidate> candidate = FindCandidate(email);
    // An unknown address takes the time of a known one. No connection is held while hashing.
    const PasswordCheck check = passwords_.CheckWhenFree(
        password, candidate ? std::string_view(candidate->password_hash) : DummyHash());
    if (!candidate || check == PasswordCheck::kWrong) return {};
    if (!candidate->may_log_in) return {LogInResult::kDisabled, "", {}};
    std::optional<std::string> new_hash;
    if (check == PasswordCheck::kRightButRehash) new_hash = passwords_.HashWhenFree(password);
    return OpenFor(*candidate, new_hash, origin);
}

std::optional<Sessions::Candidate> Sessions::FindCandidate(std::string_view email) {
    std::string scratch;
    auto connection = pool_.Acquire();
    tenancy::RoleScope scope(*connection, tenancy::DatabaseRole::kAdminUsers);
    const pg::Result rows = scope.Execute(kCandidate, base::SafeText(email, scratch));
    if (rows.empty()) return std::nullopt;
    const pg::Row row = rows.One();
    return Candidate{base::TenantId(row["tenant_id"].Int64()), base::UserId(row["user_id"].Int64()),
                     row["password_hash"].String(), row["password_changed_at"].String(),
                     row["may_log_in"].Bool()};
}

LogIn Sessions::OpenFor(const Candidate& candidate, std::optional<std::string> new_hash,
                        const ClientOrigin& origin) {
    const std::string token = candidate.tenant.ToString() + "." + NewSecret();
    const std::string token_hash = base::DigestOf(token);
    std::string scratch;
    const std::string_view user_agent =
        base::SafeText(origin.user_agent.substr(0, kUserAgentMax), scratch);
    auto connection = pool_.Acquire();
    tenancy::RoleScope scope(*connection, tenancy::DatabaseRole::kAdminUsers);
    if (new_hash) {
        scope.Execute(kRehash, candidate.tenant, candidate.user, *new_hash,
                      candidate.password_changed_at);
    }
    scope.Execute(kRecordLogIn, candidate.tenant, candidate.user);
    scope.Execute(kExpireSessions, candidate.tenant, candidate.user);
    scope.Execute(kOpenSession, candidate.tenant, token_hash, candidate.user,
                  static_cast<std::int64_t>(settings_.lifetime.count()), origin.ip_address,
                  user_agent);
    LogIn log_in{LogInResult::kOpened, token, {}};
    log_in.principal = PrincipalOf(scope
                                       .Execute(kPrincipal, candidate.tenant, token_hash,
                                                std::int64_t{settings_.idle_max.count()})
                                       .One());
    scope.Commit();
    return log_in;
}

std::optional<Principal> Sessions::Find(std::string_view text) {
    const std::optional<Token> token = ParseToken(text);
    if (!token) return std::nullopt;
    auto connection = pool_.Acquire();
    tenancy::RoleScope scope(*connection, tenancy::DatabaseRole::kAdminUsers);
    const pg::Result rows = scope.Execute(kPrincipal, token->tenant, token->hash,
                                          std::int64_t{settings_.idle_max.count()});
    if (rows.empty()) return std::nullopt;
    // Once a minute is enough for the idle limit, and spares a write a request.
    if (rows.One()["is_stale"].Bool()) {
        scope.Execute(kTouchSession, token->tenant, token->hash);
        scope.Commit();
    }
    return PrincipalOf(rows.One());
}

void Sessions::Close(std::string_view text) {
    const std::optional<Token> token = ParseToken(text);
    if (!token) return;
    auto connection = pool_.Acquire();
    tenancy::RoleScope scope(*connection, tenancy::DatabaseRole::kAdminUsers);
    scope.Execute(kCloseSession, token->tenant, token->hash);
    scope.Commit();
}

}  // namespace geniai::auth
