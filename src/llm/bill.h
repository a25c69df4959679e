#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "llm/bill_file.h"
#include "tenancy/scope.h"

// The provider's bill beside the ledger. For the operator.
namespace geniai::llm {

// What the ledger has of a day and a model. Days are those of the reservations.
struct BookedUsage {
    DayUsage usage;
    double rounding_usd = 0;  // at the most: each call is rounded up to a micro-BRL
};

// The ledger from `first_day` to `last_day`, both included, without what cost nothing.
std::vector<BookedUsage> ReadBooked(tenancy::RoleScope& scope, const std::string& first_day,
                                    const std::string& last_day);

// A day and a model. One of both sides may have nothing.
struct BillComparison {
    std::string day;
    std::string model;
    std::optional<DayUsage> billed;
    std::optional<DayUsage> booked;
    double percent = 0;  // by which tokens or money differ at the most, of what is billed
};

// Every day and model of either side, by day. Lines of the same are added up. Providers bill by a
// model's dated name: "gpt-4o-mini-2024-07-18" and "gpt-4o-mini" are the same here.
std::vector<BillComparison> CompareBill(const std::vector<DayUsage>& billed,
                                        const std::vector<BookedUsage>& booked);

}  // namespace geniai::llm
