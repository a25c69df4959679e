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

}  // namespace geniai::llm
