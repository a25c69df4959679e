#include "llm/batch_store.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <set>

#include "base/error.h"
#include "base/safe_text.h"

namespace geniai::llm {

namespace {

constexpr auto kService = tenancy::DatabaseRole::kEtlService;
constexpr int kPageRows = 500;  // of requests that become lines of a file

constexpr std::array<std::string_view, 9> kStateNames{"filling",  "filled",   "uploading",
                                                      "uploaded", "creating", "submitted",
                                                      "ended",    "settled",  "done"};

const pg::Query kListOpen{"llm.batches.open", R"sql(
    select tenant_id, batch_id from llm_batches
     where state <> 'done' and ($1::integer is null or tenant_id = $1)
       and ($2::text is null or purpose = $2)
     order by batch_id
)sql"};

const pg::Query kDraw{"llm.batches.draw", R"sql(
    select nextval(pg_get_serial_sequence('llm_batches', 'batch_id')) as id
)sql"};

const pg::Query kInsert{"llm.batches.insert", R"sql(
    insert into llm_batches (tenant_id, batch_id, purpose, model, deadline)
    values (current_tenant_id(), $1, $2, $3, now() + make_interval(secs => $4))
)sql"};

const pg::Query kDeleteEmpty{"llm.batches.delete_empty", R"sql(
    delete from llm_batches where batch_id = $1 and state = 'filling' and requests = 0
)sql"};

const pg::Query kFind{"llm.batches.find", R"sql(
    select purpose, model, state, token, requests, input_file, provider_batch, output_file,
           error_file, cancel_asked_at is not null as is_cancelled, deadline < now() as is_past_deadline,
           floor(extract(epoch from now() - changed_at))::bigint as in_state,
           (select uses_model from tenants t where t.id = current_tenant_id()) as is_allowed
      from llm_batches where batch_id = $1
)sql"};

const pg::Query kAdd{"llm.batches.add", R"sql(
    with asked as materialized (
        select * from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[],
                             $7::text[])
                      with ordinality as a (prompt_version, input_hash, input_tokens, output_tokens,
                                            body, payload, n)),
    admitted as materialized (
        select a.n, a.body, a.payload, m.verdict, m.call_id, m.reserved_brl, m.not_before, m.reason
          from asked as a
         cross join lateral llm_reserve($8, $9, a.prompt_version, a.input_hash::bytea,
                                        a.input_tokens::integer, a.output_tokens::integer, true,
                                        make_interval(secs => $10)) as m),
    stored as (
        insert into llm_batch_requests (tenant_id, batch_id, call_id, payload, body)
        select current_tenant_id(), $1, call_id, payload, body from admitted
         where verdict = 'granted'),
    counted as (
        update llm_batches
           set requests = requests + (select count(*) from admitted where verdict = 'granted')
         where batch_id = $1)
    select verdict, call_id, reserved_brl, reason,
           (extract(epoch from not_before) * 1000000)::bigint as not_before
      from admitted order by n
)sql"};

const pg::Query kPage{"llm.batches.page", R"sql(
    select call_id, body from llm_batch_requests
     where batch_id = $1 and call_id > $2 and state = 'waiting' order by call_id limit $3
)sql"};

const pg::Query kSetState{"llm.batches.set_state", R"sql(
    update llm_batches set state = $2, changed_at = now() where batch_id = $1
)sql"};

const pg::Query kSetUploaded{"llm.batches.set_uploaded", R"sql(
    update llm_batches set state = 'uploaded', changed_at = now(), input_file = $2
     where batch_id = $1
)sql"};

const pg::Query kSetSubmitted{"llm.batches.set_submitted", R"sql(
    update llm_batches
       set state = 'submitted', changed_at = now(), submitted_at = now(), provider_batch = $2
     where batch_id = $1
)sql"};

const pg::Query kSetEnded{"llm.batches.set_ended", R"sql(
    update llm_batches
       set state = 'ended', changed_at = now(), provider_state = $2, output_file = $3,
           error_file = $4, rest_entry = $5, rest_cause = $6, problem = nullif($7, '')
     where batch_id = $1
)sql"};

const pg::Query kIsStopped{"llm.is_stopped", "select llm_is_stopped() as stopped"};

const pg::Query kMarkBatchSent{"llm.batches.mark_sent", R"sql(
    select coalesce(bool_and(llm_mark_sent(call_id)), true) as all_sent
      from llm_batch_requests where batch_id = $1 and state = 'waiting'
)sql"};

// The first line of a request counts: the state is looked at again when the row is written.
const pg::Query kSettleLines{"llm.batches.settle_lines", R"sql(
    with came as (
        select * from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                             $7::bigint[], $8::bigint[])
                   as c (call_id, entry, outcome, content, input_tokens, cached_tokens,
                         output_tokens))
    update llm_batch_requests as r
       set state = 'answered', body = null, content = nullif(c.content, ''),
           cause = nullif(c.outcome, 'ok'), input_tokens = c.input_tokens,
           cached_input_tokens = c.cached_tokens, output_tokens = c.output_tokens,
           brl = llm_settle_in_batch(c.call_id, c.entry, c.input_tokens::integer,
                                     c.cached_tokens::integer, c.output_tokens::integer, c.outcome)
      from came as c
     where r.batch_id = $1 and r.call_id = c.call_id and r.state = 'waiting'
)sql"};

