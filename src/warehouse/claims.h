#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/strong_id.h"
#include "tenancy/scope.h"

// Who works on which conversation for what: leased rows, so that several processes work side by side and
// none twice. The one seam at which another queue would take over.
namespace geniai::warehouse {

using ClaimId = base::StrongId<struct ClaimTag>;

enum class Purpose {
    kRemarketing,     // view silent_leads, those that wait longest first
    kClassification,  // view unclassified_conversations, the newest first
};

// "remarketing", "classification": also what calls for it are booked under.
std::string_view NameOf(Purpose purpose);

// A conversation that somebody works on, until the lease ends.
struct Claim {
    ClaimId id;
    base::ConversationId conversation;
    std::int64_t last_message_at = 0;  // microseconds since 1970; to know what the work has seen
};

// Claims up to `limit` conversations that wait and that nobody works on. One that failed too often since
// its last message is left alone. Role etl_service, as all here.
std::vector<Claim> ClaimConversations(tenancy::TenantScope& scope, Purpose purpose, int limit,
                                      std::chrono::seconds lease);

// Up to `limit` of those that could be claimed, in the same order, without claiming them; and how many
// there are.
std::vector<Claim> ListWaiting(tenancy::TenantScope& scope, Purpose purpose, int limit);
std::int64_t CountWaiting(tenancy::TenantScope& scope, Purpose purpose);

// Their questions wait in a batch of the provider: the claims hold for as long as that may take.
void MoveClaimsToBatch(tenancy::TenantScope& scope, Purpose purpose,
                       const std::vector<Claim>& claims, std::chrono::seconds lease);

// The work is done. False: the claim is somebody else's by now, and nothing may be stored. The same with
// the other two.
bool EndClaim(tenancy::TenantScope& scope, Purpose purpose, const Claim& claim);

// The claim ends: the conversation is tried again after a pause that grows with its failures. Only what
// the conversation or its answer is to blame for counts as its failure; after what is the provider's
// trouble it is tried again soon, however often.
enum class Blame { kConversation, kProvider };
bool StoreFailure(tenancy::TenantScope& scope, Purpose purpose, const Claim& claim,
                  std::string_view cause, Blame blame);

// The claim ends as if it had not been made.
bool ReleaseClaim(tenancy::TenantScope& scope, Purpose purpose, const Claim& claim);

// How many failures make a conversation wait for a person.
inline constexpr int kFailuresMax = 5;

}  // namespace geniai::warehouse
