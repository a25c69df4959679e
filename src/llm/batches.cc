#include "llm/batches.h"

#include <limits>
#include <utility>

#include "base/error.h"
#include "base/test_point.h"
#include "pg/advisory_lock.h"

namespace geniai::llm {

namespace {

constexpr auto kRoleOfBatches = tenancy::DatabaseRole::kEtlService;
constexpr std::int32_t kBatchLockSpace = 1'819'045'218;  // "llmb"
// Reserved or booked in one transaction, which holds up the calls of everybody else: some 10 ms.
constexpr std::size_t kPortion = 50;

pg::AdvisoryLock::Key LockOf(BatchId batch) {
    return {kBatchLockSpace,
            static_cast<std::int32_t>(batch.value() % std::numeric_limits<std::int32_t>::max())};
}

std::string FileNameOf(const Batch& batch) {
    return "geniai-" + batch.token + ".jsonl";
}

// Does `change` to a batch in a transaction of its own.
template <class Change>
void InScope(pg::Connection& warehouse, base::TenantId tenant, const Change& change) {
    tenancy::TenantScope scope(warehouse, kRoleOfBatches, tenant);
    change(scope);
    scope.Commit();
}

std::optional<Batch> ReadBatchRow(pg::Connection& warehouse, base::TenantId tenant, BatchId id) {
    tenancy::TenantScope scope(warehouse, kRoleOfBatches, tenant);
    return FindBatch(scope, id);
}

BatchClient::Settings ClientSettingsOf(const BatchSettings& settings) {
    return {settings.base_url, settings.api_key, settings.timeout, settings.transfer_timeout};
}

// What the provider's last word says of the requests that it returned nothing for.
BatchEnd EndOf(const ProviderBatch& batch) {
    BatchEnd end{batch.state,
                 batch.output_file,
                 batch.error_file,
                 CallEnd::Entry::kReleased,
                 "batch_" + batch.state,
                 batch.problem};
    if (batch.state == "completed") {
        end.rest = CallEnd::Entry::kUnconfirmed;  // it may have been made
        end.cause = "no_result";
    } else if (batch.state == "failed") {
        end.cause = CauseOf(batch.problem_code, "batch_failed");
    }
    return end;
}

}  // namespace

// One batch while it takes requests.
class Batches::Filling {
public:
    Filling(const BatchSettings& settings, pg::Connection& warehouse, base::TenantId tenant,
            std::string_view purpose)
        : settings_(settings), warehouse_(warehouse) {
        batch_.tenant = tenant;
        batch_.purpose = purpose;
        batch_.model = settings.model;
    }

    bool HasRoomFor(const BatchRequest& request) const {
        return batch_.requests + static_cast<std::int64_t>(portion_.size()) <
                   settings_.requests_per_file &&
               bytes_ + BytesOf(request) <= settings_.bytes_per_file;
    }

    static std::int64_t BytesOf(const BatchRequest& request) {
        return static_cast<std::int64_t>(request.body.size() + kBatchLineFrameBytes);
    }

    void Add(BatchRequest request) {
        bytes_ += BytesOf(request);
        portion_.push_back(std::move(request));
    }

    bool HasPortion() const { return portion_.size() >= kPortion; }

    // Reserves and stores the portion at hand. When nothing of it is granted, the submission ends.
    void Store(const OnStored& on_stored, Submission& submission) {
        if (portion_.empty()) return;
        if (!lock_) Begin();
        tenancy::TenantScope scope(warehouse_, kRoleOfBatches, batch_.tenant);
        const auto admissions = AddRequests(scope, batch_, portion_, settings_.lease);
        std::vector<std::string> stored;
        std::vector<BatchRefusal> refused;
        base::MicroBrl reserved;
        for (std::size_t i = 0; i < portion_.size(); ++i) {
            const Admission& admission = admissions.at(i);
            if (admission.verdict == Verdict::kGranted) {
                stored.push_back(portion_[i].payload);
                reserved += admission.reserved;
            } else {
                refused.push_back({portion_[i].payload, admission.reason, admission.not_before});
            }
        }
        if (on_stored && !stored.empty()) on_stored(scope, stored);
        base::TestPoint("batch.before_store");
        scope.Commit();
        base::TestPoint("batch.stored");
        batch_.requests += static_cast<std::int64_t>(stored.size());
        submission.requests += static_cast<std::int64_t>(stored.size());
        submission.reserved += reserved;
        submission.refused.insert(submission.refused.end(), refused.begin(), refused.end());
        portion_.clear();
        if (stored.empty()) submission.ended_by = admissions.front().reason;
    }

