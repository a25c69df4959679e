#include "tenancy/inboxes.h"

#include <map>

#include "base/error.h"
#include "pg/sql_error.h"

namespace geniai::tenancy {

namespace {

const pg::Query kListInboxes{"tenancy.inboxes.list", R"sql(
    select tenant_id, inbox_id, coalesce(inbox_name, '') as inbox_name,
           coalesce(channel_type, '') as channel_type, is_active
      from inbox_tenant_mapping
     where $1::integer is null or tenant_id = $1
     order by tenant_id, inbox_id
)sql"};

const pg::Query kMapInbox{"tenancy.inboxes.map", R"sql(
    insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name, channel_type, is_active)
    values ($1, $2, nullif($3, ''), nullif($4, ''), $5)
    on conflict (tenant_id, inbox_id) do update
       set inbox_name = coalesce(excluded.inbox_name, inbox_tenant_mapping.inbox_name),
           channel_type = coalesce(excluded.channel_type, inbox_tenant_mapping.channel_type),
           is_active = excluded.is_active, updated_at = now()
)sql"};

const pg::Query kForgetWatermarks{"tenancy.inboxes.forget_watermarks",
                                  "delete from sync_state where tenant_id = $1"};

const pg::Query kListOwnInboxes{"tenancy.inboxes.list_own", R"sql(
    select inbox_id, inbox_name, channel_type, is_active from inbox_tenant_mapping
)sql"};

const pg::Query kInsertOwnInbox{"tenancy.inboxes.insert_own", R"sql(
    insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name, channel_type)
    values ($1, $2, $3, $4) on conflict do nothing returning inbox_id
)sql"};

const pg::Query kRenameInbox{"tenancy.inboxes.rename", R"sql(
    update inbox_tenant_mapping set inbox_name = $2, channel_type = $3, updated_at = now()
     where inbox_id = $1 and (inbox_name, channel_type) is distinct from ($2, $3)
)sql"};

}  // namespace

std::vector<MappedInbox> ListMappedInboxes(RoleScope& scope, std::optional<base::TenantId> tenant) {
    std::vector<MappedInbox> inboxes;
    for (const pg::Row row : scope.Execute(kListInboxes, tenant)) {
        inboxes.push_back({base::TenantId(row["tenant_id"].Int64()),
                           {base::InboxId(row["inbox_id"].Int64()), row["inbox_name"].String(),
                            row["channel_type"].String()},
                           row["is_active"].Bool()});
    }
    return inboxes;
}

void MapInbox(RoleScope& scope, base::TenantId tenant, const Inbox& inbox, InboxState state) {
    try {
        scope.Execute(kMapInbox, tenant, inbox.id, inbox.name, inbox.channel_type,
                      state == InboxState::kActive);
    } catch (const pg::SqlError& error) {
        if (error.sqlstate() != pg::kUniqueViolation) throw;
        throw base::Error(base::ErrorCode::kConflict,
                          "inbox " + inbox.id.ToString() + " belongs to another tenant already");
    }
    scope.Execute(kForgetWatermarks, tenant);
}

InboxDiscovery DiscoverInboxes(TenantScope& scope, std::span<const Inbox> found) {
    std::map<base::InboxId, bool> mapped;
    for (const pg::Row row : scope.Execute(kListOwnInboxes)) {
        mapped[base::InboxId(row["inbox_id"].Int64())] = row["is_active"].Bool();
    }
    const bool first_time = mapped.empty();
    InboxDiscovery discovery;
    for (const Inbox& inbox : found) {
        if (first_time) {
            const bool ours =
                !scope.Execute(kInsertOwnInbox, scope.tenant(), inbox.id, inbox.name, inbox.channel_type)
                     .empty();
            (ours ? discovery.active : discovery.unmapped).push_back(inbox.id);
            continue;
        }
        const auto known = mapped.find(inbox.id);
        if (known == mapped.end()) {
            discovery.unmapped.push_back(inbox.id);
            continue;
        }
        scope.Execute(kRenameInbox, inbox.id, inbox.name, inbox.channel_type);
        if (known->second) discovery.active.push_back(inbox.id);
    }
    return discovery;
}

}  // namespace geniai::tenancy
