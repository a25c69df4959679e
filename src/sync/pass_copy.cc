#include "sync/pass_copy.h"

#include <algorithm>

#include "base/test_point.h"
#include "sync/pass_store.h"

namespace geniai::sync {

using chatwoot::Stream;

chatwoot::Reader ReaderOf(const SourceView& source, const Settings& settings,
                          const tenancy::Tenant& tenant, const tenancy::InboxDiscovery& inboxes) {
    return {source.verification, settings.view_sql, *tenant.account, inboxes.active, kRowHashSeed};
}

std::vector<std::int64_t> IdsOf(std::span<const chatwoot::ChangedConversation> changes) {
    std::vector<std::int64_t> ids;
    ids.reserve(changes.size());
    for (const auto& change : changes) ids.push_back(change.id.value());
    return ids;
}

std::vector<std::int64_t> ContactsOf(std::span<const chatwoot::ChangedConversation> changes) {
    std::vector<std::int64_t> ids;
    for (const auto& change : changes) {
        if (change.contact) ids.push_back(change.contact->value());
    }
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    return ids;
}

void CompletePass(tenancy::TenantScope& scope, Run& run, OpenPass pass, RunSummary& summary) {
    StorePassState(scope, Complete(std::move(pass.state), pass.next));
    if (!pass.inboxes.not_loaded.empty()) {
        tenancy::MarkInboxesLoaded(scope, pass.inboxes.not_loaded);
    }
    summary.watermark = pass.next.at;
    Succeed(scope, run, kSyncAlert, summary);
    base::TestPoint("pass.before_complete");
    scope.Commit();
    base::TestPoint("pass.complete");
}

PassCopy::PassCopy(const Settings& settings, const RunOptions& options,
                   const TenantClassifier& classifier, const tenancy::Tenant& tenant, Run& run,
                   SourceView& source, OpenPass pass, RunSummary& summary)
    : run_(run), summary_(summary), pass_(std::move(pass)),
      reader_(ReaderOf(source, settings, tenant, pass_.inboxes)),
      copy_(settings, options, classifier, run, source.snapshot, reader_, summary) {}

void PassCopy::CopyContacts(std::span<const std::int64_t> contacts) {
    copy_.Expect(Stream::kContacts, contacts.size());
    copy_.Copy(Stream::kContacts, contacts);
}

void PassCopy::CopyConversations(std::span<const chatwoot::ChangedConversation> changes) {
    const std::vector<std::int64_t> ids = IdsOf(changes);
    copy_.Expect(Stream::kConversations, ids.size());
    copy_.Copy(Stream::kConversations, ids,
               [this](tenancy::TenantScope& scope, std::int64_t last_id) {
                   pass_.state = Advance(std::move(pass_.state), last_id, pass_.next);
                   StorePassState(scope, pass_.state);
               });
}

void PassCopy::Complete() {
    copy_.Finish();
    base::TestPoint("pass.copied");
    auto scope = run_.Begin();
    CompletePass(scope, run_, std::move(pass_), summary_);
}

}  // namespace geniai::sync
