#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "tenancy/scope.h"

namespace geniai::tenancy {

struct Inbox {
    base::InboxId id;
    std::string name;
    std::string channel_type;
    std::optional<std::string> medium = std::nullopt;  // of Channel::TwilioSms: sms, whatsapp
};

struct MappedInbox {
    base::TenantId tenant;
    Inbox inbox;
    bool is_active = true;
    bool is_loaded = false;  // a sync has read all of its conversations
    bool is_closed = false;  // gone from Chatwoot
};

// What people are told of a mapped inbox: active, loading (no sync has read all of it yet), off,
// closed.
std::string_view StateOf(const MappedInbox& inbox);

enum class InboxState { kActive, kInactive };

// All mappings, of one tenant or of all, for the operator.
std::vector<MappedInbox> ListMappedInboxes(RoleScope& scope, std::optional<base::TenantId> tenant);
// The mapping of one inbox, whosever it is; locked until the transaction ends.
std::optional<MappedInbox> FindMappedInbox(RoleScope& scope, base::InboxId inbox);

// Gives an inbox to a tenant, or switches its mapping on or off; an empty name or channel keeps
// what is stored. The next sync reads an inbox that is switched on from the start; one that is
// switched off disappears with its conversations at once. Writes the audit log, `actor` is who did
// it. Throws base::Error(kConflict) when the inbox belongs to another tenant.
void MapInbox(RoleScope& scope, base::TenantId tenant, const Inbox& inbox, InboxState state,
              std::string_view actor = "cli");

// The mapping's part of a move: the tenant changes, the next sync reads the inbox from the start.
// On or off stays. The caller moves the rows and writes the audit log in the same transaction.
// Throws base::Error(kConflict) when the inbox is not `from`'s.
void ReassignInbox(RoleScope& scope, base::InboxId inbox, base::TenantId from, base::TenantId to);

struct InboxDiscovery {
    std::vector<base::InboxId> active;      // whose conversations are read
    std::vector<base::InboxId> not_loaded;  // of these, the ones that no pass has read yet
    std::vector<base::InboxId> closed;      // of the tenant, gone from Chatwoot
    std::vector<base::InboxId> vanished;    // of these, the ones that were not closed before
    std::vector<base::InboxId> unmapped;    // in the source, of no tenant: their data stays out
};

// What `found` is made from. A source that shows only its view lists no inbox without
// conversations, so there an absent one may exist all the same.
enum class InboxListing { kComplete, kOnlyWithConversations };

// Compares what the source has with what is mapped; `found` is everything the tenant's account has.
// The first sync of an account maps every inbox that nobody has. After that a new inbox waits for
// `geniai inbox map`, one that is gone from the source is closed, and names follow the source. What
// is off, closed or another tenant's stays so. Role etl_service. Throws base::Error(kFailed) and
// changes nothing when the source has no inbox at all but the tenant has active ones.
// An incomplete listing closes nothing and may be empty.
InboxDiscovery DiscoverInboxes(TenantScope& scope, std::span<const Inbox> found,
                               InboxListing listing = InboxListing::kComplete);
// The mapping as it is stored, without looking at the source (unmapped stays empty).
InboxDiscovery StoredInboxes(TenantScope& scope);
// Whether DiscoverInboxes() compared an incomplete listing within `max_age` and nobody has changed
// a mapping since.
bool DiscoveryIsFresh(TenantScope& scope, std::chrono::seconds max_age);

// Every conversation of these inboxes is here now. Those that were switched off meanwhile stay
// unread.
void MarkInboxesLoaded(TenantScope& scope, std::span<const base::InboxId> inboxes);

}  // namespace geniai::tenancy
