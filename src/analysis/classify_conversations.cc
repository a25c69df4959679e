#include "analysis/classify_conversations.h"

#include "tenancy/scope.h"
#include "tenancy/tenant_lock.h"
#include "warehouse/classification_store.h"
#include "warehouse/transcript.h"

namespace geniai::analysis {

namespace {

constexpr std::int64_t kBatchRows = 10'000;
constexpr int kResolved = 1;

warehouse::Classification ClassifyStored(const RuleClassifier& rules,
                                         const warehouse::StoredConversation& stored) {
    return rules.Classify(
        warehouse::ParseTranscript(stored.message_compiled),
        {.resolved = stored.status == kResolved, .human_answered = stored.user_messages > 0});
}

}  // namespace

warehouse::LoadCounts ClassifyConversations(pg::Connection& reader, pg::Connection& writer,
                                            base::TenantId tenant, const RuleClassifier& rules,
                                            const std::function<void(std::int64_t)>& on_progress) {
    const pg::AdvisoryLock lock = tenancy::LockTenant(writer, tenant);
    tenancy::TenantScope reading(reader, tenancy::DatabaseRole::kEtlService, tenant);
    warehouse::StoredConversations conversations(reading);
    warehouse::LoadCounts total;
    auto conversation = conversations.Next();
    while (conversation) {
        tenancy::TenantScope writing(writer, tenancy::DatabaseRole::kEtlService, tenant);
        warehouse::ClassificationLoader loader(writing);
        for (std::int64_t row = 0; conversation && row < kBatchRows; ++row) {
            loader.Add(conversation->id, ClassifyStored(rules, *conversation), rules.version());
            conversation = conversations.Next();
        }
        total += loader.Finish();
        writing.Commit();
        on_progress(total.total());
    }
    return total;
}

}  // namespace geniai::analysis
