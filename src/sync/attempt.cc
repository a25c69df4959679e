#include "sync/attempt.h"

#include <algorithm>
#include <limits>

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

}  // namespace

SourceView::SourceView(const Settings& settings, const std::stop_token& stop)
    : source(settings.source),
      cancel_on_stop(stop, [interrupter = source.connection().interrupter()] { interrupter.Cancel(); }),
      snapshot(source), identity(chatwoot::SourceIdentity(snapshot)),
      verification(VerifyReadable(snapshot, settings.view_sql)),
      detectors(verification, settings.view_sql) {}

tenancy::InboxDiscovery FindInboxes(tenancy::TenantScope& scope, const tenancy::Tenant& tenant,
                                    SourceView& source) {
    tenancy::InboxDiscovery inboxes;
    if (!source.verification.capabilities.tables && tenancy::DiscoveryIsFresh(scope, kViewInboxesAgeMax)) {
        inboxes = tenancy::StoredInboxes(scope);
    } else {
        std::vector<tenancy::Inbox> found;
        for (const auto& inbox : source.detectors.FindInboxes(source.snapshot, *tenant.account)) {
            found.push_back({inbox.id, inbox.name, inbox.channel_type});
        }
        inboxes = tenancy::DiscoverInboxes(
            scope, found,
            source.verification.capabilities.tables
                ? tenancy::InboxListing::kComplete
                : tenancy::InboxListing::kOnlyWithConversations);
    }
    std::ranges::sort(inboxes.active);
    std::ranges::sort(inboxes.not_loaded);
    return inboxes;
}

OpenPass BeginPass(tenancy::TenantScope& scope, const Settings& settings,
                   const tenancy::Tenant& tenant, SourceView& source) {
    const chatwoot::Moment& now = source.snapshot.moment();
    PassState state = FindPassState(scope).value_or(PassState{source.identity, {}, {}, {}, {}});
    if (state.source_identity != source.identity) {
        ForgetSeenMoments(scope, std::numeric_limits<chatwoot::SourceTime>::max());
    } else if (IsBehind(state, now)) {
        throw base::Error(base::ErrorCode::kConflict,
                          "the source shows an older moment than the last run has read: a replica "
                          "that lags, or a restored copy; try later, or geniai sync --force-full");
    }
    OpenPass pass;
    pass.inboxes = FindInboxes(scope, tenant, source);
    const SeenMoment seen{now, source.detectors.LastMessageId(source.snapshot)};
    const std::vector<SeenMoment> earlier = ListSeenMoments(scope);
    pass.next = NextBound(seen, earlier, settings.clock_margin);
    pass.state = Resume(std::move(state), source.identity, now, pass.inboxes.not_loaded);
    StoreSeenMoment(scope, seen);
    ForgetSeenMoments(scope, OldestUseful(seen, earlier, settings.clock_margin));
    return pass;
}

}  // namespace geniai::sync