    // The batch, when it has requests.
    std::optional<BatchId> Close() {
        if (!lock_) return std::nullopt;
        if (batch_.requests > 0) {
            InScope(warehouse_, batch_.tenant,
                    [&](auto& scope) { SetState(scope, batch_.id, BatchState::kFilled); });
            base::TestPoint("batch.filled");
            return batch_.id;
        }
        InScope(warehouse_, batch_.tenant,
                [&](auto& scope) { DeleteEmptyBatch(scope, batch_.id); });
        return std::nullopt;
    }

private:
    // Its lock is taken before anybody can see it.
    void Begin() {
        InScope(warehouse_, batch_.tenant, [&](auto& scope) { batch_.id = DrawBatchId(scope); });
        lock_ = std::make_unique<pg::AdvisoryLock>(
            pg::AdvisoryLock::Take(warehouse_, LockOf(batch_.id)));
        InScope(warehouse_, batch_.tenant, [&](auto& scope) {
            InsertBatch(scope, batch_.id, batch_.purpose, batch_.model, settings_.lease);
        });
        base::TestPoint("batch.begun");
    }

    const BatchSettings& settings_;
    pg::Connection& warehouse_;
    Batch batch_;
    std::vector<BatchRequest> portion_;
    std::int64_t bytes_ = 0;
    std::unique_ptr<pg::AdvisoryLock> lock_;  // until the batch is submitted
};

Batches::Batches(BatchSettings settings, pg::Pool& warehouse, const base::Clock& clock,
                 const obs::Log& log)
    : settings_(std::move(settings)),
      pool_(warehouse),
      clock_(clock),
      log_(log),
      client_(ClientSettingsOf(settings_)) {}

Submission Batches::Submit(base::TenantId tenant, std::string_view purpose,
                           const NextQuestion& next, const OnStored& on_stored) {
    if (!settings_.api_version.empty()) {
        throw base::Error(base::ErrorCode::kInvalidSettings,
                          "there are no batches with an api_version: ask live, or leave it away");
    }
    Submission submission;
    const auto request_of = [&](BatchQuestion& batch_question) {
        Question& question = batch_question.question;
        question.chat.model = settings_.model;
        return BatchRequest{question.prompt_version,
                            question.input_hash,
                            question.input_tokens,
                            question.chat.output_tokens_max,
                            EncodeChatRequest(question.chat),
                            batch_question.payload};
    };
    const pg::Pool::Lease warehouse = pool_.Acquire();
    const auto next_one = [&]() -> std::optional<BatchQuestion> {
        if (submission.ended_by) return std::nullopt;
        return next();
    };
    std::optional<BatchQuestion> asked = next_one();
    while (asked) {
        Filling filling(settings_, *warehouse, tenant, purpose);
        for (; asked; asked = next_one()) {
            BatchRequest request = request_of(*asked);
            if (Filling::BytesOf(request) > settings_.bytes_per_file) {
                submission.refused.push_back({request.payload, "too_large", std::nullopt});
                continue;
            }
            if (!filling.HasRoomFor(request)) break;
            filling.Add(std::move(request));
            if (filling.HasPortion()) filling.Store(on_stored, submission);
        }
        filling.Store(on_stored, submission);
        if (asked && submission.ended_by) {  // the one that this batch had no room for
            submission.refused.push_back({asked->payload, *submission.ended_by, std::nullopt});
            asked.reset();
        }
        const auto batch = filling.Close();
        if (!batch) continue;
        submission.batches.push_back(*batch);
        try {
            Advance(*warehouse, tenant, *batch, BatchState::kSubmitted);
        } catch (const base::Error& error) {
            if (error.code() != base::ErrorCode::kOverloaded) throw;
            submission.trouble = error.what();
            log_.Warning("llm.batch_trouble", {{"tenant_id", tenant.value()},
                                               {"batch_id", batch->value()},
                                               {"error", error.what()}});
        }
        const auto now = ReadBatchRow(*warehouse, tenant, *batch);
        if (now && now->state < BatchState::kSubmitted) ++submission.not_sent;
    }
    return submission;
}

Collection Batches::Collect(std::optional<base::TenantId> tenant, std::string_view purpose,
                            const TakeResult& take) {
    Collection collection;
    const pg::Pool::Lease warehouse = pool_.Acquire();
    std::vector<OpenBatch> open;
    {
        tenancy::RoleScope scope(*warehouse, tenancy::DatabaseRole::kAdminUsers);
        open = ListOpenBatches(scope, tenant, purpose);
    }
    for (const OpenBatch& each : open) {
        ++collection.batches;
        try {
            CollectOne(*warehouse, each, take, collection);
        } catch (const base::Error& error) {
            if (error.code() == base::ErrorCode::kDatabaseUnreachable) throw;
            ++collection.waiting;
            collection.troubles.push_back("batch " + each.id.ToString() + ": " + error.what());
            log_.Warning("llm.batch_trouble", {{"tenant_id", each.tenant.value()},
                                               {"batch_id", each.id.value()},
                                               {"error", error.what()}});
        }
    }
    return collection;
}

void Batches::CollectOne(pg::Connection& warehouse, const OpenBatch& open, const TakeResult& take,
                         Collection& collection) {
    const auto lock = pg::AdvisoryLock::TryTake(warehouse, LockOf(open.id));
    if (!lock) {
        ++collection.busy;
        return;
    }
    Advance(warehouse, open.tenant, open.id, BatchState::kSettled);
    const auto batch = ReadBatchRow(warehouse, open.tenant, open.id);
    if (!batch) return;
    if (batch->state < BatchState::kSettled) {
        ++collection.waiting;
    } else {
        Take(warehouse, *batch, take, collection);
    }
}

bool Batches::Cancel(base::TenantId tenant, BatchId batch) {
    const pg::Pool::Lease warehouse = pool_.Acquire();
    InScope(*warehouse, tenant, [&](auto& scope) { AskToCancel(scope, batch); });
    const auto lock = pg::AdvisoryLock::TryTake(*warehouse, LockOf(batch));
    if (!lock) return false;
    try {
        Advance(*warehouse, tenant, batch, BatchState::kSettled);
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::kOverloaded) throw;
        log_.Warning(
            "llm.batch_trouble",
            {{"tenant_id", tenant.value()}, {"batch_id", batch.value()}, {"error", error.what()}});
        return false;
    }
    return true;
}