const pg::Query kSettleRest{"llm.batches.settle_rest", R"sql(
    update llm_batch_requests as r
       set state = 'answered', body = null, cause = b.rest_cause,
           brl = llm_settle_in_batch(r.call_id, b.rest_entry, 0, 0, 0, b.rest_cause)
      from llm_batches as b
     where b.batch_id = $1 and r.batch_id = $1
       and r.call_id in (select call_id from llm_batch_requests
                          where batch_id = $1 and state = 'waiting' order by call_id limit $2)
)sql"};

const pg::Query kListAnswered{"llm.batches.answered", R"sql(
    select call_id from llm_batch_requests where batch_id = $1 and state = 'answered'
     order by call_id
)sql"};

const pg::Query kLockResult{"llm.batches.lock_result", R"sql(
    select payload, content, cause, input_tokens, cached_input_tokens, output_tokens, brl
      from llm_batch_requests where batch_id = $1 and call_id = $2 and state = 'answered'
       for update skip locked
)sql", pg::Planning::kOnce};

const pg::Query kSetTaken{"llm.batches.set_taken", R"sql(
    update llm_batch_requests set state = 'taken', content = null
     where batch_id = $1 and call_id = $2
)sql", pg::Planning::kOnce};

const pg::Query kFinish{"llm.batches.finish", R"sql(
    update llm_batches set state = 'done', changed_at = now(), finished_at = now()
     where batch_id = $1 and state = 'settled'
       and not exists (select from llm_batch_requests r
                        where r.batch_id = $1 and r.state <> 'taken')
)sql"};

// The day begins where the operator is.
const std::string kOldBatches = R"sql(
    from llm_batches
   where state = 'done' and finished_at < (select llm_detail_from($1)::timestamp at time zone timezone
                                             from tenants where id = 0)
)sql";

const pg::Query kCountOld{"llm.batches.count_old", "select count(*) as n " + kOldBatches};

const pg::Query kDeleteOld{"llm.batches.delete_old",
                           "delete from llm_batches where (tenant_id, batch_id) in"
                           " (select tenant_id, batch_id " +
                               kOldBatches + " limit $2)"};

const pg::Query kAskToCancel{"llm.batches.ask_to_cancel", R"sql(
    update llm_batches set cancel_asked_at = coalesce(cancel_asked_at, now())
     where batch_id = $1 and state not in ('ended', 'settled', 'done')
)sql"};

const pg::Query kList{"llm.batches.list", R"sql(
    select b.tenant_id, b.batch_id, b.purpose, b.model, b.state, b.provider_batch, b.provider_state,
           b.problem, b.cancel_asked_at is not null as is_cancelled,
           rfc3339(b.created_at) as created_at, rfc3339(b.submitted_at) as submitted_at,
           rfc3339(b.finished_at) as finished_at, rfc3339(b.deadline) as deadline, b.requests,
           r.answered, r.failed, r.taken, r.brl
      from llm_batches as b
     cross join lateral (
           select count(*) filter (where state <> 'waiting') as answered,
                  count(*) filter (where cause is not null) as failed,
                  count(*) filter (where state = 'taken') as taken,
                  coalesce(sum(brl), 0)::bigint as brl
             from llm_batch_requests r
            where r.tenant_id = b.tenant_id and r.batch_id = b.batch_id) as r
     where $1::integer is null or b.tenant_id = $1
     order by b.batch_id desc limit $2
)sql"};

