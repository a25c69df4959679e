#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "llm/gateway.h"
#include "obs/log.h"
#include "pg/pool.h"
#include "testing/provider_simulator.h"
#include "testing/test_database.h"

namespace geniai::testing {

// A warehouse with tenants 1 and 2, seen by its owner, the operator and the services.
class LedgerTest : public ::testing::Test {
protected:
    LedgerTest()
        : owner_(warehouse_.Connect()), app_(warehouse_.Connect(warehouse_.kApp)),
          pool_({.connection = warehouse_.Settings(warehouse_.kApp), .connections_max = 16}) {
        Operator("insert into tenants (id, name, slug, uses_model)"
                 " values (1, 'One', 'one', true), (2, 'Two', 'two', true)");
    }

    void Operator(const std::string& sql) {
        const auto app = pool_.Acquire();
        tenancy::RoleScope scope(*app, tenancy::DatabaseRole::kAdminUsers);
        scope.transaction().RunScript({"test.operator", sql});
        scope.Commit();
    }

    // As the services, in a tenant's scope.
    void Service(int tenant, const std::string& sql) {
        const auto app = pool_.Acquire();
        tenancy::TenantScope scope(*app, tenancy::DatabaseRole::kEtlService, base::TenantId(tenant));
        scope.transaction().RunScript({"test.service", sql});
        scope.Commit();
    }

    // Beyond what any role of the program may do: time passes.
    void Owner(const std::string& sql) {
        pg::Transaction transaction(owner_);
        transaction.RunScript({"test.owner", sql});
        transaction.Commit();
    }

    // As the operator, who sees all tenants.
    std::string Value(const std::string& sql) {
        const auto app = pool_.Acquire();
        tenancy::RoleScope scope(*app, tenancy::DatabaseRole::kAdminUsers);
        return scope.Execute({"test.value", "select (" + sql + ")::text as value"})
            .One()["value"]
            .OptionalString()
            .value_or("null");
    }

    TestWarehouse warehouse_;
    pg::Connection owner_;
    pg::Connection app_;  // the program's
    pg::Pool pool_;
};

// The same with a provider simulator that the tests of a suite share: real HTTP, no limit of the minute
// or the day but those that a test sets.
class ModelTest : public LedgerTest {
protected:
    static void SetUpTestSuite() {
        simulator_ = std::make_unique<ProviderSimulator>(GENIAI_SOURCE_DIR);
    }
    static void TearDownTestSuite() { simulator_.reset(); }

    ModelTest() {
        Operator("update llm_limits set requests_per_minute = null, tokens_per_minute = null,"
                 " requests_per_day = null where tenant_id = 0");
        simulator_->Reset();
        settings_.base_url = simulator_->url() + "/v1";
        settings_.api_key = base::Secret("simulator-key");
        settings_.model = "gpt-4o-mini";
        settings_.timeout = std::chrono::milliseconds(1'500);
        settings_.breaker = {5, std::chrono::milliseconds(100), std::chrono::milliseconds(400)};
    }

    static inline std::unique_ptr<ProviderSimulator> simulator_;
    base::SystemClock clock_;
    obs::Log log_{obs::Level::kOff};
    llm::GatewaySettings settings_;
};

}  // namespace geniai::testing
