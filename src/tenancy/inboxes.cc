#include "tenancy/inboxes.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "pg/sql_error.h"
#include "tenancy/audit_log.h"

namespace geniai::tenancy {

namespace {

constexpr std::string_view kSyncActor = "sync";

const std::string kInboxColumns = R"sql(
    tenant_id, inbox_id, coalesce(inbox_name, '') as inbox_name,
    coalesce(channel_type, '') as channel_type, medium, is_active,
    loaded_at is not null as is_loaded, closed_at is not null as is_closed
)sql";

const pg::Query kListInboxes{"tenancy.inboxes.list", "select " + kInboxColumns + R"sql(
      from inbox_tenant_mapping
     where $1::integer is null or tenant_id = $1
     order by tenant_id, inbox_id
)sql",
                             pg::Planning::kOnce};

const pg::Query kFindInbox{"tenancy.inboxes.find", "select " + kInboxColumns + R"sql(
      from inbox_tenant_mapping where inbox_id = $1 for update
)sql"};

const pg::Query kMapInbox{"tenancy.inboxes.map", R"sql(
    insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name, channel_type, medium, is_active)
    values ($1, $2, nullif($3, ''), nullif($4, ''), $5, $6)
    on conflict (tenant_id, inbox_id) do update
       set inbox_name = coalesce(excluded.inbox_name, inbox_tenant_mapping.inbox_name),
           channel_type = coalesce(excluded.channel_type, inbox_tenant_mapping.channel_type),
           medium = coalesce(excluded.medium, inbox_tenant_mapping.medium),
           is_active = excluded.is_active,
           closed_at = case when not excluded.is_active then inbox_tenant_mapping.closed_at end,
           loaded_at = null, updated_at = now()
)sql"};

const pg::Query kReassignInbox{"tenancy.inboxes.reassign", R"sql(
    update inbox_tenant_mapping set tenant_id = $3, loaded_at = null, updated_at = now()
     where inbox_id = $1 and tenant_id = $2
)sql"};

const pg::Query kForgetDiscovery{"tenancy.inboxes.forget_discovery", R"sql(
    update tenants set inboxes_found_at = null where id = $1 and inboxes_found_at is not null
)sql"};

const pg::Query kAccountIsUnmapped{"tenancy.inboxes.account_is_unmapped",
                                   "select account_is_unmapped() as found"};

// In order of id, so that two tenants of one account that map at once wait instead of dividing it.
const pg::Query kMapFound{"tenancy.inboxes.map_found", R"sql(
    insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name, channel_type, medium)
    select current_tenant_id(), f.inbox_id, f.inbox_name, f.channel_type, nullif(f.medium, '')
      from unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
           f (inbox_id, inbox_name, channel_type, medium)
     order by f.inbox_id
    on conflict do nothing
    returning inbox_id
)sql"};

const pg::Query kFollowNames{"tenancy.inboxes.follow_names", R"sql(
    update inbox_tenant_mapping m
       set inbox_name = f.inbox_name, channel_type = f.channel_type, medium = nullif(f.medium, ''),
           updated_at = now()
      from unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
           f (inbox_id, inbox_name, channel_type, medium)
     where m.inbox_id = f.inbox_id
       and (m.inbox_name, m.channel_type, m.medium)
           is distinct from (f.inbox_name, f.channel_type, nullif(f.medium, ''))
)sql"};

const pg::Query kCloseVanished{"tenancy.inboxes.close_vanished", R"sql(
    update inbox_tenant_mapping set is_active = false, closed_at = now(), updated_at = now()
     where closed_at is null and inbox_id <> all ($1::bigint[])
    returning inbox_id
)sql"};

const pg::Query kUnmappedOf{"tenancy.inboxes.unmapped", R"sql(
    select inbox_id from unmapped_inboxes($1::bigint[]) inbox_id
)sql"};

const pg::Query kNoteDiscovery{"tenancy.inboxes.note_discovery", R"sql(
    update tenants set inboxes_found_at = now() where id = current_tenant_id()
)sql"};

const pg::Query kDiscoveryIsFresh{"tenancy.inboxes.discovery_is_fresh", R"sql(
    select coalesce(inboxes_found_at > now() - $1::bigint * interval '1 second', false) as found
      from tenants where id = current_tenant_id()
)sql"};

const pg::Query kMarkLoaded{"tenancy.inboxes.mark_loaded", R"sql(
    update inbox_tenant_mapping set loaded_at = now()
     where inbox_id = any ($1::bigint[]) and is_active and loaded_at is null
)sql"};

base::InboxId InboxIdOf(const pg::Row& row) {
    return base::InboxId(row["inbox_id"].Int64());
}

