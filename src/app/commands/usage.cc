// What models were used for and what that cost: the ledger, its sums, and the provider's bill.
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/commands/commands.h"
#include "app/decimal.h"
#include "app/exit_code.h"
#include "app/json_values.h"
#include "app/output.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/error.h"
#include "llm/admission.h"
#include "llm/batch_store.h"
#include "llm/bill.h"
#include "llm/usage.h"

namespace geniai::app {

namespace {

// A second's work; killed in between, the next run goes on.
constexpr int kFoldedAtOnce = 10'000;
constexpr int kBatchesAtOnce = 1;  // of up to 50,000 requests

llm::UsageBy UsageByOf(const Arguments& arguments) {
    const std::string by = arguments.Text("by").value_or("day");
    if (by == "day") return llm::UsageBy::kDay;
    if (by == "month") return llm::UsageBy::kMonth;
    if (by == "tenant") return llm::UsageBy::kTenant;
    if (by == "model") return llm::UsageBy::kModel;
    throw base::Error(base::ErrorCode::kInvalidInput, "--by must be day, month, tenant or model");
}

// Of the input tokens, those that the provider had in its cache; nothing without input.
std::optional<double> CachedShareOf(const llm::UsageRow& row) {
    if (row.input_tokens == 0) return std::nullopt;
    return static_cast<double>(row.cached_input_tokens) / static_cast<double>(row.input_tokens);
}

// "12.5 %"
std::string InPercent(double percent) {
    const auto tenths = std::llround(percent * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

int RunUsage(const Context& context, const Arguments& arguments) {
    const llm::UsageBy by = UsageByOf(arguments);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const llm::UsageRow& row : llm::ReadUsage(scope, by, OptionalTenantIdOf(arguments))) {
        const auto cached_share = CachedShareOf(row);
        list.push_back(
            {{"key", row.key},
             {"calls", row.calls},
             {"failed", row.failed},
             {"unconfirmed", row.unconfirmed},
             {"input_tokens", row.input_tokens},
             {"cached_input_tokens", row.cached_input_tokens},
             {"cached_share", cached_share ? boost::json::value(*cached_share) : nullptr},
             {"output_tokens", row.output_tokens},
             {"micro_brl", row.cost.micros()}});
        rows.push_back({row.key, std::to_string(row.calls), std::to_string(row.failed),
                        std::to_string(row.unconfirmed), std::to_string(row.input_tokens),
                        std::to_string(row.cached_input_tokens),
                        cached_share ? InPercent(100 * *cached_share) : "",
                        std::to_string(row.output_tokens), base::FormatBrl(row.cost)});
    }
    const llm::Projection projection = llm::ProjectCosts(scope);
    const llm::BatchSaving batches = llm::ReadBatchSaving(scope, OptionalTenantIdOf(arguments));
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(
            boost::json::object{{"usage", std::move(list)},
                                {"projection",
                                 {{"day_so_far_micro_brl", projection.day_so_far.micros()},
                                  {"day_micro_brl", OrNull(projection.day)},
                                  {"month_so_far_micro_brl", projection.month_so_far.micros()},
                                  {"month_micro_brl", OrNull(projection.month)}}},
                                {"batches",
                                 {{"calls", batches.calls},
                                  {"micro_brl", batches.cost.micros()},
                                  {"live_micro_brl", batches.live.micros()},
                                  {"saved_micro_brl", batches.Saved().micros()}}}}));
        return kDone;
    }
    PrintLine(FormatTable(
        {"WHAT", "CALLS", "FAILED", "UNCONFIRMED", "INPUT", "CACHED", "SHARE", "OUTPUT", "COST"},
        rows));
    const auto going_on = [](const char* what, base::MicroBrl so_far,
                             const std::optional<base::MicroBrl>& whole) {
        return std::string(what) + ": " + base::FormatBrl(so_far) + " so far" +
               (whole ? ", " + base::FormatBrl(*whole) + " if it goes on like this" : "");
    };
    PrintLine(going_on("Today", projection.day_so_far, projection.day));
    PrintLine(going_on("This month", projection.month_so_far, projection.month));
    if (batches.calls > 0) {
        PrintLine("Saved by batches: " + base::FormatBrl(batches.Saved()) + " of " +
                  base::FormatBrl(batches.live) + ", by " + std::to_string(batches.calls) + " calls");
    }
    return kDone;
}

int RunUsageRebuild(const Context& context, const Arguments& arguments) {
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const std::int64_t wrong = llm::RebuildMeters(scope);
    scope.Commit();
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"wrong", wrong}}));
    } else {
        PrintLine("The meters are those of the ledger; " + std::to_string(wrong) + " stood wrong.");
    }
    return kDone;
}

