#pragma once

#include <string>
#include <vector>

#include "app/command.h"
#include "app/stop_signals.h"
#include "demo/demo_directory.h"
#include "demo/demo_logins.h"
#include "pg/private_cluster.h"
#include "sync/pipeline.h"

namespace geniai::app {

// The demo's two databases in a private cluster, and the settings that the ordinary commands would
// need to work on them. Every step may be repeated: a start that was killed is completed by the next.
class DemoInstallation {
public:
    // Starts the cluster. Call it from the main thread.
    DemoInstallation(const demo::DemoDirectory& directory, const Context& context,
                     ListenAddress listen);

    // The steps in their order.
    void CreateDatabases();
    void FillSource(int conversations);
    void BuildWarehouse();
    void AddTenants();
    void AddLogins();
    std::vector<sync::RunSummary> Sync();
    // Some of each tenant's silent leads, by the local analyst: the demo contacts no provider, whatever
    // is set.
    void AnalyseLeads();

    const Settings& settings() const { return settings_; }
    const std::vector<tenancy::Tenant>& tenants() const { return tenants_; }
    const std::vector<demo::DemoLogin>& logins() const { return logins_; }
    // As the owner of Chatwoot's tables.
    pg::Connection OpenSourceAsOwner() const;
    void Stop() { cluster_.Stop(); }

private:
    const demo::DemoDirectory& directory_;
    const Context& context_;
    pg::PrivateCluster cluster_;
    Settings settings_;
    std::vector<tenancy::Tenant> tenants_;
    std::vector<demo::DemoLogin> logins_;
};

}  // namespace geniai::app
