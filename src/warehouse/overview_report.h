#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "warehouse/report_period.h"

namespace geniai::warehouse {

// The numbers of the overview. Each is defined in docs/kpis.md.
struct Kpis {
    std::int64_t conversations = 0;
    std::int64_t leads = 0;
    std::int64_t visits = 0;
    std::int64_t conversions = 0;
    std::optional<double> first_response_mean_seconds;
    std::optional<double> first_response_median_seconds;
    std::int64_t without_answer = 0;
};

struct DayCount {
    std::string date;
    std::int64_t conversations = 0;
    std::int64_t leads = 0;
};

struct InboxCounts {
    base::InboxId inbox;
    std::string name;
    std::string channel_type;
    Kpis kpis;
};

struct InboxChoice {
    base::InboxId inbox;
    std::string name;
};

struct CategoryCount {
    std::string category;
    std::int64_t conversations = 0;
    std::int64_t leads = 0;
};

struct DayPartCount {
    std::string period;  // Madrugada, Manhã, Tarde, Noite
    std::int64_t conversations = 0;
    std::int64_t leads = 0;
};

// All in the scope of one tenant, over the conversations that began in the period.
Kpis ReadKpis(tenancy::TenantScope& scope, const ReportPeriod& period);
// The same for the period of equal length just before.
Kpis ReadPreviousKpis(tenancy::TenantScope& scope, const ReportPeriod& period);
// Every day of the period, those without conversations too.
std::vector<DayCount> ReadLeadsPerDay(tenancy::TenantScope& scope, const ReportPeriod& period);
// Every inbox that is switched on, the busiest first; the period's inbox filter does not apply.
std::vector<InboxCounts> ReadByInbox(tenancy::TenantScope& scope, const ReportPeriod& period);
std::vector<CategoryCount> ReadByCategory(tenancy::TenantScope& scope, const ReportPeriod& period);
// Always the four parts of a day, in their order.
std::vector<DayPartCount> ReadByDayPart(tenancy::TenantScope& scope, const ReportPeriod& period);

// The inboxes that are switched on, by name: the choices of a filter.
std::vector<InboxChoice> ReadInboxChoices(tenancy::TenantScope& scope);

// What was committed in the source before this instant is here; nothing before the first sync.
std::optional<std::string> ReadCompleteUpTo(tenancy::TenantScope& scope);

}  // namespace geniai::warehouse
