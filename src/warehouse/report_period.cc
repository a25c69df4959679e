#include "warehouse/report_period.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "base/error.h"

namespace geniai::warehouse {

namespace {

constexpr std::int64_t kDaysMax = 3'660;

const pg::Query kSettle{"warehouse.report.period", R"sql(
    select p.first_day::text, p.last_day::text, t.timezone,
           p.last_day - p.first_day + 1 as days,
           p.first_day::timestamp at time zone t.timezone as from_at,
           (p.last_day + 1)::timestamp at time zone t.timezone as to_at,
           (p.first_day - (p.last_day - p.first_day + 1))::timestamp at time zone t.timezone
               as previous_from_at
      from tenants t
     cross join lateral (
           select coalesce($2::date, (now() at time zone t.timezone)::date) as last_day) l
     cross join lateral (
           select l.last_day, coalesce($1::date, l.last_day - 29) as first_day) p
     where t.id = current_tenant_id()
)sql"};

// Checked here, because PostgreSQL would take "tomorrow" and "Jan 5" too.
void RequireDay(const std::optional<std::string>& text) {
    if (!text) return;
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int length = 0;
    const int fields = std::sscanf(text->c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &length);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    const bool fits = fields == 3 && text->size() == 10 && length == 10 && date.ok() && year >= 1970;
    if (!fits) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "Data inválida: use o formato AAAA-MM-DD.");
    }
}

}  // namespace

ReportPeriod SettlePeriod(tenancy::TenantScope& scope, const ReportFilter& filter) {
    RequireDay(filter.first_day);
    RequireDay(filter.last_day);
    const pg::Result rows = scope.Execute(kSettle, filter.first_day, filter.last_day);
    if (rows.empty()) {
        throw base::Error(base::ErrorCode::kNotFound, "Cliente não encontrado.");
    }
    const pg::Row row = rows.One();
    const std::int64_t days = row["days"].Int64();
    if (days < 1) {
        throw base::Error(base::ErrorCode::kInvalidInput, "O período termina antes de começar.");
    }
    if (days > kDaysMax) {
        throw base::Error(base::ErrorCode::kInvalidInput, "O período passa de dez anos.");
    }
    return {row["first_day"].String(), row["last_day"].String(), row["timezone"].String(),
            row["from_at"].String(),   row["to_at"].String(),    row["previous_from_at"].String(),
            filter.inbox};
}

}  // namespace geniai::warehouse
