#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "chatwoot/reader.h"
#include "sync/lanes.h"
#include "sync/pipeline.h"
#include "sync/run.h"
#include "warehouse/rejects.h"

namespace geniai::sync {

struct Batch;

// Copies rows by id from the source, batch by batch: while one batch is merged, the next is read. A
// batch is one transaction: its rows, its counts in etl_control, and what the caller adds. A row that
// cannot be loaded goes to quarantine; the others of its batch are loaded.
class BatchCopy {
public:
    // Runs in the transaction of a batch that ends with `last_id`, after its rows.
    using InTransaction = std::function<void(tenancy::TenantScope& scope, std::int64_t last_id)>;

    // All arguments outlive the copy. Counts into `summary`.
    BatchCopy(const Settings& settings, const RunOptions& options,
              const TenantClassifier& classifier, Run& run, chatwoot::Snapshot& snapshot,
              const chatwoot::Reader& reader, RunSummary& summary);
    ~BatchCopy();

    // Says how many rows there are to copy, for the progress.
    void Expect(chatwoot::Stream stream, std::size_t rows);

    // Copies the rows with these ids, which are in ascending order. The last batch may still be on its
    // way when it returns. Throws Stopped when the run was asked to stop.
    void Copy(chatwoot::Stream stream, std::span<const std::int64_t> ids,
              const InTransaction& in_transaction = {});

    // Waits until everything is committed.
    void Finish();

private:
    struct Done {
        std::int64_t rows = 0;
        std::int64_t total = 0;
    };

    std::shared_ptr<Batch> Read(pg::Connection& connection, chatwoot::Stream stream,
                                std::span<const std::int64_t> ids,
                                const InTransaction& in_transaction);
    void CopyOne(chatwoot::Stream stream, std::span<const std::int64_t> ids,
                 const InTransaction& in_transaction);
    void CopyApart(pg::Connection& connection, chatwoot::Stream stream,
                   std::span<const std::int64_t> ids, const InTransaction& in_transaction);
    void Quarantine(pg::Connection& connection, chatwoot::Stream stream, std::int64_t id,
                    const std::string& reason, const InTransaction& in_transaction);
    void ReadPayload(chatwoot::Stream stream, warehouse::Reject& reject);
    ConversationTransform& TransformIn(tenancy::TenantScope& scope);
    void Count(const Batch& batch);
    void Report(chatwoot::Stream stream, std::size_t rows);
    void StopIfAsked(chatwoot::Stream stream, std::int64_t next_id);
    Done& DoneOf(chatwoot::Stream stream);

    const Settings& settings_;
    const RunOptions& options_;
    Run& run_;
    chatwoot::Snapshot& snapshot_;
    const chatwoot::Reader& reader_;
    RunSummary& summary_;
    const TenantClassifier& tenant_classifier_;
    Classifier classifier_;                               // the tenant's, once it is known
    std::optional<ConversationTransform> conversations_;  // since then
    std::optional<std::string> rules_version_;  // of the verdicts that rows must have; none: any
    ContactTransform contacts_;
    bool has_rejects_;
    Done conversations_done_;
    Done contacts_done_;
    Lanes lanes_;
    std::shared_ptr<Batch> committing_;  // after the lanes, whose connections it lives on
};

}  // namespace geniai::sync
