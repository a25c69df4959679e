#include "analysis/classify_conversations.h"

#include "tenancy/scope.h"
#include "tenancy/tenant_lock.h"
#include "warehouse/classification_store.h"
#include "warehouse/transcript.h"

namespace geniai::analysis {

namespace {

constexpr std::int64_t kBatchRows = 10'000;
constexpr int kResolved = 1;

}  // namespace

warehouse::Classification ClassifyConversation(const RuleClassifier& rules,
                                               std::string_view message_compiled, int status,
                                               std::int64_t human_answers) {
    return rules.Classify(warehouse::ParseTranscript(message_compiled),
                          {.resolved = status == kResolved, .human_answered = human_answers > 0});
}

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
            const warehouse::Classification verdict =
                ClassifyConversation(rules, conversation->message_compiled, conversation->status,
                                     conversation->user_messages);
            loader.Add(*conversation, verdict, rules.version());
            conversation = conversations.Next();
        }
        total += loader.Finish();
        writing.Commit();
        on_progress(total.total());
    }
    return total;
}

}  // namespace geniai::analysis
