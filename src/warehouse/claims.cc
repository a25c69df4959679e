#include "warehouse/claims.h"

#include <string>

#include "pg/parameter.h"

namespace geniai::warehouse {

namespace {

std::string WaitingOf(Purpose purpose) {
    return purpose == Purpose::kRemarketing ? "silent_leads" : "unclassified_conversations";
}

std::string OrderOf(Purpose purpose) {
    return purpose == Purpose::kRemarketing
               ? " order by s.last_public_message_at, s.conversation_id"
               : " order by s.last_public_message_at desc, s.conversation_id desc";
}

// Those that wait and that nobody works on; with $1 as the purpose and $2 as the failures that are too
// many.
std::string FreeOf(Purpose purpose) {
    return WaitingOf(purpose) + R"sql( s
          join conversations c on c.conversation_id = s.conversation_id
          left join analysis_claims l on l.conversation_id = s.conversation_id and l.purpose = $1
         where l.conversation_id is null
            or (l.lease_until <= now()
                and (l.last_message_at < s.last_public_message_at
                     or (l.failures < $2 and l.not_before <= now())))
)sql";
}

// The same conversation claimed by two at once: one of them waits for neither, because the other has
// locked its row; and whoever comes right after finds the lease.
pg::Query ClaimQuery(Purpose purpose) {
    return {"warehouse.claims.claim", R"sql(
    with free as (
        select c.tenant_id, c.conversation_id, s.last_public_message_at
          from )sql" + FreeOf(purpose) + OrderOf(purpose) + R"sql(
         limit $3
           for update of c skip locked)
    insert into analysis_claims as l (tenant_id, purpose, conversation_id, last_message_at,
                                      lease_until)
    select tenant_id, $1, conversation_id, last_public_message_at,
           now() + make_interval(secs => $4)
      from free
        on conflict (tenant_id, purpose, conversation_id) do update
       set claim = excluded.claim, claimed_at = now(), lease_until = excluded.lease_until,
           in_batch = false,
           failures = case when l.last_message_at < excluded.last_message_at then 0
                           else l.failures end,
           last_message_at = excluded.last_message_at
     where l.lease_until <= now()
    returning claim, conversation_id, (extract(epoch from last_message_at) * 1000000)::bigint
              as last_message_at
)sql"};
}

pg::Query ListQuery(Purpose purpose) {
    return {"warehouse.claims.list",
            "select 0 as claim, s.conversation_id, (extract(epoch from s.last_public_message_at)"
            " * 1000000)::bigint as last_message_at from " +
                FreeOf(purpose) + OrderOf(purpose) + " limit $3"};
}

pg::Query CountQuery(Purpose purpose) {
    return {"warehouse.claims.count", "select count(*) as n from " + FreeOf(purpose)};
}

const pg::Query kMoveToBatch{"warehouse.claims.move_to_batch", R"sql(
    update analysis_claims l
       set in_batch = true, lease_until = now() + make_interval(secs => $4)
      from unnest($2::bigint[], $3::bigint[]) as c (conversation_id, claim)
     where l.purpose = $1 and l.conversation_id = c.conversation_id and l.claim = c.claim
)sql"};

const pg::Query kEndClaim{"warehouse.claims.end", R"sql(
    delete from analysis_claims where purpose = $1 and conversation_id = $2 and claim = $3
)sql", pg::Planning::kOnce};

const pg::Query kFail{"warehouse.claims.fail", R"sql(
    update analysis_claims
       set failures = failures + $5, last_cause = $4, lease_until = now(),
           not_before = now() + interval '15 minutes'
                                * case when $5 = 0 then 1 else power(4, least(failures, 4)) end
     where purpose = $1 and conversation_id = $2 and claim = $3
)sql", pg::Planning::kOnce};

const pg::Query kRelease{"warehouse.claims.release", R"sql(
    update analysis_claims set lease_until = now()
     where purpose = $1 and conversation_id = $2 and claim = $3
)sql", pg::Planning::kOnce};

std::vector<Claim> ClaimsOf(const pg::Result& rows) {
    std::vector<Claim> claims;
    for (const pg::Row row : rows) {
        claims.push_back({ClaimId(row["claim"].Int64()),
                          base::ConversationId(row["conversation_id"].Int64()),
                          row["last_message_at"].Int64()});
    }
    return claims;
}

}  // namespace

std::string_view NameOf(Purpose purpose) {
    return purpose == Purpose::kRemarketing ? "remarketing" : "classification";
}

std::vector<Claim> ClaimConversations(tenancy::TenantScope& scope, Purpose purpose, int limit,
                                      std::chrono::seconds lease) {
    return ClaimsOf(scope.Execute(ClaimQuery(purpose), NameOf(purpose), kFailuresMax, limit,
                                  static_cast<double>(lease.count())));
}

std::vector<Claim> ListWaiting(tenancy::TenantScope& scope, Purpose purpose, int limit) {
    return ClaimsOf(scope.Execute(ListQuery(purpose), NameOf(purpose), kFailuresMax, limit));
}

std::int64_t CountWaiting(tenancy::TenantScope& scope, Purpose purpose) {
    return scope.Execute(CountQuery(purpose), NameOf(purpose), kFailuresMax).One()["n"].Int64();
}

void MoveClaimsToBatch(tenancy::TenantScope& scope, Purpose purpose,
                       const std::vector<Claim>& claims, std::chrono::seconds lease) {
    std::vector<std::int64_t> conversations;
    std::vector<std::int64_t> ids;
    for (const Claim& claim : claims) {
        conversations.push_back(claim.conversation.value());
        ids.push_back(claim.id.value());
    }
    scope.Execute(kMoveToBatch, NameOf(purpose), pg::IntegerArray(conversations),
                  pg::IntegerArray(ids), static_cast<double>(lease.count()));
}

bool EndClaim(tenancy::TenantScope& scope, Purpose purpose, const Claim& claim) {
    return scope.Execute(kEndClaim, NameOf(purpose), claim.conversation, claim.id).affected() > 0;
}

bool StoreFailure(tenancy::TenantScope& scope, Purpose purpose, const Claim& claim,
                  std::string_view cause, Blame blame) {
    const int failures = blame == Blame::kConversation ? 1 : 0;
    return scope.Execute(kFail, NameOf(purpose), claim.conversation, claim.id, cause, failures)
               .affected() > 0;
}

bool ReleaseClaim(tenancy::TenantScope& scope, Purpose purpose, const Claim& claim) {
    return scope.Execute(kRelease, NameOf(purpose), claim.conversation, claim.id).affected() > 0;
}

}  // namespace geniai::warehouse
