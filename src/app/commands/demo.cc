#include <algorithm>
#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/demo_check.h"
#include "app/demo_installation.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/wiring.h"
#include "base/clock.h"
#include "base/error.h"

namespace geniai::app {

namespace {

constexpr std::int64_t kConversations = 3'000;
constexpr std::int64_t kConversationsMax = 5'000'000;
constexpr std::int64_t kPort = 8504;

struct DemoOptions {
    std::string data_dir;
    int conversations = 0;
    ListenAddress listen;
    bool check = false;
    bool json = false;
};

DemoOptions OptionsOf(const Arguments& arguments) {
    DemoOptions options;
    options.data_dir = arguments.Text("data-dir").value_or(demo::DemoDirectory::DefaultPath());
    options.check = arguments.Has("check");
    options.json = arguments.Has("json");
    const std::int64_t conversations = arguments.Integer("conversations").value_or(kConversations);
    if (conversations < 1 || conversations > kConversationsMax) {
        throw base::Error(base::ErrorCode::kInvalidInput,
                          "--conversations must be from 1 to " + std::to_string(kConversationsMax));
    }
    options.conversations = static_cast<int>(conversations);
    // A check needs no known address, so it takes a free one and gets in nobody's way.
    const std::int64_t port = arguments.Integer("port").value_or(options.check ? 0 : kPort);
    if (port < 0 || port > 65'535) {
        throw base::Error(base::ErrorCode::kInvalidInput, "--port must be from 0 to 65535");
    }
    options.listen.port = static_cast<std::uint16_t>(port);
    return options;
}

boost::json::array EncodeLogins(const std::vector<demo::DemoLogin>& logins) {
    boost::json::array list;
    for (const demo::DemoLogin& login : logins) {
        list.push_back({{"email", login.email},
                        {"password", login.password},
                        {"role", auth::NameOf(login.role)},
                        {"tenant_id", login.tenant.value()},
                        {"tenant", login.tenant_name}});
    }
    return list;
}

boost::json::array EncodeTenants(const std::vector<tenancy::Tenant>& tenants) {
    boost::json::array list;
    for (const tenancy::Tenant& tenant : tenants) {
        list.push_back({{"id", tenant.id.value()}, {"name", tenant.name}, {"slug", tenant.slug}});
    }
    return list;
}

void PrintWelcome(const DemoInstallation& demo, const std::string& address,
                  const std::string& data_dir) {
    std::vector<std::vector<std::string>> rows;
    for (const demo::DemoLogin& login : demo.logins()) {
        rows.push_back(
            {login.tenant_name, std::string(auth::NameOf(login.role)), login.email, login.password});
    }
    PrintLine("");
    PrintLine("GeniAI Analytics is ready:  " + address);
    PrintLine("");
    PrintLine(FormatTable({"TENANT", "ROLE", "E-MAIL", "PASSWORD"}, rows));
    PrintLine("");
    PrintLine("The data is in " + data_dir + ". Ctrl-C stops everything.");
    FlushOutput();
}

int ReportCheck(DemoInstallation& demo, const std::string& address, const DemoOptions& options,
                double seconds_to_ready) {
    const std::vector<DemoFinding> findings = CheckDemo(demo, address);
    const bool all = std::ranges::all_of(findings, &DemoFinding::holds);
    boost::json::array list;
    for (const DemoFinding& finding : findings) {
        list.push_back(
            {{"check", finding.name}, {"ok", finding.holds}, {"detail", finding.detail}});
        if (!options.json) {
            PrintLine(std::string(finding.holds ? "ok      " : "FAILED  ") + finding.name + ": " +
                      finding.detail);
        }
    }
    if (options.json) {
        PrintLine(boost::json::serialize(boost::json::object{
            {"ok", all},
            {"seconds_to_ready", seconds_to_ready},
            {"tenants", EncodeTenants(demo.tenants())},
            {"checks", list}}));
    }
    return all ? kDone : kWorkFailed;
}

// Fills, migrates, syncs and analyses; false when somebody asked to stop in between.
bool Prepare(DemoInstallation& demo, const DemoOptions& options, StopSignals& signals) {
    const std::pair<const char*, std::function<void()>> steps[] = {
        {"creating databases", [&] { demo.CreateDatabases(); }},
        {"inventing conversations", [&] { demo.FillSource(options.conversations); }},
        {"building the warehouse", [&] { demo.BuildWarehouse(); }},
        {"adding tenants", [&] { demo.AddTenants(); }},
        {"adding people", [&] { demo.AddLogins(); }},
        {"synchronising and classifying", [&] { demo.Sync(); }},
        {"analysing silent leads", [&] { demo.AnalyseLeads(); }},
    };
    for (const auto& [name, step] : steps) {
        ShowProgress(std::string(name) + " …");
        step();
        if (signals.HasCome()) return false;
    }
    ClearProgress();
    return true;
}

int RunDemo(const Context& context, const Arguments& arguments) {
    const base::Stopwatch stopwatch;
    const DemoOptions options = OptionsOf(arguments);
    StopSignals signals;
    const demo::DemoDirectory directory(options.data_dir, options.conversations);
    DemoInstallation demo(directory, context, options.listen);
    // Bound before the long work, so that a taken port is told at once.
    WebService service(demo.settings(), context.log);
    if (!Prepare(demo, options, signals)) return kDone;
    service.Start();
    if (options.check) {
        const int code = ReportCheck(demo, service.Address(), options, stopwatch.Seconds());
        service.Stop();
        return code;
    }
    if (options.json) {
        PrintLine(boost::json::serialize(boost::json::object{
            {"address", service.Address()},
            {"data_dir", directory.path()},
            {"tenants", EncodeTenants(demo.tenants())},
            {"logins", EncodeLogins(demo.logins())}}));
        FlushOutput();
    } else {
        PrintWelcome(demo, service.Address(), directory.path());
    }
    signals.Wait();
    service.Stop();
    demo.Stop();
    if (!options.json) PrintLine("Stopped.");
    return kDone;
}

}  // namespace

Command DemoCommand() {
    return {"demo",
            "Show everything on invented data: a private PostgreSQL, a Chatwoot, the application",
            {{"data-dir", OptionKind::kText, "DIR", "Where the demo's data lives between starts"},
             {"port", OptionKind::kInteger, "N", "Where the web application listens (8504)"},
             {"conversations", OptionKind::kInteger, "N", "How many to invent (3000)"},
             {"check", OptionKind::kSwitch, "", "Start, check itself and end: exit code 0 or 1"},
             kJsonOption},
            RunDemo};
}

}  // namespace geniai::app
