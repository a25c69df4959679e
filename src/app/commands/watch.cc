// The analysis of silent leads as it goes on, for a terminal that stays open.
#include <algorithm>
#include <cmath>
#include <deque>
#include <iostream>
#include <thread>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/stop_signals.h"
#include "app/tenant_choice.h"
#include "app/wiring.h"
#include "base/clock.h"
#include "base/error.h"
#include "llm/usage.h"
#include "warehouse/lead_analyses.h"

namespace geniai::app {

namespace {

constexpr std::chrono::milliseconds kLookAtSignals{100};
constexpr int kLastCalls = 5;
constexpr int kBarWidth = 40;

struct Sight {
    warehouse::AnalysisProgress leads;
    std::vector<llm::LastCall> calls;
    base::MicroBrl today;
};

Sight Look(pg::Pool& pool, const std::vector<tenancy::Tenant>& tenants) {
    Sight sight;
    const pg::Pool::Lease connection = pool.Acquire();
    for (const tenancy::Tenant& tenant : tenants) {
        tenancy::TenantScope scope(*connection, tenancy::DatabaseRole::kEtlService, tenant.id);
        sight.leads += warehouse::ReadAnalysisProgress(scope);
    }
    tenancy::RoleScope scope(*connection, tenancy::DatabaseRole::kAdminUsers);
    const auto only = tenants.size() == 1 ? std::optional(tenants.front().id) : std::nullopt;
    sight.calls = llm::ListLastCalls(scope, only, kLastCalls);
    sight.today = llm::SpentToday(scope, only.value_or(base::kOperatorTenant));
    return sight;
}

// Analyses a minute over the last minutes that were watched; before that, over the last hour.
class Pace {
public:
    void Add(double seconds, std::int64_t analysed) {
        seen_.push_back({seconds, analysed});
        constexpr double kWindowSeconds = 300;
        while (seen_.size() > 2 && seen_.front().seconds < seconds - kWindowSeconds) seen_.pop_front();
    }

    double PerMinute(std::int64_t last_hour) const {
        constexpr double kEnoughSeconds = 10;
        const double seconds = seen_.back().seconds - seen_.front().seconds;
        if (seconds < kEnoughSeconds) return static_cast<double>(last_hour) / 60;
        return static_cast<double>(seen_.back().analysed - seen_.front().analysed) * 60 / seconds;
    }

private:
    struct Seen {
        double seconds;
        std::int64_t analysed;
    };
    std::deque<Seen> seen_;
};

std::string Bar(double share) {
    const int full = static_cast<int>(std::lround(share * kBarWidth));
    std::string bar;
    for (int i = 0; i < kBarWidth; ++i) bar += i < full ? "█" : "░";
    return bar;
}

double ShareDone(const warehouse::AnalysisProgress& leads) {
    const std::int64_t all = leads.analysed + leads.pending;
    return all == 0 ? 1 : static_cast<double>(leads.analysed) / static_cast<double>(all);
}

std::string TimeLeft(std::int64_t pending, double per_minute) {
    if (pending == 0) return "nothing left";
    if (per_minute <= 0) return "nobody analyses now";
    const auto minutes = static_cast<long>(std::ceil(static_cast<double>(pending) / per_minute));
    if (minutes < 120) return std::to_string(minutes) + " min left";
    return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min left";
}

std::string InTenths(double value) {
    const long tenths = std::lround(value * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string OneLine(const Sight& sight, double per_minute) {
    const auto& leads = sight.leads;
    return "pending " + std::to_string(leads.pending) + ", analysed " +
           std::to_string(leads.analysed) + ", " + InTenths(per_minute) + "/min, " +
           TimeLeft(leads.pending - leads.given_up, per_minute) + ", workers " +
           std::to_string(leads.claimed) + ", in batches " + std::to_string(leads.in_batches) +
           ", today " + base::FormatBrl(sight.today);
}

std::vector<std::string> Page(const Sight& sight, double per_minute) {
    const auto& leads = sight.leads;
    const double share = ShareDone(leads);
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    std::vector<std::string> lines{
        "GeniAI Analytics: analysis of silent leads",
        "",
        Bar(share) + " " + number(std::lround(share * 100)) + " %",
        "",
        "Pending        " + number(leads.pending) +
            (leads.given_up > 0 ? " (" + number(leads.given_up) + " failed too often)" : ""),
        "Analysed       " + number(leads.analysed) + " (" + number(leads.skipped) +
            " skipped: nobody answered them)",
        "Rate           " + InTenths(per_minute) + "/min, " +
            TimeLeft(leads.pending - leads.given_up, per_minute),
        "Workers        " + number(leads.claimed),
        "In batches     " + number(leads.in_batches),
        "High priority  " + number(leads.high_priority),
        "Leads          " + number(leads.leads) + ", visits " + number(leads.visits),
        "Cost today     " + base::FormatBrl(sight.today),
        "",
        "Last calls"};
    for (const llm::LastCall& call : sight.calls) {
        lines.push_back("  " + call.at + "  tenant " + call.tenant.ToString() + "  " + call.model +
                        "  " + call.outcome + "  " + number(call.tokens) + " tokens  " +
                        base::FormatBrl(call.cost));
    }
    if (sight.calls.empty()) lines.emplace_back("  none yet");
    lines.emplace_back("");
    lines.emplace_back("Ctrl+C ends this view; the analysis goes on.");
    return lines;
}

// Over what stood there, so that nothing flickers.
void Draw(const std::vector<std::string>& lines) {
    std::string screen = "\033[H";
    for (const std::string& line : lines) screen += line + "\033[K\n";
    std::cout << screen << "\033[J" << std::flush;
}

void WaitFor(std::chrono::milliseconds pause, const std::stop_token& stop) {
    const base::Stopwatch waited;
    while (!stop.stop_requested() && waited.Seconds() * 1000 < static_cast<double>(pause.count())) {
        std::this_thread::sleep_for(std::min(pause, kLookAtSignals));
    }
}

int RunWatch(const Context& context, const Arguments& arguments) {
    const std::int64_t every = arguments.Integer("every").value_or(1);
    const std::int64_t count = arguments.Integer("count").value_or(0);
    if (every < 1 || every > 3600 || count < 0) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "--every must be between 1 and 3600, and --count not below 0");
    }
    const auto warehouse = WarehousePool(context.settings, "watch");
    const auto tenants = ChosenTenants(*warehouse, arguments);
    const StopOnSignal signals;
    const bool is_terminal = OutputIsTerminal();
    const base::Stopwatch watched;
    Pace pace;
    if (is_terminal) std::cout << "\033[2J";
    for (std::int64_t looks = 1; !signals.token().stop_requested(); ++looks) {
        const Sight sight = Look(*warehouse, tenants);
        pace.Add(watched.Seconds(), sight.leads.analysed);
        const double per_minute = pace.PerMinute(sight.leads.analysed_last_hour);
        if (is_terminal) {
            Draw(Page(sight, per_minute));
        } else {
            PrintLine(OneLine(sight, per_minute));
            FlushOutput();
        }
        if (looks == count) break;
        WaitFor(std::chrono::seconds(every), signals.token());
    }
    return kDone;
}

}  // namespace

Command WatchCommand() {
    return {"watch",
            "Watch the analysis of silent leads: what waits, how fast it goes, what it costs",
            {kTenantChoice[0],
             kTenantChoice[1],
             {"every", OptionKind::kInteger, "SECONDS", "How often to look (1)"},
             {"count", OptionKind::kInteger, "N", "Look so often, then end (until Ctrl+C)"}},
            RunWatch};
}

}  // namespace geniai::app
