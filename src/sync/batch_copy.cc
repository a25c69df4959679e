#include "sync/batch_copy.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/safe_text.h"
#include "base/test_point.h"
#include "pg/sql_error.h"
#include "warehouse/contact_loader.h"
#include "warehouse/conversation_loader.h"
#include "warehouse/known_rows.h"

namespace geniai::sync {

using chatwoot::Stream;

// A batch on its way: first filled in the foreground, then merged and committed in the background.
struct Batch {
    Batch(const Run& run, pg::Connection& on, Stream of, std::span<const std::int64_t> rows,
          BatchCopy::InTransaction also)
        : connection(on), scope(run.Begin(on)), stream(of), ids(rows.begin(), rows.end()),
          in_transaction(std::move(also)) {}

    pg::Connection& connection;
    tenancy::TenantScope scope;
    Stream stream;
    std::vector<std::int64_t> ids;
    BatchCopy::InTransaction in_transaction;
    std::int64_t read = 0;
    warehouse::LoadCounts counts;
    // Made when the first row comes that is not here already.
    std::optional<warehouse::ConversationLoader> conversations;
    std::optional<warehouse::ContactLoader> contacts;
};

namespace {

// A row that our own code could not make sense of.
class RowError : public base::Error {
public:
    using base::Error::Error;
};

bool IsOfOneRow(const base::Error& error) {
    if (dynamic_cast<const RowError*>(&error) != nullptr) return true;
    const auto* sql = dynamic_cast<const pg::SqlError*>(&error);
    return sql != nullptr && pg::IsDataError(*sql);
}

warehouse::RunCounts CountsOf(const Batch& batch) {
    warehouse::RunCounts counts;
    // The run's counts are of conversations, as its watermark is.
    if (batch.stream == Stream::kConversations) {
        counts.extracted = batch.read;
        counts.loaded = batch.counts;
    }
    return counts;
}

std::string PointOf(Stream stream, const char* moment) {
    return std::string(chatwoot::NameOf(stream)) + "." + moment;
}

void MergeAndCommit(Batch& batch, warehouse::RunId run, bool resolve_rejects) {
    if (batch.conversations) batch.counts = batch.conversations->Finish();
    if (batch.contacts) batch.counts = batch.contacts->Finish();
    batch.counts.unchanged = batch.read - batch.counts.inserted - batch.counts.updated;
    base::TestPoint(PointOf(batch.stream, "merged"));
    if (resolve_rejects) {
        warehouse::ResolveRejects(batch.scope, chatwoot::NameOf(batch.stream), batch.ids);
    }
    warehouse::AddToRun(batch.scope, run, CountsOf(batch));
    base::TestPoint(PointOf(batch.stream, "counted"));
    if (batch.in_transaction) batch.in_transaction(batch.scope, batch.ids.back());
    base::TestPoint(PointOf(batch.stream, "before_commit"));
    // Rows, position and counts go together, so a crash of the server leaves an earlier batch to go on
    // from. What ends a run is committed to the disk, and this before it.
    batch.scope.CommitSoon();
    base::TestPoint(PointOf(batch.stream, "committed"));
}

// Puts the rows that are not here as they are into the batch.
template <class Load>
void FillBatch(Batch& batch, chatwoot::RowStream& rows, const warehouse::KnownRows& known,
               const std::stop_token& stop, const Load& load) {
    while (rows.Next()) {
        if (stop.stop_requested()) throw Stopped("stopped on request");
        ++batch.read;
        const auto stored = known.find(rows.id());
        if (stored != known.end() && stored->second == rows.row_hash()) continue;
        load(rows.fields());
    }
}

warehouse::ConversationRow Transformed(ConversationTransform& transform,
                                       const pg::CopyFields& fields) {
    try {
        return transform.Apply(fields);
    } catch (const base::Error& error) {
        throw RowError(error.code(), error.what(), error.detail());
    }
}

bool HasRejects(Run& run) {
    auto scope = run.Begin();
    return warehouse::CountRejected(scope) > 0;
}

}  // namespace

BatchCopy::BatchCopy(const Settings& settings, const RunOptions& options,
                     const TenantClassifier& classifier, Run& run, chatwoot::Snapshot& snapshot,
                     const chatwoot::Reader& reader, RunSummary& summary)
    : settings_(settings), options_(options), run_(run), snapshot_(snapshot), reader_(reader),
      summary_(summary), tenant_classifier_(classifier), has_rejects_(HasRejects(run)),
      lanes_(run.warehouse(), *settings.warehouse_pool, settings.overlap_rows) {}

BatchCopy::~BatchCopy() = default;

void BatchCopy::Expect(Stream stream, std::size_t rows) {
    DoneOf(stream).total += static_cast<std::int64_t>(rows);
}

void BatchCopy::Copy(Stream stream, std::span<const std::int64_t> ids,
                     const InTransaction& in_transaction) {
    const auto size = static_cast<std::size_t>(settings_.batch_rows);
    for (; !ids.empty(); ids = ids.subspan(std::min(size, ids.size()))) {
        const auto batch = ids.first(std::min(size, ids.size()));
        StopIfAsked(stream, batch.front());
        CopyOne(stream, batch, in_transaction);
    }
}

void BatchCopy::CopyOne(Stream stream, std::span<const std::int64_t> ids,
                        const InTransaction& in_transaction) {
    if (!lanes_.MayOverlap(ids.size())) Finish();
    std::shared_ptr<Batch> batch;
    try {
        batch = Read(lanes_.Next(ids.size()), stream, ids, in_transaction);
    } catch (const base::Error& error) {
        // The statement at the source was cancelled then, or is not worth waiting for.
        StopIfAsked(stream, ids.front());
        if (!IsOfOneRow(error)) throw;
        snapshot_.BackToMark();
    }
    Finish();
    if (batch == nullptr) {
        CopyApart(lanes_.Next(ids.size()), stream, ids, in_transaction);
        return;
    }
    committing_ = batch;
    lanes_.Commit([batch, run = run_.id(), resolve = has_rejects_] {
        MergeAndCommit(*batch, run, resolve);
    });
}

void BatchCopy::Finish() {
    std::shared_ptr<Batch> batch = std::exchange(committing_, nullptr);
    if (batch == nullptr) return;
    try {
        lanes_.Wait();
        Count(*batch);
    } catch (const base::Error& error) {
        if (!IsOfOneRow(error)) throw;
        const Stream stream = batch->stream;
        const std::vector<std::int64_t> ids = std::move(batch->ids);
        const InTransaction in_transaction = std::move(batch->in_transaction);
        pg::Connection& connection = batch->connection;
        batch.reset();  // rolls back, so that its connection is free
        CopyApart(connection, stream, ids, in_transaction);
    }
}

std::shared_ptr<Batch> BatchCopy::Read(pg::Connection& connection, Stream stream,
                                       std::span<const std::int64_t> ids,
                                       const InTransaction& in_transaction) {
    auto batch = std::make_shared<Batch>(run_, connection, stream, ids, in_transaction);
    base::TestPoint(PointOf(stream, "begun"));
    snapshot_.Mark();
    // The source is at work while the warehouse is asked.
    chatwoot::RowStream rows = reader_.Read(snapshot_, stream, ids);
    if (stream == Stream::kConversations) {
        ConversationTransform& transform = TransformIn(batch->scope);
        const auto known = warehouse::FindKnownConversations(batch->scope, ids, rules_version_);
        FillBatch(*batch, rows, known, options_.stop,
                  [&](const pg::CopyFields& fields) {
                      if (!batch->conversations) batch->conversations.emplace(batch->scope);
                      batch->conversations->Add(Transformed(transform, fields));
                  });
    } else {
        const auto known = warehouse::FindKnownContacts(batch->scope, ids);
        FillBatch(*batch, rows, known, options_.stop,
                  [&](const pg::CopyFields& fields) {
                      if (!batch->contacts) batch->contacts.emplace(batch->scope);
                      const ContactTransform::Row row = contacts_.Apply(fields);
                      batch->contacts->Add(row.columns, row.search_text, row.row_hash);
                  });
    }
    base::TestPoint(PointOf(stream, "read"));
    return batch;
}

// Halves a batch until the row that cannot be loaded stands alone. Nothing else is on its way then.
void BatchCopy::CopyApart(pg::Connection& connection, Stream stream,
                          std::span<const std::int64_t> ids,
                          const InTransaction& in_transaction) {
    try {
        const auto batch = Read(connection, stream, ids, in_transaction);
        MergeAndCommit(*batch, run_.id(), has_rejects_);
        Count(*batch);
        return;
    } catch (const base::Error& error) {
        if (!IsOfOneRow(error)) throw;
        snapshot_.BackToMark();
        if (ids.size() == 1) {
            Quarantine(connection, stream, ids.front(), error.what(), in_transaction);
            return;
        }
    }
    const std::size_t half = ids.size() / 2;
    CopyApart(connection, stream, ids.first(half), in_transaction);
    CopyApart(connection, stream, ids.subspan(half), in_transaction);
}

void BatchCopy::Quarantine(pg::Connection& connection, Stream stream, std::int64_t id,
                           const std::string& reason, const InTransaction& in_transaction) {
    if (++summary_.rejected > settings_.rejects_max) {
        throw base::Error(base::ErrorCode::kFailed,
                          "more than " + std::to_string(settings_.rejects_max) +
                              " rows cannot be loaded, so it is not the rows; the last reason: " +
                              reason);
    }
    warehouse::Reject reject{chatwoot::NameOf(stream), id, std::nullopt, reason, ""};
    ReadPayload(stream, reject);
    auto scope = run_.Begin(connection);
    warehouse::StoreReject(scope, reject);
    warehouse::RunCounts counts;
    counts.extracted = stream == Stream::kConversations ? 1 : 0;
    counts.rejected = 1;
    warehouse::AddToRun(scope, run_.id(), counts);
    if (in_transaction) in_transaction(scope, id);
    base::TestPoint("reject.before_commit");
    scope.Commit();
    has_rejects_ = true;
    summary_.extracted += counts.extracted;
    Report(stream, 1);
}

// Puts in the row as it came, and its inbox; neither when it cannot even be read.
void BatchCopy::ReadPayload(Stream stream, warehouse::Reject& reject) {
    std::string scratch;
    try {
        snapshot_.Mark();
        chatwoot::RowStream row = reader_.Read(snapshot_, stream, std::span(&reject.source_id, 1));
        while (row.Next()) {
            reject.payload = base::SafeText(row.line(), scratch);
            if (stream == Stream::kConversations) reject.inbox = row.inbox();
        }
    } catch (const base::Error& error) {
        if (!IsOfOneRow(error)) throw;
        snapshot_.BackToMark();
    }
}

// A run that copies no conversation never asks for the rules.
ConversationTransform& BatchCopy::TransformIn(tenancy::TenantScope& scope) {
    if (!conversations_) {
        if (tenant_classifier_) classifier_ = tenant_classifier_(scope);
        if (classifier_.classify) rules_version_ = classifier_.version;
        conversations_.emplace(classifier_);
    }
    return *conversations_;
}

void BatchCopy::Count(const Batch& batch) {
    if (batch.stream == Stream::kConversations) {
        summary_.extracted += batch.read;
        summary_.conversations += batch.counts;
    } else {
        summary_.contacts += batch.counts;
    }
    Report(batch.stream, batch.ids.size());
}

void BatchCopy::Report(Stream stream, std::size_t rows) {
    Done& done = DoneOf(stream);
    done.rows += static_cast<std::int64_t>(rows);
    if (options_.on_progress) {
        options_.on_progress({chatwoot::NameOf(stream), done.rows, done.total});
    }
}

// What is being committed is waited for; what is only being read is given up.
void BatchCopy::StopIfAsked(Stream stream, std::int64_t next_id) {
    if (!options_.stop.stop_requested()) return;
    Finish();
    throw Stopped("stopped on request; the next run goes on at id " + std::to_string(next_id) +
                  " of the " + std::string(chatwoot::NameOf(stream)));
}

BatchCopy::Done& BatchCopy::DoneOf(Stream stream) {
    return stream == Stream::kConversations ? conversations_done_ : contacts_done_;
}

}  // namespace geniai::sync