// Takes steps until the batch is there, or has to wait. The caller holds its lock.
void Batches::Advance(pg::Connection& warehouse, base::TenantId tenant, BatchId id,
                      BatchState until) {
    for (;;) {
        const auto batch = ReadBatchRow(warehouse, tenant, id);
        if (!batch || batch->state >= until || !Step(warehouse, *batch)) return;
    }
}

// False: not now.
bool Batches::Step(pg::Connection& warehouse, const Batch& batch) {
    switch (batch.state) {
        case BatchState::kFilling: return CloseFilling(warehouse, batch);
        case BatchState::kFilled:
        case BatchState::kUploading: return Upload(warehouse, batch);
        case BatchState::kUploaded: return Create(warehouse, batch);
        case BatchState::kCreating: return FindCreated(warehouse, batch);
        case BatchState::kSubmitted: return Poll(warehouse, batch);
        case BatchState::kEnded: return Book(warehouse, batch);
        case BatchState::kSettled:
        case BatchState::kDone: break;
    }
    return false;
}

// Who filled it has died. What it stored is asked all the same.
bool Batches::CloseFilling(pg::Connection& warehouse, const Batch& batch) {
    InScope(warehouse, batch.tenant, [&](auto& scope) {
        if (batch.requests == 0) return DeleteEmptyBatch(scope, batch.id);
        SetState(scope, batch.id, BatchState::kFilled);
    });
    return true;
}

bool Batches::Upload(pg::Connection& warehouse, const Batch& batch) {
    if (batch.is_cancelled) return EndUnsent(warehouse, batch, "batch_cancelled");
    if (!batch.is_allowed) return EndUnsent(warehouse, batch, "tenant_not_allowed");
    std::optional<std::string> file;
    if (batch.state == BatchState::kUploading) {
        file = client_.FindFile(FileNameOf(batch));
    } else {
        InScope(warehouse, batch.tenant,
                [&](auto& scope) { SetState(scope, batch.id, BatchState::kUploading); });
        base::TestPoint("batch.uploading");
    }
    if (!file) {
        base::TemporaryFile lines;
        WriteRequests(warehouse, batch, lines);
        try {
            file = client_.Upload(FileNameOf(batch), lines);
        } catch (const base::Error& error) {
            if (error.detail().empty()) throw;
            return EndUnsent(warehouse, batch, error.detail(), error.what());
        }
        base::TestPoint("batch.uploaded");
    }
    InScope(warehouse, batch.tenant, [&](auto& scope) { SetUploaded(scope, batch.id, *file); });
    return true;
}

