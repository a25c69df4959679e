#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "pg/pool.h"
#include "pg/sql_error.h"
#include "tenancy/login_role.h"
#include "tenancy/scope.h"
#include "testing/test_database.h"

namespace geniai::tenancy {
namespace {

using base::TenantId;

// Tables that belong to no tenant, each with its reason.
const std::set<std::string> kGlobalTables{
    "schema_migrations",  // of the migrator; holds no data of anybody
    "tenants",            // the tenants themselves: keyed by id, protected all the same
    "model_prices",       // the same for all
    "exchange_rates",
};

const pg::Query kTables{"test.tables", R"sql(
    select c.relname, c.relrowsecurity, c.relforcerowsecurity,
           exists (select from pg_policy p where p.polrelid = c.oid) as has_policy,
           exists (select from pg_index i
                     join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
                    where i.indrelid = c.oid and i.indisprimary and a.attname = 'tenant_id')
               as tenant_in_key,
           (select count(*) from pg_constraint f
             where f.conrelid = c.oid and f.contype = 'f'
               and not exists (select from pg_attribute a
                                where a.attrelid = c.oid and a.attnum = any(f.conkey)
                                  and a.attname = 'tenant_id')) as keys_without_tenant
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p')
     order by c.relname
)sql"};

class IsolationTest : public ::testing::Test {
protected:
    // Two tenants with one row in every table.
    IsolationTest() : owner_(database_.Connect()), app_(database_.Connect(database_.kApp)) {
        {
            RoleScope scope(app_, DatabaseRole::kAdminUsers);
            scope.transaction().RunScript({"test.fill", R"sql(
                insert into tenants (id, name, slug, account_id, uses_model)
                values (1, 'One', 'one', 11, true), (2, 'Two', 'two', 12, true);
                insert into users (tenant_id, id, email, password_hash, full_name)
                values (1, 101, 'a@one.example', 'secret hash 1', 'A'),
                       (2, 102, 'b@two.example', 'secret hash 2', 'B');
            )sql"});
            scope.Commit();
        }
        for (const int tenant : {1, 2}) Fill(TenantId(tenant));
        // Any call takes them away, of whomever they are.
        pg::Transaction refunds(owner_);
        refunds.RunScript({"test.refunds", R"sql(
            insert into llm_refunds
            select tenant_id, 0, '2026-03-01', '2026-03-01', 1 from unnest(array[1, 2]) as tenant_id
        )sql"});
        refunds.Commit();
    }

    void Fill(TenantId tenant) {
        {
            RoleScope people(app_, DatabaseRole::kAdminUsers);
            people.Execute({"test.session", R"sql(
                insert into sessions (tenant_id, token_hash, user_id, expires_at)
                values ($1::int, '\x01', 100 + $1::int, now() + interval '1 day'))sql"},
                           tenant);
            people.Execute({"test.limits", R"sql(
                insert into llm_limits (tenant_id, brl_per_day) values ($1, 1000000))sql"},
                           tenant);
            people.Execute({"test.raise", R"sql(
                insert into llm_raises (tenant_id, kind, value, expires_at, author)
                values ($1, 'brl_per_day', 2000000, now() + interval '1 day', 'cli'))sql"},
                           tenant);
            people.Execute({"test.rules", R"sql(
                insert into tenant_rules (tenant_id, additions, author)
                values ($1, '[score]', 'cli'))sql"},
                           tenant);
            people.Commit();
        }
        {
            // Nobody writes it but the function that folds old calls.
            pg::Transaction sums(owner_);
            sums.Execute({"test.sums", R"sql(
                insert into llm_daily_sums
                values ($1, '2026-03-01', '2026-03-01', '2026-03-01', 'm', 'test', false, 'settled',
                        'ok', 5500000, 1, 1, 0, 1, 1))sql"},
                         tenant);
            sums.Commit();
        }
        TenantScope scope(app_, DatabaseRole::kEtlService, tenant);
        scope.transaction().RunScript({"test.facts", R"sql(
            insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name)
            values (current_tenant_id(), 20 + current_tenant_id(), 'Inbox');
            insert into contacts (tenant_id, contact_id, name, row_hash)
            values (current_tenant_id(), 5, 'Contact', 1);
            insert into conversations (tenant_id, conversation_id, display_id, account_id, inbox_id,
                contact_id, status, conversation_created_at, conversation_updated_at, row_hash)
            values (current_tenant_id(), 7, 7, 11, 20 + current_tenant_id(), 5, 0, now(), now(), 1);
            insert into conversation_transcripts (tenant_id, conversation_id, message_compiled,
                text_hash)
            values (current_tenant_id(), 7, '[]', 1);
            insert into classifications (tenant_id, conversation_id, is_lead, visit_scheduled,
                crm_converted, score, category, rules_version, verdict_hash)
            values (current_tenant_id(), 7, true, false, false, 50, 'OUTROS', 'v', '\x00');
            insert into lead_analyses (tenant_id, conversation_id, last_message_at,
                conversation_type, summary, priority, confidence, analyst, prompt_version, input_hash)
            values (current_tenant_id(), 7, now() - interval '25 hours', 'REMARKETING_RECENTE', 'text',
                3, 0.5, 'local', 'v', '\x01');
            insert into analysis_claims (tenant_id, purpose, conversation_id, last_message_at, lease_until)
            values (current_tenant_id(), 'remarketing', 7, now(), now());
            insert into model_verdicts (tenant_id, conversation_id, last_message_at, is_lead,
                visit_scheduled, crm_converted, score, resolution, interest, needs_remarketing,
                summary, confidence, model, prompt_version, input_hash)
            values (current_tenant_id(), 7, now(), true, false, false, 50, 'em_negociacao', 'alto',
                true, 'text', 1, 'm', 'v', '\x01');
            with made as (
                insert into model_evaluations (tenant_id, set_digest, conversations, model,
                    prompt_version, rules_version, bad_answers, is_accepted, input_tokens,
                    output_tokens, brl, author)
                values (current_tenant_id(), '\x01', 1, 'm', 'v', 'v', 0, true, 1, 1, 1, 'cli')
                returning tenant_id, evaluation_id)
            insert into model_evaluation_flags
            select tenant_id, evaluation_id, 'model', 'is_lead', 1, 0, 0, 0 from made;
            insert into sync_state (tenant_id, source_identity) values (current_tenant_id(), 'here');
            insert into source_snapshots (tenant_id, taken_at, snapshot_xmin, snapshot_xmax,
                last_message_id)
            values (current_tenant_id(), now(), 1, 2, 3);
            insert into etl_control (tenant_id, load_type, status, triggered_by, etl_version)
            values (current_tenant_id(), 'full', 'running', 'cli', 'v');
            insert into etl_rejects (tenant_id, stream, source_id, reason)
            values (current_tenant_id(), 'conversations', 8, 'bad');
            insert into completeness_proofs (tenant_id, proven_at, holds, conversations, contacts,
                source_checksum, checksum, repaired, marked_deleted, rejected, held_back_deletes)
            values (current_tenant_id(), now(), true, 1, 1, 1, 1, 0, 0, 0, 0);
            insert into alerts (tenant_id, kind, severity, message)
            values (current_tenant_id(), 'sync.failed', 'warning', 'text');
            insert into audit_logs (tenant_id, actor, action)
            values (current_tenant_id(), 'cli', 'inbox.map');
            select llm_settle((llm_reserve('test', 'gpt-4o-mini', 'v', '\x01', 1, 1, false,
                                           '1 min')).call_id, 'settled', 1, 0, 1, 'ok', 1);
            select llm_reserve('test', 'gpt-4o-mini', 'v', '\x01', 1, 1, false, '1 min');
            insert into llm_batches (tenant_id, batch_id, purpose, model, deadline)
            values (current_tenant_id(), 1, 'test', 'gpt-4o-mini', now());
            insert into llm_batch_requests (tenant_id, batch_id, call_id, payload)
            values (current_tenant_id(), 1, 1, 'subject');
        )sql"});
        scope.Commit();
    }

    std::vector<std::string> TenantTables() {
        std::vector<std::string> tables;
        pg::Transaction transaction(owner_, pg::Transaction::Mode::kReadOnly);
        for (const pg::Row row : transaction.Execute(kTables)) {
            if (!kGlobalTables.contains(row["relname"].String())) {
                tables.push_back(row["relname"].String());
            }
        }
        return tables;
    }

    // Rows that a role may see of a table, all and those of other tenants than `tenant`; -1 where it
    // has no right to look.
    static std::int64_t CountRows(pg::Transaction& transaction, const std::string& relation,
                                  const std::string& condition = "true") {
        return transaction
            .Execute({"test.count", "select count(*) as n from " + relation + " where " + condition})
            .One()["n"]
            .Int64();
    }

    testing::TestWarehouse database_;
    pg::Connection owner_;
    pg::Connection app_;
};

TEST_F(IsolationTest, EveryTenantTableForcesRowSecurityAndHasTheTenantInItsKeys) {
    pg::Transaction transaction(owner_, pg::Transaction::Mode::kReadOnly);
    int tables = 0;
    for (const pg::Row row : transaction.Execute(kTables)) {
        const std::string table = row["relname"].String();
        if (table == "schema_migrations") continue;
        ++tables;
        EXPECT_TRUE(row["relrowsecurity"].Bool()) << table;
        EXPECT_TRUE(row["relforcerowsecurity"].Bool()) << table;
        EXPECT_TRUE(row["has_policy"].Bool()) << table;
        if (kGlobalTables.contains(table)) continue;
        EXPECT_TRUE(row["tenant_in_key"].Bool()) << table << " has no tenant_id in its primary key";
        EXPECT_EQ(row["keys_without_tenant"].Int64(), 0)
            << table << " has a foreign key without tenant_id";
    }
    EXPECT_GE(tables, 10);
}

TEST_F(IsolationTest, EveryViewRunsWithItsReadersRights) {
    pg::Transaction transaction(owner_, pg::Transaction::Mode::kReadOnly);
    const pg::Result views = transaction.Execute({"test.views", R"sql(
        select relname, coalesce('security_invoker=true' = any(reloptions), false) as invoker
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and relkind = 'v')sql"});
    EXPECT_GE(views.size(), 2);
    for (const pg::Row row : views) EXPECT_TRUE(row["invoker"].Bool()) << row["relname"].text();
}

TEST_F(IsolationTest, TheRolesOwnNothingAndBypassNothing) {
    pg::Transaction transaction(owner_, pg::Transaction::Mode::kReadOnly);
    const pg::Result roles = transaction.Execute({"test.roles", R"sql(
        select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as strong,
               exists (select from pg_class c where c.relowner = r.oid) as owns
          from pg_roles r
         where rolname in ('authenticated_users', 'admin_users', 'etl_service', 'test_app'))sql"});
    EXPECT_EQ(roles.size(), 4);
    for (const pg::Row row : roles) {
        EXPECT_FALSE(row["strong"].Bool()) << row["rolname"].text();
        EXPECT_FALSE(row["owns"].Bool()) << row["rolname"].text();
    }
}

TEST_F(IsolationTest, WithoutATenantThereAreNoRows) {
    for (const std::string& table : TenantTables()) {
        for (const auto role : {DatabaseRole::kAuthenticatedUsers, DatabaseRole::kEtlService}) {
            RoleScope scope(app_, role);
            try {
                EXPECT_EQ(CountRows(scope.transaction(), table), 0) << table;
            } catch (const pg::SqlError& error) {
                EXPECT_EQ(error.sqlstate(), pg::kInsufficientPrivilege) << table;
            }
        }
    }
    RoleScope scope(app_, DatabaseRole::kAuthenticatedUsers);
    EXPECT_EQ(CountRows(scope.transaction(), "conversations_analytics"), 0);
    EXPECT_EQ(CountRows(scope.transaction(), "visible_conversations"), 0);
    EXPECT_EQ(CountRows(scope.transaction(), "tenants"), 0);
}

TEST_F(IsolationTest, AnEmptySettingIsNoTenant) {
    RoleScope scope(app_, DatabaseRole::kAuthenticatedUsers);
    scope.transaction().RunScript({"test.empty", "set local app.current_tenant_id = ''"});
    EXPECT_EQ(CountRows(scope.transaction(), "conversations_analytics"), 0);
}

TEST_F(IsolationTest, TheLoginItselfSeesNothingUntilItIsARole) {
    for (const std::string& table : TenantTables()) {
        pg::Transaction transaction(app_);
        EXPECT_THROW(CountRows(transaction, table), pg::SqlError) << table;
    }
}

TEST_F(IsolationTest, ATenantSeesItsRowsAndNoneOfAnother) {
    for (const std::string& table : TenantTables()) {
        for (const auto role : {DatabaseRole::kAuthenticatedUsers, DatabaseRole::kEtlService}) {
            TenantScope scope(app_, role, TenantId(1));
            try {
                EXPECT_EQ(CountRows(scope.transaction(), table, "tenant_id <> 1"), 0) << table;
                EXPECT_EQ(CountRows(scope.transaction(), table), 1) << table;
            } catch (const pg::SqlError& error) {
                EXPECT_EQ(error.sqlstate(), pg::kInsufficientPrivilege) << table;
            }
        }
    }
    for (const char* view : {"conversations_analytics", "visible_conversations"}) {
        TenantScope scope(app_, DatabaseRole::kAuthenticatedUsers, TenantId(1));
        EXPECT_EQ(CountRows(scope.transaction(), view), 1) << view;
        EXPECT_EQ(CountRows(scope.transaction(), view, "tenant_id <> 1"), 0) << view;
    }
}

TEST_F(IsolationTest, TheTenantEndsWithTheTransactionOnAReusedConnection) {
    {
        TenantScope scope(app_, DatabaseRole::kAuthenticatedUsers, TenantId(1));
        EXPECT_EQ(CountRows(scope.transaction(), "conversations"), 1);
        scope.Commit();
    }
    RoleScope after(app_, DatabaseRole::kAuthenticatedUsers);
    EXPECT_EQ(CountRows(after.transaction(), "conversations"), 0);
}

TEST_F(IsolationTest, TheTenantEndsWithTheTransactionAfterAnError) {
    {
        TenantScope scope(app_, DatabaseRole::kAuthenticatedUsers, TenantId(1));
        EXPECT_THROW(scope.Execute({"test.fail", "select 1/0"}), pg::SqlError);
    }
    {
        RoleScope after(app_, DatabaseRole::kAuthenticatedUsers);
        EXPECT_EQ(CountRows(after.transaction(), "conversations"), 0);
    }
    TenantScope other(app_, DatabaseRole::kAuthenticatedUsers, TenantId(2));
    EXPECT_EQ(CountRows(other.transaction(), "conversations", "tenant_id = 1"), 0);
}

TEST_F(IsolationTest, ThousandsOfMixedScopesOnOneConnectionNeverShowAForeignRow) {
    pg::Pool pool({.connection = database_.Settings(database_.kApp), .connections_max = 1});
    for (int round = 0; round < 2'000; ++round) {
        const TenantId tenant(1 + round % 2);
        auto connection = pool.Acquire();
        TenantScope scope(*connection, DatabaseRole::kAuthenticatedUsers, tenant);
        ASSERT_EQ(CountRows(scope.transaction(), "conversations_analytics",
                            "tenant_id <> " + tenant.ToString()),
                  0);
        if (round % 3 == 0) scope.Commit();
    }
}

TEST_F(IsolationTest, AServiceCannotWriteIntoAnotherTenant) {
    const std::pair<const char*, const char*> attempts[] = {
        {"insert", "insert into contacts (tenant_id, contact_id, row_hash) values (2, 99, 1)"},
        {"update", "update contacts set tenant_id = 2"},
    };
    for (const auto& [name, sql] : attempts) {
        TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(1));
        EXPECT_THROW(scope.Execute({"test.foreign", sql}), pg::SqlError) << name;
    }
    TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(1));
    EXPECT_EQ(scope.Execute({"test.foreign", "delete from contacts where tenant_id = 2"}).affected(),
              0);
}

TEST_F(IsolationTest, PeopleNeitherWriteFactsNorReadPasswordHashes) {
    for (const char* sql : {"update conversations set status = 1", "delete from contacts",
                            "insert into classifications default values",
                            "select password_hash from users", "select * from users"}) {
        TenantScope scope(app_, DatabaseRole::kAuthenticatedUsers, TenantId(1));
        EXPECT_THROW(scope.Execute({"test.forbidden", sql}), pg::SqlError) << sql;
    }
}

// A member of the people's role may be anybody's SQL tool, and it can name any tenant it likes: so
// nothing that lets it become somebody is within its reach.
TEST_F(IsolationTest, PeoplesRoleReachesNoLogInAndNoSession) {
    for (const char* sql :
         {"select * from log_in_candidate('a@one.example')", "select * from sessions",
          "insert into sessions (tenant_id, token_hash, user_id, expires_at) "
          "values (1, '\\x02', 101, now() + interval '1 day')",
          "delete from sessions", "update users set password_hash = 'mine'",
          "select email from users"}) {
        TenantScope scope(app_, DatabaseRole::kAuthenticatedUsers, TenantId(1));
        EXPECT_THROW(scope.Execute({"test.become", sql}), pg::SqlError) << sql;
    }
}

TEST_F(IsolationTest, TheOperatorReadsAllTenantsButWritesNoFacts) {
    {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        EXPECT_EQ(CountRows(scope.transaction(), "conversations_analytics"), 2);
    }
    RoleScope scope(app_, DatabaseRole::kAdminUsers);
    EXPECT_THROW(scope.Execute({"test.operator", "update conversations set status = 1"}),
                 pg::SqlError);
}

TEST_F(IsolationTest, ALogInLookUpFindsOneExactAddressAndOthersMayNotCallIt) {
    const pg::Query look_up{"test.candidate", "select * from log_in_candidate($1)"};
    {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        EXPECT_EQ(scope.Execute(look_up, " A@One.example ").One()["user_id"].Int64(), 101);
        EXPECT_TRUE(scope.Execute(look_up, "%").empty());
    }
    RoleScope service(app_, DatabaseRole::kEtlService);
    EXPECT_THROW(service.Execute(look_up, "a@one.example"), pg::SqlError);
}

TEST_F(IsolationTest, TheOperatorReadsAHashThroughTheLookUpAlone) {
    RoleScope scope(app_, DatabaseRole::kAdminUsers);
    EXPECT_THROW(scope.Execute({"test.hash", "select password_hash from users"}), pg::SqlError);
}

TEST_F(IsolationTest, AnInboxBelongsToOneTenant) {
    TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(1));
    EXPECT_THROW(scope.Execute({"test.steal",
                                "insert into inbox_tenant_mapping (tenant_id, inbox_id) "
                                "values (1, 22)"}),
                 pg::SqlError);
}

TEST_F(IsolationTest, ALoginThatCouldPassTheWallsIsRefused) {
    pg::Connection owner = database_.Connect();
    EXPECT_FALSE(DescribeUnsafeLogin(owner).empty()) << "the owner must not serve";
    EXPECT_EQ(DescribeUnsafeLogin(app_), "");
}

}  // namespace
}  // namespace geniai::tenancy