int RunUsageRecost(const Context& context, const Arguments& arguments) {
    const bool is_dry = arguments.Has("dry-run");
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const llm::Recosting done = llm::Recost(scope, "cli");
    if (!is_dry) scope.Commit();
    const std::int64_t more = done.more.micros();
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{
            {"calls", done.calls}, {"more_micro_brl", more}, {"dry_run", is_dry}}));
        return kDone;
    }
    if (done.calls == 0) {
        PrintLine("Every call is booked at the price that is known for its time.");
        return kDone;
    }
    PrintLine(std::to_string(done.calls) + (is_dry ? " calls would get" : " calls got") +
              " a correction: together " + base::FormatBrl(base::MicroBrl(std::abs(more))) +
              (more < 0 ? " less" : " more") + " than was booked.");
    return kDone;
}

int RunUsagePrune(const Context& context, const Arguments& arguments) {
    const int days = context.settings.llm_detail_days;
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    const auto in_scope = [&](const auto& work) {
        tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
        auto result = work(scope);
        scope.Commit();
        return result;
    };
    const std::string detail_from =
        in_scope([&](auto& scope) { return llm::DetailFrom(scope, days); });
    const auto until_none_is_left = [&](const auto& work) {
        std::int64_t all = 0;
        while (const std::int64_t some = in_scope(work)) all += some;
        return all;
    };
    const bool is_dry = arguments.Has("dry-run");
    std::int64_t entries = 0;
    std::int64_t batches = 0;
    if (is_dry) {
        entries = in_scope([&](auto& scope) { return llm::CountBeforeDetail(scope, days); });
        batches = in_scope([&](auto& scope) { return llm::CountOldBatches(scope, days); });
    } else {
        entries = until_none_is_left(
            [&](auto& scope) { return llm::FoldSome(scope, days, kFoldedAtOnce); });
        batches = until_none_is_left(
            [&](auto& scope) { return llm::DeleteOldBatches(scope, days, kBatchesAtOnce); });
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"entries", entries},
                                                             {"batches", batches},
                                                             {"detail_from", detail_from},
                                                             {"dry_run", is_dry}}));
        return kDone;
    }
    PrintLine(std::to_string(entries) + " entries of the ledger from before " + detail_from +
              (is_dry ? " would become daily sums" : " are daily sums now") + "; " +
              std::to_string(batches) + " finished batches " +
              (is_dry ? "would go." : "are gone."));
    return kDone;
}

constexpr std::size_t kBillBytesMax = 64 * 1024 * 1024;
constexpr const char* kTolerance = "0.5";

std::string ReadBillFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file || content.str().size() > kBillBytesMax) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "--file names " + path + ", which cannot be read");
    }
    return content.str();
}

std::string InUsd(double usd) {
    return FormatMillionths(std::llround(usd * 1e6));
}

boost::json::value EncodeDayUsage(const std::optional<llm::DayUsage>& usage) {
    if (!usage) return nullptr;
    return boost::json::object{{"input_tokens", usage->input_tokens},
                               {"cached_input_tokens", usage->cached_input_tokens},
                               {"output_tokens", usage->output_tokens},
                               {"usd", usage->usd}};
}

