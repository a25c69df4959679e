#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/money.h"
#include "llm/gateway.h"
#include "obs/log.h"
#include "pg/pool.h"

// How to win back the leads that went silent: claims them, asks a model or the local analyst, checks the
// answer against the conversation, and stores what is left.
namespace geniai::analysis {

struct RemarketingOptions {
    int limit = 10;                           // leads
    int workers = 5;                          // questions on their way at a time
    std::optional<base::MicroBrl> cost_max;   // what this run may spend
    std::int32_t conversation_tokens_max = 3'000;
    std::chrono::seconds lease{1'200};        // longer than the gateway keeps a question
    std::stop_token stop;                     // no new questions; those on their way end
    std::function<void(std::int64_t done)> on_progress;  // may be empty
};

struct RemarketingSummary {
    base::TenantId tenant;
    std::int64_t stale = 0;      // analyses that newer messages made obsolete
    std::int64_t analysed = 0;
    std::int64_t skipped = 0;    // leads that nobody ever answered
    std::int64_t reused = 0;     // of the analysed: the same had been asked before
    std::int64_t lost = 0;       // answers that came after the lease, when others had the lead
    std::map<std::string, std::int64_t> failures;  // by cause
    std::optional<std::string> ended_by;           // the budget, limit or stop that ended the run
    std::optional<llm::Instant> not_before;        // when to go on, where that is known
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    base::MicroBrl cost;
    double seconds = 0;
};

// What Analyse() would do with these leads.
struct RemarketingForecast {
    std::int64_t leads = 0;
    std::int64_t skipped = 0;
    std::int64_t calls = 0;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::optional<base::MicroBrl> cost;  // nothing: the model has no price
};

class Remarketing {
public:
    // `gateway` is null for the local analyst; `model` is its model. All outlive this.
    Remarketing(pg::Pool& warehouse, llm::Gateway* gateway, std::string model, const obs::Log& log);

    // Analyses a tenant's silent leads, those that wait longest first. Several processes may do so side
    // by side. Throws base::Error when the warehouse does not answer; then claims end with their lease.
    RemarketingSummary Analyse(base::TenantId tenant, const RemarketingOptions& options);

    // Counts, and computes what it would cost by what calls of the kind have cost so far.
    RemarketingForecast Forecast(base::TenantId tenant, const RemarketingOptions& options);

private:
    class Round;

    pg::Pool& warehouse_;
    llm::Gateway* gateway_;
    std::string model_;
    const obs::Log& log_;
};

}  // namespace geniai::analysis