bool Batches::Create(pg::Connection& warehouse, const Batch& batch) {
    if (batch.is_cancelled) return EndUnsent(warehouse, batch, "batch_cancelled");
    if (!batch.is_allowed) return EndUnsent(warehouse, batch, "tenant_not_allowed");
    {
        tenancy::TenantScope scope(warehouse, kRoleOfBatches, batch.tenant);
        switch (MarkBatchSent(scope, batch.id)) {
            case Departure::kStopped: return false;
            case Departure::kLeaseOver: break;
            case Departure::kMayLeave: {
                scope.Commit();
                base::TestPoint("batch.creating");
                return CreateNow(warehouse, batch);
            }
        }
    }
    return EndUnsent(warehouse, batch, "lease");
}

// Whether a batch was made whose answer nobody has seen is found out before another is made.
bool Batches::FindCreated(pg::Connection& warehouse, const Batch& batch) {
    if (const auto found = client_.Find(batch.token)) {
        InScope(warehouse, batch.tenant,
                [&](auto& scope) { SetSubmitted(scope, batch.id, found->id); });
        return true;
    }
    if (batch.in_state < settings_.doubt) return false;
    if (batch.is_cancelled) return EndUnsent(warehouse, batch, "batch_cancelled");
    if (batch.is_past_deadline) return EndUnsent(warehouse, batch, "lease");
    {
        tenancy::TenantScope scope(warehouse, kRoleOfBatches, batch.tenant);
        if (IsStopped(scope)) return false;
        SetState(scope, batch.id, BatchState::kCreating);  // its doubt begins anew
        scope.Commit();
    }
    return CreateNow(warehouse, batch);
}

bool Batches::CreateNow(pg::Connection& warehouse, const Batch& batch) {
    ProviderBatch created;
    try {
        created = client_.Create(batch.input_file, batch.token);
    } catch (const base::Error& error) {
        if (error.detail().empty()) throw;
        return EndUnsent(warehouse, batch, error.detail(), error.what());
    }
    base::TestPoint("batch.created");
    InScope(warehouse, batch.tenant,
            [&](auto& scope) { SetSubmitted(scope, batch.id, created.id); });
    log_.Info("llm.batch_submitted", {{"tenant_id", batch.tenant.value()},
                                      {"batch_id", batch.id.value()},
                                      {"requests", batch.requests}});
    return true;
}

bool Batches::Poll(pg::Connection& warehouse, const Batch& batch) {
    const auto now = client_.Get(batch.provider_batch);
    if (!now) {
        if (!batch.is_past_deadline) return false;
        BatchEnd lost;
        lost.provider_state = "unknown";
        lost.rest = CallEnd::Entry::kUnconfirmed;
        lost.cause = "batch_lost";
        End(warehouse, batch, lost);
        return true;
    }
    if (!now->HasEnded()) {
        const bool is_over = batch.is_cancelled || batch.is_past_deadline;
        if (is_over && now->state != "cancelling") client_.Cancel(batch.provider_batch);
        return false;
    }
    End(warehouse, batch, EndOf(*now));
    return true;
}

bool Batches::EndUnsent(pg::Connection& warehouse, const Batch& batch, const std::string& cause,
                        const std::string& problem) {
    BatchEnd end;
    end.cause = cause;
    end.problem = problem;
    End(warehouse, batch, end);
    return true;
}

void Batches::End(pg::Connection& warehouse, const Batch& batch, const BatchEnd& end) {
    InScope(warehouse, batch.tenant, [&](auto& scope) { SetEnded(scope, batch.id, end); });
    log_.Info("llm.batch_ended", {{"tenant_id", batch.tenant.value()},
                                  {"batch_id", batch.id.value()},
                                  {"state", std::string_view(end.provider_state)}});
    base::TestPoint("batch.ended");
}

