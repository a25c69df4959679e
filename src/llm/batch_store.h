#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/strong_id.h"
#include "base/temporary_file.h"
#include "llm/admission.h"
#include "llm/batch_lines.h"
#include "tenancy/scope.h"

// The rows of batches and of their requests. Whoever changes a batch holds its lock (batches.cc).
namespace geniai::llm {

using BatchId = base::StrongId<struct BatchTag>;

enum class BatchState {
    kFilling,  // requests are being reserved
    kFilled,
    kUploading,  // the file may be at the provider
    kUploaded,
    kCreating,  // the calls are marked as sent; the batch may be at the provider
    kSubmitted,
    kEnded,    // the provider has ended it, or it was given up; results are being booked
    kSettled,  // every request has its end in the ledger
    kDone,     // and every result was taken
};

struct Batch {
    base::TenantId tenant;
    BatchId id;
    std::string purpose;
    std::string model;
    BatchState state = BatchState::kFilling;
    std::string token;
    std::int64_t requests = 0;
    std::string input_file;
    std::string provider_batch;
    std::string output_file;
    std::string error_file;
    bool is_cancelled = false;  // somebody asked for it
    bool is_past_deadline = false;
    bool is_allowed = true;  // the tenant's messages may be sent to a model, as of now
    std::chrono::seconds in_state{0};  // for how long
};

// A request as it is put into a batch.
struct BatchRequest {
    std::string prompt_version;
    std::string input_hash;
    std::int32_t input_tokens = 0;
    std::int32_t output_tokens = 0;
    std::string body;     // of EncodeChatRequest()
    std::string payload;  // what the caller finds its subject by; no NUL in it
};

// How a batch ends, and its requests that the provider returned nothing for.
struct BatchEnd {
    std::string provider_state;
    std::string output_file;
    std::string error_file;
    CallEnd::Entry rest = CallEnd::Entry::kReleased;
    std::string cause;
    std::string problem;  // in the provider's words
};

// What came of one question.
struct BatchResult {
    base::TenantId tenant;
    BatchId batch;
    CallId call;
    std::string model;
    std::string payload;
    std::string content;  // what the model wrote; whether it fits is for the caller to check
    std::string cause;    // empty: answered; else why not
    Usage usage;
    base::MicroBrl cost;
};

// Those that are not done, of all tenants or of one; of one purpose or, without it, of all. For the
// operator's role.
struct OpenBatch {
    base::TenantId tenant;
    BatchId id;
};
std::vector<OpenBatch> ListOpenBatches(tenancy::RoleScope& scope,
                                       std::optional<base::TenantId> tenant,
                                       std::optional<std::string_view> purpose);

// A number for a batch, so that its lock can be taken before anybody sees it.
BatchId DrawBatchId(tenancy::TenantScope& scope);
void InsertBatch(tenancy::TenantScope& scope, BatchId batch, std::string_view purpose,
                 std::string_view model, std::chrono::seconds lease);
// One that nothing was granted for.
void DeleteEmptyBatch(tenancy::TenantScope& scope, BatchId batch);
std::optional<Batch> FindBatch(tenancy::TenantScope& scope, BatchId batch);

// Reserves the requests as calls of a batch and stores those that are granted, in their order. The
// gateway's lock is held from here to the commit.
std::vector<Admission> AddRequests(tenancy::TenantScope& scope, const Batch& batch,
                                   const std::vector<BatchRequest>& requests,
                                   std::chrono::seconds lease);

// Writes the requests of a batch as its file.
void WriteRequests(pg::Connection& warehouse, const Batch& batch, base::TemporaryFile& file);

void SetState(tenancy::TenantScope& scope, BatchId batch, BatchState state);
void SetUploaded(tenancy::TenantScope& scope, BatchId batch, std::string_view file);
void SetSubmitted(tenancy::TenantScope& scope, BatchId batch, std::string_view provider_batch);
void SetEnded(tenancy::TenantScope& scope, BatchId batch, const BatchEnd& end);

// Whether somebody has stopped the tenant's calls, or all.
bool IsStopped(tenancy::TenantScope& scope);

enum class Departure {
    kMayLeave,   // all calls are marked as sent, and the state is kCreating
    kStopped,    // somebody has stopped the calls; nothing has changed
    kLeaseOver,  // a reservation has ended; nothing has changed
};
// Before the provider is told to begin. The caller commits, or rolls back unless all may leave.
Departure MarkBatchSent(tenancy::TenantScope& scope, BatchId batch);

// Books what the lines say; requests that have their end already, and those of other batches, are
// passed over. Returns how many were booked.
std::int64_t SettleLines(tenancy::TenantScope& scope, BatchId batch,
                         const std::vector<BatchLine>& lines);
// Ends up to `limit` requests that no line told of, as SetEnded() said. Returns how many.
std::int64_t SettleRest(tenancy::TenantScope& scope, BatchId batch, int limit);

// The calls whose results wait, in their order.
std::vector<CallId> ListAnswered(tenancy::TenantScope& scope, BatchId batch);
// The result of a call, if it still waits; nobody else has it until the transaction ends.
std::optional<BatchResult> LockResult(tenancy::TenantScope& scope, const Batch& batch, CallId call);
void SetTaken(tenancy::TenantScope& scope, BatchId batch, CallId call);
// True when all results were taken; the batch is done then.
bool FinishBatch(tenancy::TenantScope& scope, BatchId batch);

// Remembers that a batch is to be cancelled. Throws base::Error: kNotFound, kConflict when it has
// ended.
void AskToCancel(tenancy::TenantScope& scope, BatchId batch);

// For people.
struct BatchRow {
    base::TenantId tenant;
    BatchId id;
    std::string purpose;
    std::string model;
    std::string state;
    std::string provider_batch;
    std::string provider_state;
    std::string problem;
    bool is_cancelled = false;
    std::string created_at;  // RFC 3339
    std::optional<std::string> submitted_at;
    std::optional<std::string> finished_at;
    std::string deadline;
    std::int64_t requests = 0;
    std::int64_t answered = 0;  // with their end in the ledger
    std::int64_t failed = 0;    // of these, without an answer
    std::int64_t taken = 0;
    base::MicroBrl cost;
};
// The newest first. For the operator's role.
std::vector<BatchRow> ListBatches(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant,
                                  int limit);

// How many batches were done before the ledger's detail begins (DetailFrom() in usage.h). For the
// operator's role, as what follows.
std::int64_t CountOldBatches(tenancy::RoleScope& scope, int keep_days);
// Deletes up to so many of them with their requests; what usage says stays the same. Returns how
// many.
std::int64_t DeleteOldBatches(tenancy::RoleScope& scope, int keep_days, int batches_max);

}  // namespace geniai::llm
