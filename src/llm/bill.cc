#include "llm/bill.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace geniai::llm {

namespace {

// The operator's day is at most one apart from that of UTC, and has an index.
const pg::Query kBooked{"llm.booked", R"sql(
    select utc_day::text as day, model, sum(input_tokens)::bigint as input_tokens,
           sum(cached_input_tokens)::bigint as cached_input_tokens,
           sum(output_tokens)::bigint as output_tokens,
           sum(brl / exchange_rate::float8) as usd,
           sum(case when brl <> 0 then entries / exchange_rate::float8 else 0 end) as rounding_usd
      from llm_usage
     where utc_day between $1::date and $2::date and day between $1::date - 1 and $2::date + 1
     group by 1, 2
    having sum(brl) <> 0 or sum(input_tokens) + sum(output_tokens) <> 0
)sql"};

constexpr std::size_t kDateSize = 11;  // "-2024-07-18"

std::string WithoutDate(const std::string& model) {
    if (model.size() <= kDateSize) return model;
    const std::size_t begin = model.size() - kDateSize;
    for (std::size_t i = 0; i < kDateSize; ++i) {
        const char c = model[begin + i];
        const bool is_dash = i == 0 || i == 5 || i == 8;
        if (is_dash ? c != '-' : (c < '0' || c > '9')) return model;
    }
    return model.substr(0, begin);
}

void AddUsage(std::optional<DayUsage>& sum, const DayUsage& more) {
    if (!sum) sum = DayUsage{more.day, WithoutDate(more.model), 0, 0, 0, 0};
    sum->input_tokens += more.input_tokens;
    sum->cached_input_tokens += more.cached_input_tokens;
    sum->output_tokens += more.output_tokens;
    sum->usd += more.usd;
}

double PercentOf(double difference, double whole) {
    if (difference == 0) return 0;
    return whole == 0 ? 100 : 100 * std::abs(difference) / whole;
}

// Cached tokens are measured by all of the input, of which they may be next to nothing.
double DifferencePercent(const DayUsage& billed, const DayUsage& booked, double rounding_usd) {
    const auto apart = [](std::int64_t a, std::int64_t b) { return static_cast<double>(a - b); };
    const double usd = booked.usd - billed.usd;
    const auto input = static_cast<double>(billed.input_tokens);
    return std::max(
        {PercentOf(usd > 0 ? std::max(usd - rounding_usd, 0.0) : usd, billed.usd),
         PercentOf(apart(booked.input_tokens, billed.input_tokens), input),
         PercentOf(apart(booked.cached_input_tokens, billed.cached_input_tokens), input),
         PercentOf(apart(booked.output_tokens, billed.output_tokens),
                   static_cast<double>(billed.output_tokens))});
}

}  // namespace

std::vector<BookedUsage> ReadBooked(tenancy::RoleScope& scope, const std::string& first_day,
                                    const std::string& last_day) {
    std::vector<BookedUsage> booked;
    for (const pg::Row row : scope.Execute(kBooked, first_day, last_day)) {
        booked.push_back({{row["day"].String(), row["model"].String(), row["input_tokens"].Int64(),
                           row["cached_input_tokens"].Int64(), row["output_tokens"].Int64(),
                           row["usd"].Double()},
                          row["rounding_usd"].Double()});
    }
    return booked;
}

std::vector<BillComparison> CompareBill(const std::vector<DayUsage>& billed,
                                        const std::vector<BookedUsage>& booked) {
    std::map<std::pair<std::string, std::string>, std::pair<BillComparison, double>> lines;
    const auto line_of = [&](const DayUsage& usage) -> auto& {
        auto& line = lines[{usage.day, WithoutDate(usage.model)}];
        line.first.day = usage.day;
        line.first.model = WithoutDate(usage.model);
        return line;
    };
    for (const DayUsage& usage : billed)
        AddUsage(line_of(usage).first.billed, usage);
    for (const BookedUsage& booking : booked) {
        auto& [comparison, rounding_usd] = line_of(booking.usage);
        AddUsage(comparison.booked, booking.usage);
        rounding_usd += booking.rounding_usd;
    }
    std::vector<BillComparison> compared;
    for (auto& [key, line] : lines) {
        auto& [comparison, rounding_usd] = line;
        const DayUsage nothing;
        comparison.percent = DifferencePercent(comparison.billed.value_or(nothing),
                                               comparison.booked.value_or(nothing), rounding_usd);
        compared.push_back(std::move(comparison));
    }
    return compared;
}

}  // namespace geniai::llm
