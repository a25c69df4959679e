#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "analysis/rules.h"
#include "base/ids.h"
#include "pg/connection.h"
#include "warehouse/upsert.h"

namespace geniai::analysis {

// The verdict on one conversation as it is stored or on its way there: `status` is Chatwoot's,
// `human_answers` counts the public messages of the team's people. Pure.
warehouse::Classification ClassifyConversation(const RuleClassifier& rules,
                                               std::string_view message_compiled, int status,
                                               std::int64_t human_answers);

// Classifies a tenant's stored conversations again, after the rules have changed. Reads through one
// connection and writes through the other, batch by batch; verdicts that stay the same are not
// written. Throws base::Error(kAlreadyRunning) while a sync of the tenant runs.
warehouse::LoadCounts ClassifyConversations(pg::Connection& reader, pg::Connection& writer,
                                            base::TenantId tenant, const RuleClassifier& rules,
                                            const std::function<void(std::int64_t)>& on_progress);

}  // namespace geniai::analysis
