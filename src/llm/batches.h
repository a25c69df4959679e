#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "llm/batch_client.h"
#include "llm/batch_store.h"
#include "llm/gateway.h"
#include "obs/log.h"
#include "pg/pool.h"

// Questions that can wait, by the provider's batch interface: cheaper, answered within a day.
//
// Everything that must survive a kill is a row. Requests are reserved and stored with their
// questions in the same transaction; then the batch goes from state to state, each written before
// and after the step at the provider, and whoever comes next goes on from there:
//
//   filling → filled → uploading → uploaded → creating → submitted → ended → settled → done
//                      (the file)             (the batch)           (results booked) (results
//                      taken)
//
// A step that may have happened is looked for before it is repeated: the file by its name, the
// batch by its metadata, both our token. Results are booked by llm_settle(), which a second time
// changes nothing, and taken in the transaction that stores what was made of them. A lock for each
// batch keeps two processes from doing the same step; it ends with its session.
namespace geniai::llm {

struct BatchSettings {
    std::string base_url;
    std::string api_version;  // Azure's: its deployments have no batches here
    base::Secret api_key;
    std::string model;
    std::chrono::milliseconds timeout{30'000};            // of a call
    std::chrono::milliseconds transfer_timeout{600'000};  // of a file
    std::int64_t requests_per_file = 50'000;              // the provider's limit
    std::int64_t bytes_per_file = 200'000'000;            // as well
    std::chrono::seconds lease =
        std::chrono::hours(26);  // the provider's window and the collection
    // For so long a batch that was asked for, and that the provider does not list, may still turn
    // up.
    std::chrono::seconds doubt{120};
};

struct BatchQuestion {
    Question question;    // its tenant is that of Submit(), its model that of the settings
    std::string payload;  // comes back with the result; no NUL in it
};

struct BatchRefusal {
    std::string payload;
    std::string cause;  // as Reply::cause of a refused question, or "too_large"
    std::optional<Instant> not_before;
};

struct Submission {
    std::vector<BatchId> batches;
    std::int64_t requests = 0;  // reserved and stored: they will have a result
    base::MicroBrl reserved;
    std::vector<BatchRefusal> refused;
    std::optional<std::string> ended_by;   // the cause that refused all of the last questions
    std::int64_t not_sent = 0;  // batches that wait for the next Collect()
    std::string trouble;        // why, in a line
};

struct Collection {
    std::int64_t batches = 0;                      // that were open
    std::int64_t waiting = 0;                      // of these, with the provider, or not sent
    std::int64_t busy = 0;                         // of these, in the hands of another process
    std::int64_t answered = 0;                     // results that were taken
    std::int64_t not_taken = 0;                    // whose taker threw: they come again
    std::map<std::string, std::int64_t> failures;  // taken results without an answer, by cause
    base::MicroBrl cost;                           // of all taken results
    std::vector<std::string> troubles;             // in a line each
};

// Blocks while it works. One object may serve several threads.
class Batches {
public:
    // The next question, or nothing when there are no more.
    using NextQuestion = std::function<std::optional<BatchQuestion>()>;
    // Those that were stored, in the transaction that stores them: for what must hold from then on,
    // like a longer claim. It must be quick, for other calls wait meanwhile.
    using OnStored =
        std::function<void(tenancy::TenantScope& scope, const std::vector<std::string>& payloads)>;
    // Stores what comes of a result, in the transaction that marks it as taken. Throwing
    // base::Error leaves it for the next time.
    using TakeResult = std::function<void(tenancy::TenantScope& scope, const BatchResult& result)>;

    // The references outlive the object.
    Batches(BatchSettings settings, pg::Pool& warehouse, const base::Clock& clock,
            const obs::Log& log);

    // Asks all questions of one tenant, in as many batches as it takes; what a budget, a stop or a
    // missing price refuses keeps no reservation, and when that is all of a portion, no more are
    // asked for. A provider that does not answer is no failure:
    // the batch is sent by the next Collect(). Throws base::Error(kInvalidSettings) where there are
    // no batches.
    Submission Submit(base::TenantId tenant, std::string_view purpose, const NextQuestion& next,
                      const OnStored& on_stored = nullptr);

    // Looks after all open batches of a purpose, of one tenant or of all: sends what was not, books
    // what has ended, and hands each result to `take`, once.
    Collection Collect(std::optional<base::TenantId> tenant, std::string_view purpose,
                       const TakeResult& take);

    // What the provider has not begun is not made and costs nothing; what it has answered is a
    // result. False: the provider will be told by the next Collect(). Throws base::Error:
    // kNotFound, kConflict when the batch has ended.
    bool Cancel(base::TenantId tenant, BatchId batch);

private:
    class Filling;

    void Advance(pg::Connection& warehouse, base::TenantId tenant, BatchId id, BatchState until);
    bool Step(pg::Connection& warehouse, const Batch& batch);
    bool CloseFilling(pg::Connection& warehouse, const Batch& batch);
    bool Upload(pg::Connection& warehouse, const Batch& batch);
    bool Create(pg::Connection& warehouse, const Batch& batch);
    bool FindCreated(pg::Connection& warehouse, const Batch& batch);
    bool CreateNow(pg::Connection& warehouse, const Batch& batch);
    bool Poll(pg::Connection& warehouse, const Batch& batch);
    bool Book(pg::Connection& warehouse, const Batch& batch);
    void BookFile(pg::Connection& warehouse, const Batch& batch, const std::string& file);
    void DeleteFiles(const Batch& batch);
    bool EndUnsent(pg::Connection& warehouse, const Batch& batch, const std::string& cause,
                   const std::string& problem = "");
    void End(pg::Connection& warehouse, const Batch& batch, const BatchEnd& end);
    void Take(pg::Connection& warehouse, const Batch& batch, const TakeResult& take,
              Collection& collection);
    void CollectOne(pg::Connection& warehouse, const OpenBatch& open, const TakeResult& take,
                    Collection& collection);

    const BatchSettings settings_;
    pg::Pool& pool_;
    const base::Clock& clock_;
    const obs::Log& log_;
    const BatchClient client_;
};

}  // namespace geniai::llm
