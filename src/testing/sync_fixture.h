#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/wiring.h"
#include "embedded/files.h"
#include "sync/pipeline.h"
#include "tenancy/tenants.h"
#include "testing/chatwoot_fixture.h"
#include "testing/test_database.h"

namespace geniai::testing {

// A Chatwoot with two accounts, a warehouse with a tenant for each, and the pipeline between them.
class SyncFixture : public ::testing::Test {
protected:
    SyncFixture()
        : classifier_(app::MakeClassifier(Rules())), log_(obs::Level::kOff) {
        for (const int account : {1, 2}) {
            source_.AddAccount(account, "Account " + std::to_string(account));
            source_.AddInbox(account * 10, account, "WhatsApp");
            source_.AddContact(account * 100, account, "José");
            AddTenant(account);
        }
    }

    // Compiled once: it takes longer than a test.
    static app::RulesOfTenants& Rules() {
        static app::RulesOfTenants rules{app::Settings{}};
        return rules;
    }

    void AddTenant(int account) {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        tenancy::RoleScope scope(app, tenancy::DatabaseRole::kAdminUsers);
        tenancy::TenantChange tenant;
        tenant.name = "Tenant " + std::to_string(account);
        tenant.account = base::AccountId(account);
        tenants_.push_back(tenancy::AddTenant(scope, tenant));
        scope.Commit();
    }

    sync::Settings SettingsOf(std::int64_t batch_rows) const {
        sync::Settings settings;
        settings.warehouse = warehouse_.Settings(warehouse_.kApp);
        settings.source.connection = source_.ReaderSettings();
        settings.view_sql = embedded::Get("db/source/view.sql");
        settings.batch_rows = batch_rows;
        settings.overlap_rows = 0;
        settings.clock_margin = clock_margin_;
        settings.program_version = "test";
        return settings;
    }

    const tenancy::Tenant& TenantNumber(int tenant) const {
        return tenants_.at(static_cast<std::size_t>(tenant) - 1);
    }

    sync::RunSummary Run(int tenant = 1, sync::RunOptions options = {},
                         std::int64_t batch_rows = 1'000) {
        return sync::Pipeline(SettingsOf(batch_rows), classifier_, log_)
            .Run(TenantNumber(tenant), options);
    }

    sync::ReconcileSummary Reconcile(int tenant = 1, sync::RunOptions options = {}) {
        return sync::Pipeline(SettingsOf(1'000), classifier_, log_)
            .Reconcile(TenantNumber(tenant), options);
    }

    sync::RunSummary ReplayRejects(int tenant = 1) {
        return sync::Pipeline(SettingsOf(1'000), classifier_, log_)
            .ReplayRejects(TenantNumber(tenant), {});
    }

    // One value of the warehouse, in the tenant's scope: as people see it, or as the services do.
    std::string Value(const std::string& sql, int tenant = 1,
                      tenancy::DatabaseRole role = tenancy::DatabaseRole::kAuthenticatedUsers) {
        pg::Connection app = warehouse_.Connect(warehouse_.kApp);
        tenancy::TenantScope scope(app, role, base::TenantId(tenant));
        const pg::Result rows =
            scope.Execute({"test.value", "select (" + sql + ")::text as value"});
        return std::string(rows.One()["value"].text());
    }

    // Tuples that were ever written into the warehouse's tables.
    std::int64_t TuplesWritten() {
        pg::Connection owner = warehouse_.Connect();
        pg::Transaction transaction(owner);
        transaction.Execute({"test.flush", "select pg_stat_force_next_flush()"});
        return transaction.Execute({"test.tuples", R"sql(
            select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint as n
              from pg_stat_user_tables
             where relname in ('contacts', 'conversations', 'conversation_transcripts',
                               'classifications'))sql"})
            .One()["n"]
            .Int64();
    }

    std::string ServiceValue(const std::string& sql, int tenant = 1) {
        return Value(sql, tenant, tenancy::DatabaseRole::kEtlService);
    }

    void AddConversations(int count, const std::string& at, int account = 1) {
        for (int i = 0; i < count; ++i) {
            const int id = ++last_id_;
            source_.AddConversation(id, account, account * 10, account * 100, at);
            source_.AddContactMessage(id, account, id, "Oi, quero agendar uma visita", at);
        }
    }

    ChatwootFixture source_;
    TestWarehouse warehouse_;
    sync::TenantClassifier classifier_;
    obs::Log log_;
    std::vector<tenancy::Tenant> tenants_;
    int last_id_ = 0;
    // Without one, the first minute of a tenant is as any other: no messages are scanned.
    std::chrono::seconds clock_margin_{60};
};

}  // namespace geniai::testing
