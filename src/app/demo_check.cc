#include "app/demo_check.h"

#include <boost/json.hpp>
#include <functional>

#include "app/wiring.h"
#include "http/client.h"
#include "tenancy/scope.h"

namespace geniai::app {

namespace {

// A contact without a conversation is nobody's business.
const pg::Query kSourceCount{"demo.check.source", R"sql(
    select (select count(*) from conversations where account_id = $1) as conversations,
           (select count(*) from contacts k
             where account_id = $1
               and exists (select from conversations c where c.contact_id = k.id)) as contacts
)sql"};

const pg::Query kWarehouseCount{"demo.check.warehouse", R"sql(
    select (select count(*) from conversations_analytics) as conversations,
           (select count(*) from contacts) as contacts
)sql"};

std::string Counts(const pg::Row& row) {
    return std::to_string(row["conversations"].Int64()) + " conversations, " +
           std::to_string(row["contacts"].Int64()) + " contacts";
}

DemoFinding CheckRows(DemoInstallation& demo, const tenancy::Tenant& tenant) {
    pg::Connection source = demo.OpenSourceAsOwner();
    pg::Transaction source_transaction(source, pg::Transaction::Mode::kReadOnly);
    const std::string expected =
        Counts(source_transaction.Execute(kSourceCount, *tenant.account).One());
    pg::Connection warehouse = OpenWarehouse(demo.settings());
    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kAuthenticatedUsers, tenant.id);
    const std::string found = Counts(scope.Execute(kWarehouseCount).One());
    return {"rows of " + tenant.name, expected == found,
            "source " + expected + "; warehouse " + found};
}

DemoFinding CheckSecondSync(DemoInstallation& demo) {
    warehouse::LoadCounts written;
    for (const sync::RunSummary& summary : demo.Sync()) {
        written += summary.conversations;
        written += summary.contacts;
    }
    return {"a second sync writes nothing", written.inserted + written.updated == 0,
            std::to_string(written.inserted) + " inserted, " + std::to_string(written.updated) +
                " updated"};
}

// The session cookie of a log-in; empty when it is refused.
std::string LogInOverHttp(const std::string& address, const demo::DemoLogin& login) {
    const http::Response answer = http::Send(
        {.method = "POST",
         .url = address + "/api/login",
         .headers = {{"Content-Type", "application/json"}},
         .body = boost::json::serialize(
             boost::json::object{{"email", login.email}, {"password", login.password}})});
    const std::string_view cookie = answer.Header("Set-Cookie").value_or("");
    return answer.status == 200 ? std::string(cookie.substr(0, cookie.find(';'))) : "";
}

DemoFinding CheckLogIn(const std::string& address, const demo::DemoLogin& login) {
    return {"log-in of " + login.email, !LogInOverHttp(address, login).empty(), login.tenant_name};
}

// The overview over all time must count the tenant's conversations as SQL does.
DemoFinding CheckOverview(DemoInstallation& demo, const std::string& address,
                          const std::string& cookie, const tenancy::Tenant& tenant) {
    pg::Connection warehouse = OpenWarehouse(demo.settings());
    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kAuthenticatedUsers, tenant.id);
    const std::int64_t expected =
        scope.Execute(kWarehouseCount).One()["conversations"].Int64();
    const http::Response answer =
        http::Send({.url = address + "/api/tenants/" + tenant.id.ToString() +
                           "/overview?from=2020-01-01&to=2029-12-31",
                    .headers = {{"Cookie", cookie}},
                    .body = ""});
    if (answer.status != 200) {
        return {"overview of " + tenant.name, false, "status " + std::to_string(answer.status)};
    }
    const std::int64_t shown =
        boost::json::parse(answer.body).at("kpis").at("conversations").as_int64();
    return {"overview of " + tenant.name, shown == expected,
            "shows " + std::to_string(shown) + " of " + std::to_string(expected) + " conversations"};
}

DemoFinding Guard(const std::string& name, const std::function<DemoFinding()>& check) {
    try {
        return check();
    } catch (const std::exception& error) {
        return {name, false, error.what()};
    }
}

}  // namespace

std::vector<DemoFinding> CheckDemo(DemoInstallation& demo, const std::string& address) {
    std::vector<DemoFinding> findings;
    for (const tenancy::Tenant& tenant : demo.tenants()) {
        findings.push_back(Guard("rows of " + tenant.name, [&] { return CheckRows(demo, tenant); }));
    }
    findings.push_back(Guard("second sync", [&] { return CheckSecondSync(demo); }));
    for (const demo::DemoLogin& login : demo.logins()) {
        findings.push_back(
            Guard("log-in of " + login.email, [&] { return CheckLogIn(address, login); }));
    }
    findings.push_back(Guard("operator's log-in", [&]() -> DemoFinding {
        const std::string cookie = LogInOverHttp(address, demo.logins().front());
        for (const tenancy::Tenant& tenant : demo.tenants()) {
            DemoFinding finding = CheckOverview(demo, address, cookie, tenant);
            if (!finding.holds) return finding;
        }
        return {"overviews", true, "every tenant's overview counts as SQL does"};
    }));
    return findings;
}

}  // namespace geniai::app