BatchState BatchStateNamed(std::string_view name) {
    const auto* const found = std::ranges::find(kStateNames, name);
    if (found == kStateNames.end()) {
        throw base::Error(base::ErrorCode::kFailed,
                          "there is no state of a batch '" + std::string(name) + "'");
    }
    return static_cast<BatchState>(found - kStateNames.begin());
}

std::string_view NameOf(BatchState state) {
    return kStateNames[static_cast<std::size_t>(state)];
}

std::string_view EntryName(CallEnd::Entry entry) {
    switch (entry) {
        case CallEnd::Entry::kSettled: return "settled";
        case CallEnd::Entry::kUnconfirmed: return "unconfirmed";
        case CallEnd::Entry::kReleased: return "released";
    }
    return "unconfirmed";
}

Verdict VerdictOf(std::string_view name) {
    if (name == "granted") return Verdict::kGranted;
    return name == "wait" ? Verdict::kWait : Verdict::kRefused;
}

std::string AsJsonString(const std::string& text) {
    return text.empty() ? "" : boost::json::serialize(boost::json::string(text));
}

std::string OfJsonString(const std::string& json) {
    if (json.empty()) return "";
    const boost::json::value value = boost::json::parse(json);
    return {value.as_string().data(), value.as_string().size()};
}

}  // namespace

std::vector<OpenBatch> ListOpenBatches(tenancy::RoleScope& scope,
                                       std::optional<base::TenantId> tenant,
                                       std::optional<std::string_view> purpose) {
    std::vector<OpenBatch> open;
    for (const pg::Row row : scope.Execute(kListOpen, tenant, purpose)) {
        open.push_back(
            {base::TenantId(row["tenant_id"].Int64()), BatchId(row["batch_id"].Int64())});
    }
    return open;
}

BatchId DrawBatchId(tenancy::TenantScope& scope) {
    return BatchId(scope.Execute(kDraw).One()["id"].Int64());
}

void InsertBatch(tenancy::TenantScope& scope, BatchId batch, std::string_view purpose,
                 std::string_view model, std::chrono::seconds lease) {
    scope.Execute(kInsert, batch, purpose, model, std::int64_t{lease.count()});
}

void DeleteEmptyBatch(tenancy::TenantScope& scope, BatchId batch) {
    scope.Execute(kDeleteEmpty, batch);
}

std::optional<Batch> FindBatch(tenancy::TenantScope& scope, BatchId id) {
    const auto row = scope.Execute(kFind, id).MaybeOne();
    if (!row) return std::nullopt;
    Batch batch;
    batch.tenant = scope.tenant();
    batch.id = id;
    batch.purpose = (*row)["purpose"].String();
    batch.model = (*row)["model"].String();
    batch.state = BatchStateNamed((*row)["state"].text());
    batch.token = (*row)["token"].String();
    batch.requests = (*row)["requests"].Int64();
    batch.input_file = (*row)["input_file"].OptionalString().value_or("");
    batch.provider_batch = (*row)["provider_batch"].OptionalString().value_or("");
    batch.output_file = (*row)["output_file"].OptionalString().value_or("");
    batch.error_file = (*row)["error_file"].OptionalString().value_or("");
    batch.is_cancelled = (*row)["is_cancelled"].Bool();
    batch.is_past_deadline = (*row)["is_past_deadline"].Bool();
    batch.is_allowed = (*row)["is_allowed"].Bool();
    batch.in_state = std::chrono::seconds((*row)["in_state"].Int64());
    return batch;
}

