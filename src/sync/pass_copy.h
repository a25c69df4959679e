#pragma once

#include <span>
#include <string_view>

#include "chatwoot/detectors.h"
#include "chatwoot/reader.h"
#include "sync/attempt.h"
#include "sync/batch_copy.h"
#include "sync/run.h"

namespace geniai::sync {

inline constexpr std::string_view kSyncAlert = "sync.failed";

// How a pass reads its rows.
chatwoot::Reader ReaderOf(const SourceView& source, const Settings& settings,
                          const tenancy::Tenant& tenant, const tenancy::InboxDiscovery& inboxes);

std::vector<std::int64_t> IdsOf(std::span<const chatwoot::ChangedConversation> changes);
// The contacts that they have, each once, in ascending order.
std::vector<std::int64_t> ContactsOf(std::span<const chatwoot::ChangedConversation> changes);

// The last transaction of a pass: it is complete, and its run a success.
void CompletePass(tenancy::TenantScope& scope, Run& run, OpenPass pass, RunSummary& summary);

// Copies what an open pass finds, in ascending order of id, and moves its position along.
class PassCopy {
public:
    // All references outlive the copy.
    PassCopy(const Settings& settings, const RunOptions& options,
             const TenantClassifier& classifier, const tenancy::Tenant& tenant, Run& run,
             SourceView& source, OpenPass pass, RunSummary& summary);

    const OpenPass& pass() const { return pass_; }

    // Contacts come before their conversations: these never show up without the name of who wrote.
    void CopyContacts(std::span<const std::int64_t> contacts);
    void CopyConversations(std::span<const chatwoot::ChangedConversation> changes);
    void Complete();

private:
    Run& run_;
    RunSummary& summary_;
    OpenPass pass_;
    chatwoot::Reader reader_;
    BatchCopy copy_;
};

}  // namespace geniai::sync
