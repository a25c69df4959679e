#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/conversation_prompt.h"
#include "base/money.h"
#include "llm/batch_choice.h"
#include "llm/gateway.h"
#include "obs/log.h"
#include "pg/pool.h"
#include "warehouse/claims.h"
#include "warehouse/lead_analyses.h"

// What all work with a model on a tenant's conversations has in common: claim, ask, check, store, within
// the limits of a run. What is asked and what becomes of an answer is a Task's.
namespace geniai::analysis {

struct AskingOptions {
    int limit = 10;                           // conversations
    int workers = 5;                          // questions on their way at a time
    std::optional<base::MicroBrl> cost_max;   // what this run may spend
    std::int32_t conversation_tokens_max = 3'000;
    std::chrono::seconds time_left{0};        // until the answers are needed; for ChooseWay()
    std::chrono::seconds lease{1'200};        // longer than the gateway keeps a question
    std::stop_token stop;                     // no new questions; those on their way end
    std::function<void(std::int64_t done)> on_progress;  // may be empty
};

// What ends a run that may not spend more.
inline constexpr const char* kEndedByCostMax = "max_cost";

struct AskingSummary {
    base::TenantId tenant;
    std::int64_t stale = 0;      // earlier results that newer messages had made obsolete
    std::int64_t analysed = 0;
    std::int64_t skipped = 0;    // that nobody needs to ask about
    std::int64_t reused = 0;     // of the analysed: the same had been asked before
    std::int64_t lost = 0;       // answers that came after the lease, when others had the conversation
    std::map<std::string, std::int64_t> failures;  // by cause
    std::optional<std::string> ended_by;           // the budget, limit or stop that ended the run
    std::optional<llm::Instant> not_before;        // when to go on, where that is known
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    base::MicroBrl cost;
    double seconds = 0;
};

// What a run would do with the conversations that wait.
struct AskingForecast {
    std::int64_t waiting = 0;
    std::int64_t skipped = 0;
    std::int64_t calls = 0;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::optional<base::MicroBrl> cost;  // nothing: the model has no price
    llm::Way way = llm::Way::kLive;
};

// A conversation that is claimed, and what a model is asked about it. Tasks add what they need to read
// the answer.
struct Case {
    virtual ~Case() = default;
    warehouse::Claim claim;
    std::vector<SpokenLine> lines;
    Mask mask;
    ConversationPrompt prompt;
    std::string as_of;  // what of the question time alone changes: a lead's band
};

enum class CaseEnd {
    kAnalysed,
    kSkipped,
    kReused,
    kLost,     // the claim was somebody else's by then
    kGone,     // it waits no more
    kWaiting,  // nothing was done: a model has to be asked
};

// A kind of work. Every function may be called again after a lost connection, in a new transaction.
class Task {
public:
    virtual ~Task() = default;

    virtual warehouse::Purpose purpose() const = 0;
    virtual std::string_view prompt_version() const = 0;
    // The conversation as it is now; null when it waits no more. With `as_of` the question is made as it
    // was then, so that an answer to it can be read.
    virtual std::unique_ptr<Case> Open(tenancy::TenantScope& scope, const warehouse::Claim& claim,
                                       std::int32_t tokens_max,
                                       const std::optional<std::string>& as_of) = 0;
    virtual bool NeedsModel(const Case& of) const = 0;
    // Stores what is known without a call, of one that needs no model or was answered before.
    virtual CaseEnd StoreKnown(tenancy::TenantScope& scope, const Case& of) = 0;
    // Reads and stores an answer. Throws BadAnswer when it cannot be used.
    virtual CaseEnd StoreReply(tenancy::TenantScope& scope, const Case& of,
                               const llm::Reply& reply) = 0;
};

// Who is asked, and where it is written.
struct AskingParts {
    pg::Pool& warehouse;
    llm::Gateway* gateway;  // may be null where no task needs a model
    std::string model;
    const obs::Log& log;
};

// Works through a tenant's waiting conversations. Several processes may do so side by side. Throws
// base::Error when the warehouse does not answer; then claims end with their lease.
AskingSummary RunTask(const AskingParts& parts, base::TenantId tenant, Task& task,
                      const AskingOptions& options);

// Counts, and computes what it would cost by what calls of the kind have cost so far, the way they would
// be asked.
AskingForecast ForecastTask(const AskingParts& parts, base::TenantId tenant, Task& task,
                            const AskingOptions& options);

// How an answer was found out, and for what money; a reply without attempts cost nothing.
warehouse::AnalysisOrigin OriginOf(const Task& task, const std::string& model, const Case& of,
                                   const llm::Reply& reply);

// Whether the tenant's questions are asked one by one or by batches.
llm::Way WayOf(const AskingParts& parts, base::TenantId tenant, const Task& task,
               const AskingOptions& options);

// Whether what the tenant's customers write may be sent to a model's provider.
bool MayUseModel(pg::Pool& warehouse, base::TenantId tenant);

}  // namespace geniai::analysis