std::vector<Admission> AddRequests(tenancy::TenantScope& scope, const Batch& batch,
                                   const std::vector<BatchRequest>& requests,
                                   std::chrono::seconds lease) {
    std::array<std::vector<std::string>, 4> texts;
    std::array<std::vector<std::int64_t>, 2> tokens;
    for (const BatchRequest& request : requests) {
        texts[0].push_back(request.prompt_version);
        texts[1].push_back(request.input_hash);
        texts[2].push_back(request.body);
        texts[3].push_back(request.payload);
        tokens[0].push_back(request.input_tokens);
        tokens[1].push_back(request.output_tokens);
    }
    const pg::Result result = scope.Execute(
        kAdd, batch.id, pg::TextArray(texts[0]), pg::TextArray(texts[1]),
        pg::IntegerArray(tokens[0]), pg::IntegerArray(tokens[1]), pg::TextArray(texts[2]),
        pg::TextArray(texts[3]), batch.purpose, batch.model, std::int64_t{lease.count()});
    std::vector<Admission> admissions;
    for (const pg::Row row : result) {
        Admission admission;
        admission.verdict = VerdictOf(row["verdict"].text());
        admission.call = CallId(row["call_id"].OptionalInt64().value_or(0));
        admission.reserved = base::MicroBrl(row["reserved_brl"].OptionalInt64().value_or(0));
        admission.not_before = row["not_before"].OptionalInt64();
        admission.reason = row["reason"].OptionalString().value_or("");
        admissions.push_back(std::move(admission));
    }
    return admissions;
}

void WriteRequests(pg::Connection& warehouse, const Batch& batch, base::TemporaryFile& file) {
    CallId last;
    for (;;) {
        tenancy::TenantScope scope(warehouse, kService, batch.tenant);
        const pg::Result page = scope.Execute(kPage, batch.id, last, kPageRows);
        for (const pg::Row row : page) {
            last = CallId(row["call_id"].Int64());
            file.Append(EncodeBatchLine(last, row["body"].text()));
        }
        if (page.size() < kPageRows) break;
    }
    file.Flush();
}

void SetState(tenancy::TenantScope& scope, BatchId batch, BatchState state) {
    scope.Execute(kSetState, batch, NameOf(state));
}

void SetUploaded(tenancy::TenantScope& scope, BatchId batch, std::string_view file) {
    scope.Execute(kSetUploaded, batch, file);
}

void SetSubmitted(tenancy::TenantScope& scope, BatchId batch, std::string_view provider_batch) {
    scope.Execute(kSetSubmitted, batch, provider_batch);
}

void SetEnded(tenancy::TenantScope& scope, BatchId batch, const BatchEnd& end) {
    const std::string problem(base::CutText(end.problem, 500));
    scope.Execute(kSetEnded, batch, end.provider_state, end.output_file, end.error_file,
                  EntryName(end.rest), end.cause, problem);
}

bool IsStopped(tenancy::TenantScope& scope) {
    return scope.Execute(kIsStopped).One()["stopped"].Bool();
}

Departure MarkBatchSent(tenancy::TenantScope& scope, BatchId batch) {
    if (IsStopped(scope)) return Departure::kStopped;
    if (!scope.Execute(kMarkBatchSent, batch).One()["all_sent"].Bool())
        return Departure::kLeaseOver;
    SetState(scope, batch, BatchState::kCreating);
    return Departure::kMayLeave;
}

std::int64_t SettleLines(tenancy::TenantScope& scope, BatchId batch,
                         const std::vector<BatchLine>& lines) {
    std::vector<std::int64_t> calls;
    std::array<std::vector<std::string>, 3> texts;
    std::array<std::vector<std::int64_t>, 3> tokens;
    std::set<CallId> seen;
    for (const BatchLine& line : lines) {
        if (!seen.insert(line.call).second) continue;
        calls.push_back(line.call.value());
        texts[0].emplace_back(EntryName(line.end.entry));
        texts[1].push_back(line.end.outcome);
        texts[2].push_back(AsJsonString(line.content));
        tokens[0].push_back(line.end.input_tokens);
        tokens[1].push_back(line.end.cached_input_tokens);
        tokens[2].push_back(line.end.output_tokens);
    }
    return scope
        .Execute(kSettleLines, batch, pg::IntegerArray(calls), pg::TextArray(texts[0]),
                 pg::TextArray(texts[1]), pg::TextArray(texts[2]), pg::IntegerArray(tokens[0]),
                 pg::IntegerArray(tokens[1]), pg::IntegerArray(tokens[2]))
        .affected();
}

