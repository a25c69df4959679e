#pragma once

#include <cstdint>
#include <string_view>

#include "tenancy/scope.h"

namespace geniai::warehouse {

struct InboxMovePlan {
    base::InboxId inbox;
    base::TenantId from;
    base::TenantId to;
    std::int64_t conversations = 0;
};

// What a move would do; changes nothing. For the operator's role. Throws base::Error: kNotFound
// when nobody has the inbox or there is no such tenant; kConflict when it is the tenant's already,
// is closed, or when the two tenants are not of the same Chatwoot account.
InboxMovePlan PlanInboxMove(tenancy::RoleScope& scope, base::InboxId inbox, base::TenantId to);

struct InboxMoveCounts {
    std::int64_t conversations = 0;
    std::int64_t transcripts = 0;
    std::int64_t classifications = 0;
    std::int64_t rejects = 0;           // rows of etl_rejects
    std::int64_t contacts_added = 0;    // that the new tenant did not have
    std::int64_t contacts_removed = 0;  // that no other conversation of the old tenant needs
};

// Gives an inbox with all of its rows to another tenant, in one transaction of `warehouse`:
// afterwards the old tenant sees nothing of it, and when it fails everything is as before. The rows
// stay inside the database. The new tenant's next sync reads the inbox from the start, for the two
// tenants' sources are not read equally far. `actor` stands in both tenants' audit logs. Throws
// base::Error as PlanInboxMove, kAlreadyRunning while a sync works on one of the tenants, and
// kConflict when the inbox changed hands since the plan.
InboxMoveCounts MoveInbox(pg::Connection& warehouse, const InboxMovePlan& plan,
                          std::string_view actor);

}  // namespace geniai::warehouse