MappedInbox MappedInboxOf(const pg::Row& row) {
    return {base::TenantId(row["tenant_id"].Int64()),
            {InboxIdOf(row), row["inbox_name"].String(), row["channel_type"].String(),
             row["medium"].OptionalString()},
            row["is_active"].Bool(),
            row["is_loaded"].Bool(),
            row["is_closed"].Bool()};
}

std::string SubjectOf(base::InboxId inbox) {
    return "inbox " + inbox.ToString();
}

std::string ArrayOfIds(std::span<const base::InboxId> inboxes) {
    std::vector<std::string> ids;
    for (const base::InboxId inbox : inboxes) ids.push_back(inbox.ToString());
    return pg::TextArray(ids);
}

// Inboxes as the arrays that unnest() puts together again.
struct FoundInboxes {
    explicit FoundInboxes(std::span<const Inbox> found) {
        std::vector<base::InboxId> id_list;
        std::vector<std::string> name_list;
        std::vector<std::string> channel_list;
        std::vector<std::string> medium_list;
        for (const Inbox& inbox : found) {
            id_list.push_back(inbox.id);
            name_list.push_back(inbox.name);
            channel_list.push_back(inbox.channel_type);
            medium_list.push_back(inbox.medium.value_or(""));
        }
        ids = ArrayOfIds(id_list);
        names = pg::TextArray(name_list);
        channels = pg::TextArray(channel_list);
        media = pg::TextArray(medium_list);
    }

    std::string ids;
    std::string names;
    std::string channels;
    std::string media;
};

void MapAllFound(TenantScope& scope, const FoundInboxes& found) {
    for (const pg::Row row :
         scope.Execute(kMapFound, found.ids, found.names, found.channels, found.media)) {
        AppendAudit(scope,
                    {kSyncActor, "inbox.map", SubjectOf(InboxIdOf(row)), R"({"was": "unmapped"})"});
    }
}

// A source without any inbox is another database, or one whose rights are gone.
void RequireInboxes(base::TenantId tenant, std::span<const Inbox> found,
                    std::span<const MappedInbox> mapped) {
    if (!found.empty() || std::ranges::none_of(mapped, &MappedInbox::is_active)) return;
    throw base::Error(base::ErrorCode::kFailed,
                      "the source shows no inbox at all for the account of tenant " +
                          tenant.ToString() +
                          ", which has some; nothing was closed. Is it the wrong database, or are "
                          "rights missing? geniai source verify tells");
}

std::vector<base::InboxId> CloseVanished(TenantScope& scope, const FoundInboxes& found) {
    std::vector<base::InboxId> vanished;
    for (const pg::Row row : scope.Execute(kCloseVanished, found.ids)) {
        vanished.push_back(InboxIdOf(row));
        AppendAudit(scope, {kSyncActor, "inbox.close", SubjectOf(vanished.back())});
    }
    return vanished;
}

std::vector<MappedInbox> ListOwnInboxes(TenantScope& scope) {
    std::vector<MappedInbox> inboxes;
    for (const pg::Row row : scope.Execute(kListInboxes, scope.tenant())) {
        inboxes.push_back(MappedInboxOf(row));
    }
    return inboxes;
}

InboxDiscovery DiscoveryOf(std::span<const MappedInbox> inboxes) {
    InboxDiscovery discovery;
    for (const MappedInbox& mapped : inboxes) {
        if (mapped.is_closed) discovery.closed.push_back(mapped.inbox.id);
        if (!mapped.is_active) continue;
        discovery.active.push_back(mapped.inbox.id);
        if (!mapped.is_loaded) discovery.not_loaded.push_back(mapped.inbox.id);
    }
    return discovery;
}

// Of most syncs, the source has what is mapped, by the same names: then nothing needs to be
// written.
struct InboxDifferences {
    InboxDifferences(std::span<const Inbox> found, std::span<const MappedInbox> mapped) {
        std::map<base::InboxId, const Inbox*> at_source;
        for (const Inbox& inbox : found)
            at_source.emplace(inbox.id, &inbox);
        for (const MappedInbox& known : mapped) {
            const auto same = at_source.find(known.inbox.id);
            if (same == at_source.end()) {
                has_vanished = has_vanished || !known.is_closed;
                continue;
            }
            const Inbox& now = *same->second;
            is_otherwise = is_otherwise || now.name != known.inbox.name ||
                           now.channel_type != known.inbox.channel_type ||
                           now.medium != known.inbox.medium;
            at_source.erase(same);
        }
        for (const auto& [id, inbox] : at_source)
            not_own.push_back(id);
    }

    bool has_vanished = false;
    bool is_otherwise = false;           // some inbox has another name or channel
    std::vector<base::InboxId> not_own;  // of another tenant, or of none
};

