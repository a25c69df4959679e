#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "app/command.h"
#include "sync/pipeline.h"
#include "tenancy/tenants.h"

// Runs over tenants, as `geniai sync` and `geniai reconcile` have them: several at a time, ended by
// SIGTERM or SIGINT after the batch at hand, with progress on a terminal and one line or one JSON
// object a tenant.
namespace geniai::app {

struct TenantReport {
    int exit_code = 0;
    std::string text;
    boost::json::object json;
};

using TenantWork = std::function<TenantReport(const tenancy::Tenant&, const sync::RunOptions&)>;

// --jobs N for commands that run over tenants.
inline constexpr Option kJobsOption{"jobs", OptionKind::kInteger, "N",
                                    "Tenants at a time, with --all (2)"};
inline constexpr Option kTriggeredByOption{"triggered-by", OptionKind::kText, "WHO",
                                           "What etl_control says: cli, manual, scheduler, api"};

// Does `work` for each tenant until `options.stop`, with `options` completed by what all runs have in
// common (progress and triggered-by), and prints the reports in the order of the tenants: one alone as it is, several as
// {"runs": […]}. A tenant's failure does not keep the others from their turn; alone it is thrown.
// Returns the first exit code that is not 0.
int RunForTenants(const Arguments& arguments, const std::vector<tenancy::Tenant>& tenants,
                  const sync::RunOptions& options, const TenantWork& work);

}  // namespace geniai::app