std::int64_t SettleRest(tenancy::TenantScope& scope, BatchId batch, int limit) {
    return scope.Execute(kSettleRest, batch, limit).affected();
}

std::vector<CallId> ListAnswered(tenancy::TenantScope& scope, BatchId batch) {
    std::vector<CallId> calls;
    for (const pg::Row row : scope.Execute(kListAnswered, batch)) {
        calls.emplace_back(row["call_id"].Int64());
    }
    return calls;
}

std::optional<BatchResult> LockResult(tenancy::TenantScope& scope, const Batch& batch,
                                      CallId call) {
    const auto row = scope.Execute(kLockResult, batch.id, call).MaybeOne();
    if (!row) return std::nullopt;
    BatchResult result;
    result.tenant = batch.tenant;
    result.batch = batch.id;
    result.call = call;
    result.model = batch.model;
    result.payload = (*row)["payload"].String();
    result.content = OfJsonString((*row)["content"].OptionalString().value_or(""));
    result.cause = (*row)["cause"].OptionalString().value_or("");
    result.usage = {static_cast<std::int32_t>((*row)["input_tokens"].Int64()),
                    static_cast<std::int32_t>((*row)["cached_input_tokens"].Int64()),
                    static_cast<std::int32_t>((*row)["output_tokens"].Int64())};
    result.cost = base::MicroBrl((*row)["brl"].Int64());
    return result;
}

void SetTaken(tenancy::TenantScope& scope, BatchId batch, CallId call) {
    scope.Execute(kSetTaken, batch, call);
}

bool FinishBatch(tenancy::TenantScope& scope, BatchId batch) {
    return scope.Execute(kFinish, batch).affected() > 0;
}

void AskToCancel(tenancy::TenantScope& scope, BatchId batch) {
    if (scope.Execute(kAskToCancel, batch).affected() > 0) return;
    const bool exists = FindBatch(scope, batch).has_value();
    throw base::Error(exists ? base::ErrorCode::kConflict : base::ErrorCode::kNotFound,
                      exists ? "batch " + batch.ToString() + " has ended already"
                             : "tenant " + scope.tenant().ToString() + " has no batch " +
                                   batch.ToString() + "; geniai batch list shows them");
}

std::vector<BatchRow> ListBatches(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant,
                                  int limit) {
    std::vector<BatchRow> batches;
    for (const pg::Row row : scope.Execute(kList, tenant, limit)) {
        BatchRow batch;
        batch.tenant = base::TenantId(row["tenant_id"].Int64());
        batch.id = BatchId(row["batch_id"].Int64());
        batch.purpose = row["purpose"].String();
        batch.model = row["model"].String();
        batch.state = row["state"].String();
        batch.provider_batch = row["provider_batch"].OptionalString().value_or("");
        batch.provider_state = row["provider_state"].OptionalString().value_or("");
        batch.problem = row["problem"].OptionalString().value_or("");
        batch.is_cancelled = row["is_cancelled"].Bool();
        batch.created_at = row["created_at"].String();
        batch.submitted_at = row["submitted_at"].OptionalString();
        batch.finished_at = row["finished_at"].OptionalString();
        batch.deadline = row["deadline"].String();
        batch.requests = row["requests"].Int64();
        batch.answered = row["answered"].Int64();
        batch.failed = row["failed"].Int64();
        batch.taken = row["taken"].Int64();
        batch.cost = base::MicroBrl(row["brl"].Int64());
        batches.push_back(std::move(batch));
    }
    return batches;
}

std::int64_t CountOldBatches(tenancy::RoleScope& scope, int keep_days) {
    return scope.Execute(kCountOld, keep_days).One()["n"].Int64();
}

std::int64_t DeleteOldBatches(tenancy::RoleScope& scope, int keep_days, int batches_max) {
    return scope.Execute(kDeleteOld, keep_days, batches_max).affected();
}

}  // namespace geniai::llm
