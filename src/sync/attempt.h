#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>

#include "chatwoot/detectors.h"
#include "chatwoot/directory.h"
#include "chatwoot/reader.h"
#include "sync/pass.h"
#include "sync/run.h"
#include "tenancy/inboxes.h"

namespace geniai::sync {

// The source as one attempt of a run sees it: one connection, one snapshot, checked against the
// contract.
struct SourceView {
    // Throws base::Error: the source cannot be reached, or is not one that we can read. A `stop`
    // cancels the statement that runs there.
    SourceView(const Settings& settings, const std::stop_token& stop);
    // The same source was verified a moment ago.
    SourceView(const Settings& settings, const std::stop_token& stop,
               chatwoot::Verification known);

    chatwoot::Source source;
    std::stop_callback<std::function<void()>> cancel_on_stop;
    chatwoot::Snapshot snapshot;
    std::string identity;
    chatwoot::Verification verification;
    chatwoot::Detectors detectors;
    chatwoot::Directory directory;
};

// What an attempt knows before it reads the first row.
struct OpenPass {
    PassState state;
    chatwoot::Bound next;  // what the pass will leave
    tenancy::InboxDiscovery inboxes;
};

// Remembers the moment `seen` of the source `identity` and works out where the pass over it starts,
// by the state that the `former` one left; in the caller's transaction. Throws
// base::Error(kConflict) when the source is behind what was read already.
OpenPass BeginPass(tenancy::TenantScope& scope, const Settings& settings,
                   const std::string& identity, const SeenMoment& seen,
                   std::optional<PassState> former, tenancy::InboxDiscovery inboxes);
OpenPass BeginPass(tenancy::TenantScope& scope, const Settings& settings,
                   const tenancy::Tenant& tenant, SourceView& source);

// The tenant's inboxes, by what the source has now.
tenancy::InboxDiscovery FindInboxes(tenancy::TenantScope& scope, const tenancy::Tenant& tenant,
                                    SourceView& source);
// The same by a complete list of the account's inboxes.
tenancy::InboxDiscovery CompareInboxes(tenancy::TenantScope& scope,
                                       std::span<const chatwoot::SourceInbox> found,
                                       tenancy::InboxListing listing);

}  // namespace geniai::sync
