#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/asking_run.h"
#include "llm/batches.h"

// The same tasks for results that can wait: the questions go into the provider's batches, the answers are
// stored when somebody collects them, within a day, by whichever process that is.
namespace geniai::analysis {

// Of the known: `analysed` without a call. What was asked costs when it is answered.
struct BatchSummary : AskingSummary {
    std::int64_t asked = 0;
    base::MicroBrl reserved;           // what that costs at the most
    std::vector<llm::BatchId> batches;
    std::int64_t not_sent = 0;         // of the batches: the next collection sends them
    std::string trouble;               // why, in a line
};

// What came of batches.
struct CollectionSummary {
    std::int64_t batches = 0;                      // that were open
    std::int64_t waiting = 0;                      // of these, with the provider, or not sent
    std::int64_t busy = 0;                         // of these, in the hands of another process
    std::int64_t analysed = 0;
    std::int64_t outdated = 0;                     // the conversation has changed since it was asked
    std::int64_t lost = 0;                         // somebody else had it by then
    std::map<std::string, std::int64_t> failures;  // by cause
    base::MicroBrl cost;
    std::vector<std::string> troubles;             // a line each

    CollectionSummary& operator+=(const CollectionSummary& other);
};

// Asks a model about the tenant's waiting conversations by batches. Each is claimed until its answer may
// have been collected. As RunTask() and llm::Batches::Submit().
BatchSummary SubmitTask(const AskingParts& parts, llm::Batches& batches, base::TenantId tenant,
                        Task& task, const AskingOptions& options);

// Stores what the provider has answered, of one tenant or of all, each answer once. An answer to another
// question than would be asked now is not stored, and the conversation waits again. The task is made for
// the model that was asked. As llm::Batches::Collect().
using MakeTask = std::function<std::unique_ptr<Task>(const std::string& model)>;
CollectionSummary CollectTask(const obs::Log& log, llm::Batches& batches,
                              std::optional<base::TenantId> tenant, warehouse::Purpose purpose,
                              const MakeTask& make_task);

}  // namespace geniai::analysis
