#include "sync/attempt.h"

#include <algorithm>

#include "sync/pass_store.h"

namespace geniai::sync {

namespace {

// On a source that shows only its view, the inboxes are all of the view's rows, without repetition.
constexpr std::chrono::hours kViewInboxesAgeMax{1};

chatwoot::Verification VerifyReadable(chatwoot::Snapshot& snapshot, std::string_view view_sql) {
    chatwoot::Verification verification = chatwoot::Verify(snapshot, view_sql);
    chatwoot::RequireReadable(verification);
    return verification;
}

tenancy::InboxDiscovery Sorted(tenancy::InboxDiscovery inboxes) {
    std::ranges::sort(inboxes.active);
    std::ranges::sort(inboxes.not_loaded);
    return inboxes;
}

}  // namespace

SourceView::SourceView(const Settings& settings, const std::stop_token& stop)
    : source(settings.source),
      cancel_on_stop(stop, [interrupter = source.connection().interrupter()] { interrupter.Cancel(); }),
      snapshot(source), identity(chatwoot::SourceIdentity(snapshot)),
      verification(VerifyReadable(snapshot, settings.view_sql)),
      detectors(verification, settings.view_sql), directory(verification, settings.view_sql) {}

SourceView::SourceView(const Settings& settings, const std::stop_token& stop,
                       chatwoot::Verification known)
    : source(settings.source),
      cancel_on_stop(stop, [interrupter = source.connection().interrupter()] { interrupter.Cancel(); }),
      snapshot(source), identity(chatwoot::SourceIdentity(snapshot)),
      verification(std::move(known)), detectors(verification, settings.view_sql),
      directory(verification, settings.view_sql) {}

tenancy::InboxDiscovery CompareInboxes(tenancy::TenantScope& scope,
                                       std::span<const chatwoot::SourceInbox> found,
                                       tenancy::InboxListing listing) {
    std::vector<tenancy::Inbox> inboxes;
    for (const auto& inbox : found) {
        inboxes.push_back({inbox.id, inbox.name, inbox.channel_type, inbox.medium});
    }
    return Sorted(tenancy::DiscoverInboxes(scope, inboxes, listing));
}

tenancy::InboxDiscovery FindInboxes(tenancy::TenantScope& scope, const tenancy::Tenant& tenant,
                                    SourceView& source) {
    const bool tables = source.verification.capabilities.tables;
    if (!tables && tenancy::DiscoveryIsFresh(scope, kViewInboxesAgeMax)) {
        return Sorted(tenancy::StoredInboxes(scope));
    }
    return CompareInboxes(scope, source.directory.ListInboxes(source.snapshot, tenant.account),
                          tables ? tenancy::InboxListing::kComplete
                                 : tenancy::InboxListing::kOnlyWithConversations);
}

OpenPass BeginPass(tenancy::TenantScope& scope, const Settings& settings,
                   const std::string& identity, const SeenMoment& seen,
                   std::optional<PassState> former, tenancy::InboxDiscovery inboxes) {
    PassState state = std::move(former).value_or(PassState{identity, {}, {}, {}, {}});
    if (state.source_identity != identity) {
        ForgetAllSeenMoments(scope);
    } else if (IsBehind(state, seen.moment)) {
        throw base::Error(base::ErrorCode::kConflict,
                          "the source shows an older moment than the last run has read: a replica "
                          "that lags, or a restored copy; try later, or geniai sync --force-full");
    }
    OpenPass pass;
    pass.inboxes = std::move(inboxes);
    const std::vector<SeenMoment> earlier = ListSeenMoments(scope);
    pass.next = NextBound(seen, earlier, settings.clock_margin);
    pass.state = Resume(std::move(state), identity, seen.moment, pass.inboxes.not_loaded);
    StoreSeenMoment(scope, seen);
    ForgetSeenMoments(scope, OldestUseful(seen, earlier, settings.clock_margin));
    return pass;
}

OpenPass BeginPass(tenancy::TenantScope& scope, const Settings& settings,
                   const tenancy::Tenant& tenant, SourceView& source) {
    const SeenMoment seen{source.snapshot.moment(), source.detectors.LastMessageId(source.snapshot)};
    return BeginPass(scope, settings, source.identity, seen, FindPassState(scope),
                     FindInboxes(scope, tenant, source));
}

}  // namespace geniai::sync