// One row for each number of a day and a model that differs.
void AddDifferences(const llm::BillComparison& line, std::vector<std::vector<std::string>>& rows) {
    if (!line.billed || !line.booked) {
        const std::string usd = InUsd(line.billed ? line.billed->usd : line.booked->usd);
        rows.push_back({line.day, line.model, "usd", line.billed ? usd : "not in the bill",
                        line.booked ? usd : "not in the ledger"});
        return;
    }
    const auto add = [&](const char* what, const std::string& billed, const std::string& booked) {
        if (billed != booked) rows.push_back({line.day, line.model, what, billed, booked});
    };
    const llm::DayUsage& billed = *line.billed;
    const llm::DayUsage& booked = *line.booked;
    add("usd", InUsd(billed.usd), InUsd(booked.usd));
    add("input", std::to_string(billed.input_tokens), std::to_string(booked.input_tokens));
    add("cached", std::to_string(billed.cached_input_tokens),
        std::to_string(booked.cached_input_tokens));
    add("output", std::to_string(billed.output_tokens), std::to_string(booked.output_tokens));
}

int RunUsageCheck(const Context& context, const Arguments& arguments) {
    const std::string path = arguments.RequireText("file");
    const std::int64_t tolerance =
        ParseMicros("--tolerance", arguments.Text("tolerance").value_or(kTolerance));
    const auto bill = llm::ParseBill(ReadBillFile(path), path);
    const auto [first, last] = std::ranges::minmax(bill, {}, &llm::DayUsage::day);
    pg::Connection warehouse = OpenMigratedWarehouse(context.settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const auto compared = llm::CompareBill(bill, llm::ReadBooked(scope, first.day, last.day));
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    std::int64_t differing = 0;
    for (const llm::BillComparison& line : compared) {
        const bool differs = line.percent * 1e6 > static_cast<double>(tolerance);
        list.push_back({{"day", line.day},
                        {"model", line.model},
                        {"billed", EncodeDayUsage(line.billed)},
                        {"booked", EncodeDayUsage(line.booked)},
                        {"percent", line.percent},
                        {"differs", differs}});
        if (!differs) continue;
        ++differing;
        AddDifferences(line, rows);
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"lines", std::move(list)},
                                                             {"differing", differing},
                                                             {"first_day", first.day},
                                                             {"last_day", last.day}}));
    } else {
        if (differing > 0) {
            PrintLine(FormatTable({"DAY", "MODEL", "WHAT", "BILLED", "BOOKED"}, rows));
        }
        PrintLine(first.day + " to " + last.day + ", each day of UTC and model: " +
                  std::to_string(differing) + " of " + std::to_string(compared.size()) +
                  " differ by more than " + FormatMillionths(tolerance) + " %");
    }
    return differing == 0 ? kDone : kWorkFailed;
}

}  // namespace

std::vector<Command> UsageCommands() {
    return {
        {"usage",
         "Show what models were used for and what that cost",
         {{"by", OptionKind::kText, "WHAT", "day, month, tenant or model (day)"},
          {"tenant-id", OptionKind::kInteger, "N", "Only this tenant"},
          kJsonOption},
         RunUsage},
        {"usage rebuild",
         "Make the meters of limits and budgets anew from the ledger",
         {kJsonOption},
         RunUsageRebuild},
        {"usage recost",
         "Correct the ledger by prices that were put right for the past; the calls kept in detail",
         {{"dry-run", OptionKind::kSwitch, "", "Say what that would change; do nothing"},
          kJsonOption},
         RunUsageRecost},
        {"usage prune",
         "Keep what is older than llm_detail_days in daily sums, and forget batches that were done "
         "before; for a daily timer",
         {{"dry-run", OptionKind::kSwitch, "", "Say how much that is; do nothing"}, kJsonOption},
         RunUsagePrune},
        {"usage check",
         "Compare a provider's bill with the ledger; ends with 1 where they differ",
         {{"file", OptionKind::kText, "FILE",
           "The bill as CSV (day, model, input_tokens, cached_input_tokens, output_tokens, usd) or "
           "JSON",
           Presence::kRequired},
          {"tolerance", OptionKind::kText, "PERCENT", "By how much a day may differ (0.5)"},
          kJsonOption},
         RunUsageCheck},
    };
}

}  // namespace geniai::app
