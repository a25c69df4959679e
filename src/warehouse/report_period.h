#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "tenancy/scope.h"

namespace geniai::warehouse {

// What somebody asked for: days in the tenant's time zone, both included, and an inbox.
struct ReportFilter {
    std::optional<std::string> first_day;  // "2026-03-01"; without it 30 days that end with last_day
    std::optional<std::string> last_day;   // without it today
    std::optional<base::InboxId> inbox;    // without it all
};

// The settled period of a report. The instants are half open: from <= t < to.
struct ReportPeriod {
    std::string first_day;
    std::string last_day;
    std::string timezone;
    std::string from;           // instants, as PostgreSQL takes them
    std::string to;
    std::string previous_from;  // the period of equal length just before ends where this one begins
    std::optional<base::InboxId> inbox;
};

// Throws base::Error(kInvalidInput) for days that are none, a period that ends before it begins or is
// longer than ten years. The message is for people, in Portuguese.
ReportPeriod SettlePeriod(tenancy::TenantScope& scope, const ReportFilter& filter);

}  // namespace geniai::warehouse
