#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "tenancy/scope.h"

// What models were used for and what that cost, from the ledger. For the operator.
namespace geniai::llm {

enum class UsageBy { kDay, kMonth, kTenant, kModel };

struct UsageRow {
    std::string key;  // "2026-03-01", "2026-03", a tenant's id and name, a model
    std::int64_t calls = 0;        // that were sent
    std::int64_t failed = 0;       // of these, without an answer
    std::int64_t unconfirmed = 0;  // of these, booked at their reserved price
    std::int64_t input_tokens = 0;
    std::int64_t cached_input_tokens = 0;
    std::int64_t output_tokens = 0;
    base::MicroBrl cost;
};

// Days and months are the operator's, the newest first; tenants and models by cost.
std::vector<UsageRow> ReadUsage(tenancy::RoleScope& scope, UsageBy by,
                                std::optional<base::TenantId> tenant);

// What the day and the month at hand will cost if they go on as they began: the cost so far over the
// part of them that has passed. Nothing in the first hour of a day, or the first day of a month.
struct Projection {
    base::MicroBrl day_so_far;
    std::optional<base::MicroBrl> day;
    base::MicroBrl month_so_far;
    std::optional<base::MicroBrl> month;
};
Projection ProjectCosts(tenancy::RoleScope& scope);

// What the batch interface has saved: its calls, what they cost, and what the same tokens would have
// cost live; of the calls that are kept in detail. A call whose use nobody knows saves nothing.
struct BatchSaving {
    std::int64_t calls = 0;
    base::MicroBrl cost;
    base::MicroBrl live;

    base::MicroBrl Saved() const { return live - cost; }
};
BatchSaving ReadBatchSaving(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant);

// One call that has ended.
struct LastCall {
    std::string at;  // RFC 3339
    base::TenantId tenant;
    std::string model;
    std::string outcome;
    std::int64_t tokens = 0;
    base::MicroBrl cost;
};
// The newest first, of one tenant or of all.
std::vector<LastCall> ListLastCalls(tenancy::RoleScope& scope, std::optional<base::TenantId> tenant,
                                    int limit);

// The ledger in detail goes back so many of the operator's days; what is older is kept in daily sums.
inline constexpr int kDetailDaysMin = 62;  // as 0013_ledger_sums.sql has it

// The first day in detail: "2026-03-01".
std::string DetailFrom(tenancy::RoleScope& scope, int keep_days);
// How many entries of the ledger are older than that.
std::int64_t CountBeforeDetail(tenancy::RoleScope& scope, int keep_days);
// Folds about so many of them into sums; what ReadUsage() says stays the same. Returns how many these
// were, 0 when none is left.
std::int64_t FoldSome(tenancy::RoleScope& scope, int keep_days, int entries_max);

// What calls were booked at other prices than those that are known now for their time.
struct Recosting {
    std::int64_t calls = 0;
    base::MicroBrl more;  // that they cost by today's knowledge; negative: less
};
// Corrects the ledger, and the meters with it; the calls in detail whose use is known. Written to the
// audit log. Nothing is left to correct after it.
Recosting Recost(tenancy::RoleScope& scope, std::string_view by);

// What a tenant has spent on its present day; tenant 0: the installation on its own.
base::MicroBrl SpentToday(tenancy::RoleScope& scope, base::TenantId tenant);

// What a tenant's latest calls of one kind have really used of what was reserved for them: to say what
// others will cost. Without any, what such calls use as a rule.
struct CallHabit {
    std::int64_t calls = 0;
    double input_share = 0.8;   // of the reserved tokens of the prompt
    double cached_share = 0;    // of the tokens of the prompt
    double output_tokens = 250; // of an answer
};
// `output_tokens_max` is what each of the calls declared for its answer.
CallHabit ReadCallHabit(tenancy::TenantScope& scope, std::string_view purpose, std::string_view model,
                        std::string_view prompt_version, std::int32_t output_tokens_max);

}  // namespace geniai::llm
