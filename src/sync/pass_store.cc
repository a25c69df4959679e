#include "sync/pass_store.h"

#include <limits>

namespace geniai::sync {

namespace {

const pg::Query kFindState{"sync.state.find", R"sql(
    select source_identity, since_row_version, until_row_version, since_message_id,
           until_message_id, position,
           (extract(epoch from since_at) * 1000000)::bigint as since_at,
           (extract(epoch from until_at) * 1000000)::bigint as until_at,
           array_to_string(loading_inboxes, ',') as loading
      from sync_state
)sql",
                           pg::Planning::kOnce};

const pg::Query kStoreState{"sync.state.store", R"sql(
    insert into sync_state as s (tenant_id, source_identity, since_row_version, since_at,
                                 since_message_id, until_row_version, until_at, until_message_id,
                                 position, loading_inboxes)
    values (current_tenant_id(), $1,
            $2, timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4,
            $5, timestamptz 'epoch' + $6::bigint * interval '1 microsecond', $7,
            $8, $9::bigint[])
    on conflict (tenant_id) do update
       set source_identity = excluded.source_identity,
           since_row_version = excluded.since_row_version, since_at = excluded.since_at,
           since_message_id = excluded.since_message_id,
           until_row_version = excluded.until_row_version, until_at = excluded.until_at,
           until_message_id = excluded.until_message_id,
           position = excluded.position, loading_inboxes = excluded.loading_inboxes,
           updated_at = now()
)sql",
                            pg::Planning::kOnce};

const pg::Query kForgetState{"sync.state.forget", "delete from sync_state"};

const pg::Query kListMoments{"sync.moments.list", R"sql(
    select (extract(epoch from taken_at) * 1000000)::bigint as taken_at, snapshot_xmin,
           snapshot_xmax, last_message_id
      from source_snapshots
)sql",
                             pg::Planning::kOnce};

const pg::Query kStoreMoment{"sync.moments.store", R"sql(
    insert into source_snapshots (tenant_id, taken_at, snapshot_xmin, snapshot_xmax,
                                  last_message_id)
    values (current_tenant_id(), timestamptz 'epoch' + $1::bigint * interval '1 microsecond',
            $2, $3, $4)
    on conflict do nothing
)sql",
                             pg::Planning::kOnce};

const pg::Query kForgetMoments{"sync.moments.forget", R"sql(
    delete from source_snapshots
     where taken_at < timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
)sql",
                               pg::Planning::kOnce};

const pg::Query kForgetAllMoments{"sync.moments.forget_all", "delete from source_snapshots"};

std::optional<chatwoot::Bound> BoundOf(const pg::Row& row, const std::string& side) {
    const auto row_version = row[(side + "_row_version").c_str()].OptionalInt64();
    if (!row_version) return std::nullopt;
    return chatwoot::Bound{*row_version, row[(side + "_at").c_str()].OptionalInt64(),
                           row[(side + "_message_id").c_str()].OptionalInt64()};
}

std::vector<base::InboxId> ParseInboxes(std::string_view list) {
    std::vector<base::InboxId> inboxes;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        inboxes.emplace_back(std::stoll(std::string(list.substr(0, comma))));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return inboxes;
}

std::string EncodeInboxes(std::span<const base::InboxId> inboxes) {
    std::string list = "{";
    for (const base::InboxId inbox : inboxes) {
        if (list.size() > 1) list += ',';
        list += inbox.ToString();
    }
    return list + "}";
}

std::optional<std::int64_t> RowVersionOf(const std::optional<chatwoot::Bound>& bound) {
    if (!bound) return std::nullopt;
    return bound->row_version;
}

std::optional<std::int64_t> StampOf(const std::optional<chatwoot::Bound>& bound) {
    return bound ? bound->at : std::nullopt;
}

std::optional<std::int64_t> MessageOf(const std::optional<chatwoot::Bound>& bound) {
    return bound ? bound->message_id : std::nullopt;
}

std::optional<PassState> PassStateOf(const pg::Result& found) {
    const auto row = found.MaybeOne();
    if (!row) return std::nullopt;
    PassState state;
    state.source_identity = (*row)["source_identity"].String();
    state.since = BoundOf(*row, "since");
    state.until = BoundOf(*row, "until");
    state.position = (*row)["position"].OptionalInt64();
    state.loading = ParseInboxes((*row)["loading"].text());
    return state;
}

}  // namespace

std::optional<PassState> FindPassState(tenancy::TenantScope& scope) {
    return PassStateOf(scope.Execute(kFindState));
}

std::optional<PassState> FindPassState(pg::Connection& warehouse, base::TenantId tenant) {
    return PassStateOf(
        tenancy::ExecuteAlone(warehouse, tenancy::DatabaseRole::kEtlService, tenant, kFindState));
}

void StorePassState(tenancy::TenantScope& scope, const PassState& state) {
    scope.Execute(kStoreState, state.source_identity, RowVersionOf(state.since),
                  StampOf(state.since), MessageOf(state.since), RowVersionOf(state.until),
                  StampOf(state.until), MessageOf(state.until), state.position,
                  EncodeInboxes(state.loading));
}

void ForgetPassState(tenancy::TenantScope& scope) {
    scope.Execute(kForgetState);
}

std::vector<SeenMoment> ListSeenMoments(tenancy::TenantScope& scope) {
    std::vector<SeenMoment> moments;
    for (const pg::Row row : scope.Execute(kListMoments)) {
        moments.push_back({{row["taken_at"].Int64(), row["snapshot_xmin"].Int64(), row["snapshot_xmax"].Int64()},
                           row["last_message_id"].Int64()});
    }
    return moments;
}

void StoreSeenMoment(tenancy::TenantScope& scope, const SeenMoment& seen) {
    scope.Execute(kStoreMoment, seen.moment.taken_at, seen.moment.xmin, seen.moment.xmax,
                  seen.last_message_id);
}

void ForgetSeenMoments(tenancy::TenantScope& scope, chatwoot::SourceTime before) {
    if (before == std::numeric_limits<chatwoot::SourceTime>::min()) return;
    scope.Execute(kForgetMoments, before);
}

void ForgetAllSeenMoments(tenancy::TenantScope& scope) {
    scope.Execute(kForgetAllMoments);
}

}  // namespace geniai::sync
