#include "app/tenant_runs.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>

#include "app/exit_code.h"
#include "app/output.h"
#include "base/clock.h"
#include "base/error.h"

namespace geniai::app {

namespace {

constexpr std::int64_t kJobs = 2;
constexpr std::int64_t kJobsMax = 64;

std::int64_t JobsOf(const Arguments& arguments) {
    const std::int64_t jobs = arguments.Integer("jobs").value_or(kJobs);
    if (jobs >= 1 && jobs <= kJobsMax) return jobs;
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "--jobs must be between 1 and " + std::to_string(kJobsMax));
}

std::string TriggeredByOf(const Arguments& arguments) {
    const std::string who = arguments.Text("triggered-by").value_or("cli");
    constexpr std::array<std::string_view, 4> kKnown{"cli", "manual", "scheduler", "api"};
    if (std::ranges::find(kKnown, who) != kKnown.end()) return who;
    throw base::Error(base::ErrorCode::kInvalidInput,
                      "--triggered-by must be cli, manual, scheduler or api");
}

// "conversations 12000 of 200000 (6 %), 15400/s, 12 s left"
std::string DescribeProgress(const sync::Progress& progress, double seconds) {
    std::string note = std::string(progress.stream) + " " + std::to_string(progress.rows) + " of " +
                       std::to_string(progress.total);
    if (progress.total > 0) {
        note += " (" + std::to_string(100 * progress.rows / progress.total) + " %)";
    }
    const double rate = seconds > 0 ? static_cast<double>(progress.rows) / seconds : 0;
    if (rate < 1) return note;
    const double left = static_cast<double>(progress.total - progress.rows) / rate;
    return note + ", " + std::to_string(std::llround(rate)) + "/s, " +
           std::to_string(std::llround(left)) + " s left";
}

TenantReport ReportFailure(const tenancy::Tenant& tenant, const base::Error& error) {
    return {ExitCodeOf(error.code()),
            tenant.name + ": failed: " + error.what(),
            {{"tenant_id", tenant.id.value()}, {"status", "failed"}, {"error", error.what()}}};
}

// Prints each report as soon as those before it are printed.
class ReportPrinter {
public:
    ReportPrinter(std::size_t count, bool json) : reports_(count), json_(json) {}

    void Put(std::size_t at, TenantReport report) {
        const std::lock_guard lock(mutex_);
        reports_[at] = std::move(report);
        if (json_) return;
        ClearProgress();
        while (printed_ < reports_.size() && reports_[printed_]) {
            PrintLine(reports_[printed_++]->text);
        }
        FlushOutput();
    }

    int Finish(bool alone) {
        int exit_code = kDone;
        boost::json::array runs;
        for (auto& report : reports_) {
            if (!report) continue;
            if (exit_code == kDone) exit_code = report->exit_code;
            runs.push_back(std::move(report->json));
        }
        if (!json_) return exit_code;
        if (alone) {
            PrintLine(boost::json::serialize(runs.at(0)));
        } else {
            PrintLine(boost::json::serialize(boost::json::object{{"runs", std::move(runs)}}));
        }
        return exit_code;
    }

private:
    std::mutex mutex_;
    std::vector<std::optional<TenantReport>> reports_;  // guarded by mutex_, as is what follows
    std::size_t printed_ = 0;
    bool json_;
};

sync::RunOptions OptionsOf(const tenancy::Tenant& tenant, const sync::RunOptions& common,
                           const std::string& triggered_by) {
    sync::RunOptions options = common;
    options.triggered_by = triggered_by;
    options.on_progress = [name = tenant.name, started = base::Stopwatch()](
                              const sync::Progress& progress) {
        ShowProgress(name + ": " + DescribeProgress(progress, started.Seconds()));
    };
    return options;
}

}  // namespace

int RunForTenants(const Arguments& arguments, const std::vector<tenancy::Tenant>& tenants,
                  const sync::RunOptions& options, const TenantWork& work) {
    const bool alone = arguments.Has("tenant-id");
    const std::string triggered_by = TriggeredByOf(arguments);
    const std::size_t jobs =
        std::min(static_cast<std::size_t>(JobsOf(arguments)), tenants.size());
    ReportPrinter printer(tenants.size(), arguments.Has("json"));
    if (alone) {
        printer.Put(0, work(tenants.front(), OptionsOf(tenants.front(), options, triggered_by)));
        return printer.Finish(alone);
    }
    std::atomic<std::size_t> next{0};
    const auto worker = [&] {
        for (std::size_t at = next++; at < tenants.size(); at = next++) {
            const tenancy::Tenant& tenant = tenants[at];
            if (options.stop.stop_requested()) break;
            try {
                printer.Put(at, work(tenant, OptionsOf(tenant, options, triggered_by)));
            } catch (const base::Error& error) {
                printer.Put(at, ReportFailure(tenant, error));
            }
        }
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < jobs; ++i) workers.emplace_back(worker);
    }
    const int exit_code = printer.Finish(alone);
    return exit_code == kDone && options.stop.stop_requested() ? kWorkFailed : exit_code;
}

}  // namespace geniai::app
