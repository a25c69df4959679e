#include "llm/admission.h"

#include "base/error.h"

namespace geniai::llm {

namespace {

constexpr auto kRole = tenancy::DatabaseRole::kEtlService;

const pg::Query kReserve{"llm.reserve", R"sql(
    select verdict, call_id, reserved_brl, reason,
           (extract(epoch from not_before) * 1000000)::bigint as not_before
      from llm_reserve($1, $2, $3, $4::bytea, $5, $6, $7, make_interval(secs => $8))
)sql"};

const pg::Query kMarkSent{"llm.mark_sent", "select llm_mark_sent($1) as sent"};

const pg::Query kSettle{"llm.settle",
                        "select llm_settle($1, $2, $3, $4, $5, $6, $7) as brl"};

const pg::Query kEndLeases{"llm.end_leases", "select llm_end_leases() as n"};

const pg::Query kRebuild{"llm.rebuild", "select llm_rebuild() as n"};

Verdict VerdictNamed(std::string_view name) {
    if (name == "granted") return Verdict::kGranted;
    return name == "wait" ? Verdict::kWait : Verdict::kRefused;
}

std::string_view NameOf(CallEnd::Entry entry) {
    switch (entry) {
        case CallEnd::Entry::kSettled: return "settled";
        case CallEnd::Entry::kUnconfirmed: return "unconfirmed";
        case CallEnd::Entry::kReleased: return "released";
    }
    return "unconfirmed";
}

}  // namespace

Admission Reserve(pg::Connection& warehouse, base::TenantId tenant, const CallPlan& plan,
                  std::chrono::seconds lease) {
    const pg::Result result = tenancy::ExecuteAlone(
        warehouse, kRole, tenant, kReserve, plan.purpose, plan.model, plan.prompt_version,
        plan.input_hash, plan.input_tokens, plan.output_tokens, plan.is_batch,
        std::int64_t{lease.count()});
    const pg::Row row = result.One();
    Admission admission;
    admission.verdict = VerdictNamed(row["verdict"].text());
    admission.call = CallId(row["call_id"].OptionalInt64().value_or(0));
    admission.reserved = base::MicroBrl(row["reserved_brl"].OptionalInt64().value_or(0));
    admission.not_before = row["not_before"].OptionalInt64();
    admission.reason = row["reason"].OptionalString().value_or("");
    return admission;
}

bool MarkSent(pg::Connection& warehouse, base::TenantId tenant, CallId call) {
    return tenancy::ExecuteAlone(warehouse, kRole, tenant, kMarkSent, call).One()["sent"].Bool();
}

base::MicroBrl Settle(pg::Connection& warehouse, base::TenantId tenant, CallId call,
                      const CallEnd& end) {
    const pg::Result result = tenancy::ExecuteAlone(
        warehouse, kRole, tenant, kSettle, call, NameOf(end.entry), end.input_tokens,
        end.cached_input_tokens, end.output_tokens, end.outcome, std::int64_t{end.took.count()});
    return base::MicroBrl(result.One()["brl"].Int64());
}

std::int64_t EndLeases(tenancy::RoleScope& scope) {
    return scope.Execute(kEndLeases).One()["n"].Int64();
}

std::int64_t RebuildMeters(tenancy::RoleScope& scope) {
    return scope.Execute(kRebuild).One()["n"].Int64();
}

}  // namespace geniai::llm