[[noreturn]] void ThrowOfAnotherTenant(base::InboxId inbox) {
    throw base::Error(base::ErrorCode::kConflict,
                      SubjectOf(inbox) +
                          " belongs to another tenant already; geniai inbox move "
                          "gives it to this one, with its data");
}

}  // namespace

std::string_view StateOf(const MappedInbox& inbox) {
    if (inbox.is_closed) return "closed";
    if (!inbox.is_active) return "off";
    return inbox.is_loaded ? "active" : "loading";
}

std::vector<MappedInbox> ListMappedInboxes(RoleScope& scope, std::optional<base::TenantId> tenant) {
    std::vector<MappedInbox> inboxes;
    for (const pg::Row row : scope.Execute(kListInboxes, tenant)) {
        inboxes.push_back(MappedInboxOf(row));
    }
    return inboxes;
}

std::optional<MappedInbox> FindMappedInbox(RoleScope& scope, base::InboxId inbox) {
    const auto row = scope.Execute(kFindInbox, inbox).MaybeOne();
    if (!row) return std::nullopt;
    return MappedInboxOf(*row);
}

void MapInbox(RoleScope& scope, base::TenantId tenant, const Inbox& inbox, InboxState state,
              std::string_view actor) {
    const bool on = state == InboxState::kActive;
    const auto before = FindMappedInbox(scope, inbox.id);
    if (before && before->tenant != tenant) ThrowOfAnotherTenant(inbox.id);
    if (before && !on && !before->is_active) return;
    try {
        scope.Execute(kMapInbox, tenant, inbox.id, inbox.name, inbox.channel_type, inbox.medium,
                      on);
    } catch (const pg::SqlError& error) {
        // Mapped between the look and the insert.
        if (error.sqlstate() != pg::kUniqueViolation) throw;
        ThrowOfAnotherTenant(inbox.id);
    }
    scope.Execute(kForgetDiscovery, tenant);
    const std::string was(before ? StateOf(*before) : "unmapped");
    AppendAudit(scope, tenant,
                {actor, on ? "inbox.map" : "inbox.switch_off", SubjectOf(inbox.id),
                 R"({"was": ")" + was + R"("})"});
}

void ReassignInbox(RoleScope& scope, base::InboxId inbox, base::TenantId from, base::TenantId to) {
    if (scope.Execute(kReassignInbox, inbox, from, to).affected() != 1) {
        throw base::Error(base::ErrorCode::kConflict,
                          SubjectOf(inbox) + " does not belong to tenant " + from.ToString());
    }
    scope.Execute(kForgetDiscovery, from);
    scope.Execute(kForgetDiscovery, to);
}

InboxDiscovery DiscoverInboxes(TenantScope& scope, std::span<const Inbox> found,
                               InboxListing listing) {
    const bool is_complete = listing == InboxListing::kComplete;
    std::vector<MappedInbox> mapped = ListOwnInboxes(scope);
    if (is_complete) RequireInboxes(scope.tenant(), found, mapped);
    const FoundInboxes inboxes(found);
    if (mapped.empty() && scope.Execute(kAccountIsUnmapped).One()["found"].Bool()) {
        MapAllFound(scope, inboxes);
        mapped = ListOwnInboxes(scope);
    }
    const InboxDifferences differences(found, mapped);
    if (differences.is_otherwise) {
        scope.Execute(kFollowNames, inboxes.ids, inboxes.names, inboxes.channels, inboxes.media);
    }
    std::vector<base::InboxId> vanished;
    if (is_complete && differences.has_vanished) {
        vanished = CloseVanished(scope, inboxes);
        mapped = ListOwnInboxes(scope);
    }
    InboxDiscovery discovery = DiscoveryOf(mapped);
    discovery.vanished = std::move(vanished);
    if (!differences.not_own.empty()) {
        for (const pg::Row row : scope.Execute(kUnmappedOf, ArrayOfIds(differences.not_own))) {
            discovery.unmapped.push_back(InboxIdOf(row));
        }
    }
    // Whoever has a complete listing compares it each time.
    if (!is_complete) scope.Execute(kNoteDiscovery);
    return discovery;
}

InboxDiscovery StoredInboxes(TenantScope& scope) {
    return DiscoveryOf(ListOwnInboxes(scope));
}

bool DiscoveryIsFresh(TenantScope& scope, std::chrono::seconds max_age) {
    return scope.Execute(kDiscoveryIsFresh, std::int64_t{max_age.count()}).One()["found"].Bool();
}

void MarkInboxesLoaded(TenantScope& scope, std::span<const base::InboxId> inboxes) {
    scope.Execute(kMarkLoaded, ArrayOfIds(inboxes));
}

}  // namespace geniai::tenancy
