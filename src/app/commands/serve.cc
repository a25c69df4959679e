#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/stop_signals.h"
#include "app/wiring.h"
#include "base/error.h"
#include "tenancy/login_role.h"

namespace geniai::app {

namespace {

// Serving with a log-in that passes the walls would show every tenant everything.
void RequireSafeWarehouse(const Settings& settings) {
    pg::Connection warehouse = OpenWarehouse(settings);
    const std::string problem = tenancy::DescribeUnsafeLogin(warehouse);
    if (!problem.empty()) throw base::Error(base::ErrorCode::kInvalidSettings, problem);
    RequireMigrated(warehouse);
}

int RunServe(const Context& context, const Arguments& arguments) {
    Settings settings = context.settings;
    if (const auto listen = arguments.Text("listen")) settings.listen = ParseListenAddress(*listen);
    StopSignals signals;
    RequireSafeWarehouse(settings);
    WebService service(settings, context.log);
    service.Start();
    PrintLine("Serving on " + service.Address());
    FlushOutput();
    const int signal = signals.Wait();
    context.log.Info("serve.stopping", {{"signal", std::int64_t{signal}}});
    service.Stop();
    return kDone;
}

}  // namespace

Command ServeCommand() {
    return {"serve",
            "Serve the web application until SIGINT or SIGTERM",
            {{"listen", OptionKind::kText, "ADDRESS:PORT", "Instead of the setting"}},
            RunServe};
}

}  // namespace geniai::app