bool Batches::Book(pg::Connection& warehouse, const Batch& batch) {
    for (const std::string& file : {batch.output_file, batch.error_file}) {
        if (!file.empty()) BookFile(warehouse, batch, file);
    }
    std::int64_t booked = 0;
    do {
        InScope(warehouse, batch.tenant, [&](auto& scope) {
            booked = SettleRest(scope, batch.id, static_cast<int>(kPortion));
        });
    } while (booked > 0);
    base::TestPoint("batch.before_settled");
    InScope(warehouse, batch.tenant,
            [&](auto& scope) { SetState(scope, batch.id, BatchState::kSettled); });
    base::TestPoint("batch.settled");
    DeleteFiles(batch);
    return true;
}

// Books a file's results, as often as it is read.
void Batches::BookFile(pg::Connection& warehouse, const Batch& batch, const std::string& file) {
    base::TemporaryFile results;
    try {
        client_.Download(file, results);
    } catch (const base::Error& error) {
        if (error.detail().empty()) throw;
        // It is gone, and so are its results: their requests end as those that nobody knows of.
        log_.Error("llm.batch_file_gone", {{"tenant_id", batch.tenant.value()},
                                           {"batch_id", batch.id.value()},
                                           {"error", error.what()}});
        return;
    }
    base::TestPoint("batch.downloaded");
    std::vector<BatchLine> portion;
    std::int64_t unreadable = 0;
    bool is_last_cut = false;
    const auto book = [&] {
        if (portion.empty()) return;
        InScope(warehouse, batch.tenant,
                [&](auto& scope) { SettleLines(scope, batch.id, portion); });
        portion.clear();
        base::TestPoint("batch.portion_settled");
    };
    const bool ends_with_line = results.ReadLines([&](std::string_view text) {
        auto line = ReadBatchLine(text, clock_.Now());
        is_last_cut = !line && !text.empty();
        unreadable += is_last_cut ? 1 : 0;
        if (line) portion.push_back(std::move(*line));
        if (portion.size() >= kPortion) book();
    });
    book();
    if (unreadable > 0) {
        log_.Warning("llm.batch_lines_unreadable", {{"tenant_id", batch.tenant.value()},
                                                    {"batch_id", batch.id.value()},
                                                    {"lines", unreadable}});
    }
    if (is_last_cut && !ends_with_line && !batch.is_past_deadline) {
        throw base::Error(base::ErrorCode::kOverloaded,
                          "the file of results came cut; it is asked for again");
    }
}

// They hold what people wrote. Should it not work, the provider keeps them as long as it likes.
void Batches::DeleteFiles(const Batch& batch) {
    for (const std::string& file : {batch.input_file, batch.output_file, batch.error_file}) {
        if (file.empty()) continue;
        try {
            client_.DeleteFile(file);
        } catch (const base::Error& error) {
            log_.Warning("llm.batch_file_stays",
                         {{"batch_id", batch.id.value()}, {"error", error.what()}});
        }
    }
}

void Batches::Take(pg::Connection& warehouse, const Batch& batch, const TakeResult& take,
                   Collection& collection) {
    std::vector<CallId> calls;
    InScope(warehouse, batch.tenant, [&](auto& scope) { calls = ListAnswered(scope, batch.id); });
    for (const CallId call : calls) {
        try {
            tenancy::TenantScope scope(warehouse, kRoleOfBatches, batch.tenant);
            const auto result = LockResult(scope, batch, call);
            if (!result) continue;
            take(scope, *result);
            SetTaken(scope, batch.id, call);
            base::TestPoint("batch.before_taken");
            scope.Commit();
            base::TestPoint("batch.taken");
            ++collection.answered;
            collection.cost += result->cost;
            if (!result->cause.empty()) ++collection.failures[result->cause];
        } catch (const base::Error& error) {
            if (error.code() == base::ErrorCode::kDatabaseUnreachable) throw;
            ++collection.not_taken;
            log_.Error("llm.batch_result_not_taken", {{"tenant_id", batch.tenant.value()},
                                                      {"batch_id", batch.id.value()},
                                                      {"call_id", call.value()},
                                                      {"error", error.what()}});
        }
    }
    InScope(warehouse, batch.tenant, [&](auto& scope) { FinishBatch(scope, batch.id); });
}

}  // namespace geniai::llm
