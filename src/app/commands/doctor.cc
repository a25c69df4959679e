#include <algorithm>
#include <boost/json.hpp>

#include "analysis/tenant_rules.h"
#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/wiring.h"
#include "base/error.h"
#include "chatwoot/verification.h"
#include "tenancy/login_role.h"

namespace geniai::app {

namespace {

struct CheckResult {
    std::string name;
    int exit_code = kDone;
    std::string message;
};

// Runs one check; what it throws is its result.
template <class Check>
CheckResult RunCheck(const std::string& name, const Check& check) {
    try {
        return {name, kDone, check()};
    } catch (const base::Error& error) {
        return {name, ExitCodeOf(error.code()), error.what()};
    }
}

std::string CheckSource(const Settings& settings) {
    chatwoot::Source source(SourceSettingsOf(settings));
    chatwoot::Snapshot snapshot(source);
    const chatwoot::Verification verification = chatwoot::Verify(snapshot, SourceViewSql());
    chatwoot::RequireReadable(verification);
    std::string answer = "readable, " +
                         std::string(chatwoot::NameOfWayIn(verification.capabilities)) +
                         "; PostgreSQL " + verification.postgres_version;
    if (!verification.lacks.empty()) {
        answer += "; it could be better: geniai source verify says how";
    }
    return answer;
}

std::string CheckWarehouse(const Settings& settings) {
    pg::Connection warehouse = OpenWarehouse(settings);
    return "reachable, PostgreSQL " + std::to_string(warehouse.server_version() / 10'000) + "." +
           std::to_string(warehouse.server_version() % 10'000);
}

std::string CheckMigrations(const Settings& settings) {
    pg::Connection warehouse = OpenWarehouse(settings);
    RequireMigrated(warehouse);
    return "up to date";
}

std::string CheckLogin(const Settings& settings) {
    pg::Connection warehouse = OpenWarehouse(settings);
    const std::string problem = tenancy::DescribeUnsafeLogin(warehouse);
    if (!problem.empty()) throw base::Error(base::ErrorCode::kInvalidSettings, problem);
    return "a member of the three roles and nothing more";
}

std::string CheckTenantRules(const Settings& settings) {
    pg::Connection warehouse = OpenMigratedWarehouse(settings);
    tenancy::RoleScope scope(warehouse, tenancy::DatabaseRole::kAdminUsers);
    const auto list = analysis::ListTenantRules(scope);
    for (const auto& [tenant, additions] : list) RequireUsableRules(settings, tenant, additions);
    return std::to_string(list.size()) + " tenants have some of their own";
}

int RunDoctor(const Context& context, const Arguments& arguments) {
    const Settings& settings = context.settings;
    const std::vector<CheckResult> results{
        RunCheck("source", [&] { return CheckSource(settings); }),
        RunCheck("warehouse", [&] { return CheckWarehouse(settings); }),
        RunCheck("migrations", [&] { return CheckMigrations(settings); }),
        RunCheck("log-in role", [&] { return CheckLogin(settings); }),
        RunCheck("rules", [&] { return CheckTenantRules(settings); }),
    };
    int exit_code = kDone;
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const CheckResult& result : results) {
        exit_code = std::max(exit_code, result.exit_code);
        const bool ok = result.exit_code == kDone;
        list.push_back({{"check", result.name}, {"ok", ok}, {"message", result.message}});
        rows.push_back({result.name, ok ? "ok" : "FAILED", result.message});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(
            boost::json::object{{"ok", exit_code == kDone}, {"checks", list}}));
    } else {
        PrintLine(FormatTable({"CHECK", "RESULT", "DETAIL"}, rows));
    }
    return exit_code;
}

}  // namespace

Command DoctorCommand() {
    return {"doctor", "Check settings, source and warehouse without changing anything",
            {kJsonOption}, RunDoctor};
}

}  // namespace geniai::app
