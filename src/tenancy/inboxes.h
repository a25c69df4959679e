#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "tenancy/scope.h"

namespace geniai::tenancy {

struct Inbox {
    base::InboxId id;
    std::string name;
    std::string channel_type;
};

struct MappedInbox {
    base::TenantId tenant;
    Inbox inbox;
    bool is_active = true;
};

enum class InboxState { kActive, kInactive };

// All mappings, of one tenant or of all, for the operator.
std::vector<MappedInbox> ListMappedInboxes(RoleScope& scope, std::optional<base::TenantId> tenant);

// Gives an inbox to a tenant, or switches its mapping on or off. The next sync of the tenant reads
// from the start, because the inbox's conversations are older than the watermark. Throws
// base::Error(kConflict) when the inbox belongs to another tenant.
void MapInbox(RoleScope& scope, base::TenantId tenant, const Inbox& inbox, InboxState state);

struct InboxDiscovery {
    std::vector<base::InboxId> active;    // whose conversations are read
    std::vector<base::InboxId> unmapped;  // found in the source, of no tenant: their data stays out
};

// Compares what the source has with what is mapped. The first time it maps every inbox of the tenant's
// account; after that a new inbox waits for `geniai inbox map`, and names follow the source.
InboxDiscovery DiscoverInboxes(TenantScope& scope, std::span<const Inbox> found);

}  // namespace geniai::tenancy
