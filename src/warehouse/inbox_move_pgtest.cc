#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <thread>

#include "base/error.h"
#include "pg/sql_error.h"
#include "tenancy/inboxes.h"
#include "tenancy/tenant_lock.h"
#include "testing/test_database.h"
#include "warehouse/inbox_move.h"

namespace geniai::warehouse {
namespace {

using base::ErrorCode;
using base::InboxId;
using base::TenantId;
using tenancy::DatabaseRole;
using ::testing::HasSubstr;

// The rows of inbox 10's conversations without their tenant, a digest a table.
constexpr const char* kInboxFacts = R"sql(
    select concat_ws(' ',
        (select md5(string_agg((to_jsonb(c) - 'tenant_id')::text, '' order by c.conversation_id))
           from conversations c where c.inbox_id = 10),
        (select md5(string_agg((to_jsonb(x) - 'tenant_id')::text, '' order by x.conversation_id))
           from conversation_transcripts x join conversations c using (tenant_id, conversation_id)
          where c.inbox_id = 10),
        (select md5(string_agg((to_jsonb(k) - 'tenant_id')::text, '' order by k.conversation_id))
           from classifications k join conversations c using (tenant_id, conversation_id)
          where c.inbox_id = 10))
)sql";

// Tenants 1 and 2 share account 7; tenant 3 has account 9, tenant 4 none. Tenant 1 has the inboxes
// 10 (conversations 100 to 104) and 11 (110), tenant 2 has 20 (200), tenant 3 has 30 (300).
class InboxMoveTest : public ::testing::Test {
protected:
    InboxMoveTest() : app_(warehouse_.Connect(warehouse_.kApp)) {
        Operator(R"sql(
            insert into tenants (id, name, slug, account_id)
            values (1, 'One', 'one', 7), (2, 'Two', 'two', 7), (3, 'Three', 'three', 9),
                   (4, 'Four', 'four', null);
            insert into inbox_tenant_mapping (tenant_id, inbox_id, inbox_name, loaded_at)
            values (1, 10, 'Ten', now()), (1, 11, 'Eleven', now()), (2, 20, 'Twenty', now()),
                   (3, 30, 'Thirty', now()))sql");
        // Contact 1 writes in inbox 10 alone, 2 in both of tenant 1's, 3 also in tenant 2's; 5
        // nowhere.
        AddContacts(1, {1, 2, 3, 5});
        AddContacts(2, {3, 4});
        AddContacts(3, {9});
        for (const int id : {100, 101, 102})
            AddConversation(1, id, 10, id - 99);
        AddConversation(1, 103, 10, 77);  // a contact that is gone
        AddConversation(1, 104, 10, 1);
        AddConversation(1, 110, 11, 2);
        AddConversation(2, 200, 20, 3);
        AddConversation(3, 300, 30, 9);
    }

    void Operator(const std::string& script) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        scope.transaction().RunScript({"test.operator", script});
        scope.Commit();
    }

    void Service(int tenant, const std::string& script) {
        tenancy::TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        scope.transaction().RunScript({"test.service", script});
        scope.Commit();
    }

    void AddContacts(int tenant, std::initializer_list<int> ids) {
        for (const int id : ids) {
            const std::string contact = std::to_string(id);
            Service(tenant,
                    "insert into contacts (tenant_id, contact_id, name, row_hash) values "
                    "(current_tenant_id(), " +
                        contact + ", 'Contact " + contact + " of tenant " + std::to_string(tenant) +
                        "', 1)");
        }
    }

    void AddConversation(int tenant, int id, int inbox, int contact) {
        tenancy::TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        scope.Execute({"test.conversation", R"sql(
            insert into conversations (tenant_id, conversation_id, display_id, account_id,
                inbox_id, contact_id, status, conversation_created_at, conversation_updated_at,
                labels, row_hash, synced_at, deleted_at)
            values (current_tenant_id(), $1::bigint, $1::bigint, 7, $2, $3, 0, '2026-03-01',
                    '2026-03-02', '{"a,b","c"}', -5, '2026-03-03',
                    case when $1::bigint = 102 then now() end))sql"},
                      id, inbox, contact);
        // Long enough to be stored apart from its row, and hard to compress.
        scope.Execute({"test.transcript", R"sql(
            insert into conversation_transcripts (tenant_id, conversation_id, message_compiled,
                                                  text_hash)
            select current_tenant_id(), $1::bigint, jsonb_build_array(jsonb_build_object('text',
                   string_agg(md5((g * $1::bigint)::text), ''))), 3
              from generate_series(1, 400) g)sql"},
                      id);
        scope.Execute({"test.classification", R"sql(
            insert into classifications (tenant_id, conversation_id, is_lead, visit_scheduled,
                crm_converted, score, category, rules_version, verdict_hash, classified_at)
            values (current_tenant_id(), $1, true, false, false, 72, 'VENDAS', 'v', '\x01',
                    '2026-03-04'))sql"},
                      id);
        scope.Commit();
    }

    InboxMovePlan Plan(int inbox, int to) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return PlanInboxMove(scope, InboxId(inbox), TenantId(to));
    }

    InboxMoveCounts Move(int inbox, int to) { return MoveInbox(app_, Plan(inbox, to), "tester"); }

    void ExpectRefused(int inbox, int to, ErrorCode code, const std::string& reason) {
        const std::string before = Everything();
        try {
            Move(inbox, to);
            ADD_FAILURE() << "the move was not refused: " << reason;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), code) << error.what();
            EXPECT_THAT(error.what(), HasSubstr(reason));
        }
        EXPECT_EQ(Everything(), before);
    }

    static std::string ValueIn(pg::Transaction& transaction, const std::string& sql) {
        return std::string(
            transaction.Execute({"test.value", "select (" + sql + ")::text as value"})
                .One()["value"]
                .text());
    }

    // One value as a tenant's service reads it, and as the tenant's people do.
    std::string Value(int tenant, const std::string& sql) {
        tenancy::TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        return ValueIn(scope.transaction(), sql);
    }
    std::string PeoplesValue(int tenant, const std::string& sql) {
        tenancy::TenantScope scope(app_, DatabaseRole::kAuthenticatedUsers, TenantId(tenant));
        return ValueIn(scope.transaction(), sql);
    }
    std::string OperatorsValue(const std::string& sql) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return ValueIn(scope.transaction(), sql);
    }

    // Every row of every table that a move may touch, of all tenants.
    std::string Everything() {
        std::string all;
        for (const char* table :
             {"conversations", "conversation_transcripts", "classifications", "contacts",
              "etl_rejects", "inbox_tenant_mapping", "sync_state", "audit_logs", "tenants"}) {
            all += OperatorsValue("select md5(string_agg(t::text, '|' order by t::text)) from " +
                                  std::string(table) + " t") +
                   "\n";
        }
        return all;
    }

    testing::TestWarehouse warehouse_;
    pg::Connection app_;
};

TEST_F(InboxMoveTest, EveryRowIsTheNewTenantsAndTheOldOneSeesNothingOfIt) {
    const std::string before = Value(1, kInboxFacts);
    const std::string others = Value(3, "select string_agg(c::text, '|') from conversations c");
    const InboxMoveCounts moved = Move(10, 2);
    EXPECT_EQ(moved.conversations, 5);
    EXPECT_EQ(moved.transcripts, 5);
    EXPECT_EQ(moved.classifications, 5);
    EXPECT_EQ(Value(2, kInboxFacts), before);
    for (const char* table : {"conversations", "conversation_transcripts", "classifications"}) {
        EXPECT_EQ(
            Value(1, std::string("select string_agg(conversation_id::text, ',') from ") + table),
            "110")
            << table;
    }
    EXPECT_EQ(Value(3, "select string_agg(c::text, '|') from conversations c"), others);
}

TEST_F(InboxMoveTest, PeopleSeeTheConversationsUnderTheNewTenantOnly) {
    const std::string seen =
        "select string_agg(conversation_id::text, ',' order by conversation_id) "
        "from conversations_analytics";
    EXPECT_EQ(PeoplesValue(1, seen), "100,101,103,104,110");
    Move(10, 2);
    EXPECT_EQ(PeoplesValue(1, seen), "110");
    EXPECT_EQ(PeoplesValue(2, seen), "100,101,103,104,200");
    EXPECT_EQ(PeoplesValue(2,
                           "select inbox_name || ' ' || contact_name from conversations_analytics "
                           "where conversation_id = 100"),
              "Ten Contact 1 of tenant 1");
    EXPECT_EQ(PeoplesValue(2,
                           "select length(message_compiled->0->>'text') from "
                           "conversations_analytics where conversation_id = 100"),
              "12800");
}

TEST_F(InboxMoveTest, ContactsGoAlongAndStayWhereAnotherInboxNeedsThem) {
    const InboxMoveCounts moved = Move(10, 2);
    EXPECT_EQ(moved.contacts_added, 2);
    EXPECT_EQ(moved.contacts_removed, 2);
    const std::string names = "select string_agg(name, ', ' order by contact_id) from contacts";
    EXPECT_EQ(Value(1, names), "Contact 2 of tenant 1, Contact 5 of tenant 1");
    EXPECT_EQ(Value(2, names),
              "Contact 1 of tenant 1, Contact 2 of tenant 1, Contact 3 of tenant 2, "
              "Contact 4 of tenant 2")
        << "a contact that the new tenant had is as fresh as its own syncs made it";
}

TEST_F(InboxMoveTest, AContactThatTheNewTenantBelievesDeletedComesBack) {
    Service(2, "update contacts set deleted_at = now() where contact_id = 3");
    Move(10, 2);
    EXPECT_EQ(Value(2,
                    "select name || coalesce(deleted_at::text, '') from contacts where "
                    "contact_id = 3"),
              "Contact 3 of tenant 1");
}

TEST_F(InboxMoveTest, WhatTheNewTenantStillHasOfAConversationIsReplaced) {
    AddConversation(2, 100, 20, 3);  // it was in inbox 20 once
    Move(10, 2);
    EXPECT_EQ(Value(2,
                    "select inbox_id || ' ' || contact_id from conversations "
                    "where conversation_id = 100"),
              "10 1");
    EXPECT_EQ(Value(2, "select count(*) from conversation_transcripts where conversation_id = 100"),
              "1");
}

TEST_F(InboxMoveTest, RejectedRowsGoAlong) {
    Service(1, R"sql(
        insert into etl_rejects (tenant_id, stream, source_id, inbox_id, reason, payload)
        values (current_tenant_id(), 'conversations', 100, null, 'known by its row', 'a'),
               (current_tenant_id(), 'conversations', 190, 10, 'never loaded', 'b'),
               (current_tenant_id(), 'conversations', 110, 11, 'of the other inbox', 'c'),
               (current_tenant_id(), 'contacts', 1, null, 'contact of this inbox', 'd'),
               (current_tenant_id(), 'contacts', 2, null, 'contact of both', 'e'),
               (current_tenant_id(), 'contacts', 77, null, 'contact that never loaded', 'f'))sql");
    Service(2, R"sql(
        insert into etl_rejects (tenant_id, stream, source_id, reason)
        values (current_tenant_id(), 'conversations', 190, 'old'))sql");
    EXPECT_EQ(Move(10, 2).rejects, 5);
    const std::string payloads = "select string_agg(payload, '' order by payload) from etl_rejects";
    EXPECT_EQ(Value(1, payloads), "ce");
    EXPECT_EQ(Value(2, payloads), "abdef");
}

TEST_F(InboxMoveTest, TheNewTenantsNextSyncReadsTheInboxFromTheStart) {
    Operator("update tenants set inboxes_found_at = now()");
    Service(1,
            "insert into sync_state (tenant_id, source_identity, loading_inboxes) "
            "values (current_tenant_id(), 'here', '{10,11}')");
    Move(10, 2);
    tenancy::TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(2));
    const tenancy::InboxDiscovery stored = tenancy::StoredInboxes(scope);
    EXPECT_THAT(stored.active, ::testing::ElementsAre(InboxId(10), InboxId(20)));
    EXPECT_THAT(stored.not_loaded, ::testing::ElementsAre(InboxId(10)));
    EXPECT_FALSE(tenancy::DiscoveryIsFresh(scope, std::chrono::hours(1)));
    scope.Commit();
    EXPECT_EQ(Value(1, "select loading_inboxes from sync_state"), "{11}");
    tenancy::TenantScope old_tenant(app_, DatabaseRole::kEtlService, TenantId(1));
    EXPECT_FALSE(tenancy::DiscoveryIsFresh(old_tenant, std::chrono::hours(1)));
    EXPECT_THAT(tenancy::StoredInboxes(old_tenant).active, ::testing::ElementsAre(InboxId(11)));
}

TEST_F(InboxMoveTest, ADiscoveryAfterTheMoveKeepsIt) {
    Move(10, 2);
    const std::vector<tenancy::Inbox> found{
        {InboxId(10), "Ten", ""}, {InboxId(11), "Eleven", ""}, {InboxId(20), "Twenty", ""}};
    for (const int tenant : {1, 2}) {
        tenancy::TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        const tenancy::InboxDiscovery discovery = tenancy::DiscoverInboxes(scope, found);
        EXPECT_EQ(discovery.active.size(), tenant == 1 ? 1U : 2U);
        EXPECT_TRUE(discovery.unmapped.empty());
        EXPECT_TRUE(discovery.closed.empty());
    }
}

TEST_F(InboxMoveTest, AnInboxThatIsOffStaysOff) {
    Operator("update inbox_tenant_mapping set is_active = false where inbox_id = 10");
    Move(10, 2);
    EXPECT_EQ(Value(2, "select is_active from inbox_tenant_mapping where inbox_id = 10"), "false");
    EXPECT_EQ(PeoplesValue(2, "select count(*) from conversations_analytics"), "1");
}

TEST_F(InboxMoveTest, BothTenantsAuditLogsTellOfIt) {
    Move(10, 2);
    EXPECT_EQ(
        OperatorsValue("select string_agg(concat_ws(' ', tenant_id, actor, action, subject, "
                       "details->>'from_tenant', details->>'to_tenant', "
                       "details->>'conversations'), ', ' order by tenant_id) from audit_logs"),
        "1 tester inbox.move inbox 10 1 2 5, 2 tester inbox.move inbox 10 1 2 5");
}

TEST_F(InboxMoveTest, ThereAndBackIsAsItWas) {
    const std::string before = Value(1, kInboxFacts);
    Move(10, 2);
    EXPECT_EQ(Value(1, kInboxFacts), "");
    Move(10, 1);
    EXPECT_EQ(Value(1, kInboxFacts), before);
    EXPECT_EQ(Value(2, "select string_agg(conversation_id::text, ',') from conversations"), "200");
    const std::string contacts =
        "select string_agg(contact_id::text, ',' order by contact_id) from contacts";
    EXPECT_EQ(Value(1, contacts), "1,2,3,5");
    EXPECT_EQ(Value(2, contacts), "3,4");
}

TEST_F(InboxMoveTest, AnInboxWithoutConversationsMovesToo) {
    Operator("insert into inbox_tenant_mapping (tenant_id, inbox_id) values (1, 12)");
    EXPECT_EQ(Move(12, 2).conversations, 0);
    EXPECT_EQ(Value(2, "select count(*) from inbox_tenant_mapping where inbox_id = 12"), "1");
}

TEST_F(InboxMoveTest, WhatMayNotMoveIsRefusedAndNothingChanges) {
    ExpectRefused(10, 3, ErrorCode::kConflict, "not of the same Chatwoot account");
    ExpectRefused(10, 4, ErrorCode::kConflict, "not of the same Chatwoot account");
    ExpectRefused(10, 0, ErrorCode::kConflict, "not of the same Chatwoot account");
    ExpectRefused(10, 1, ErrorCode::kConflict, "belongs to tenant 1 already");
    ExpectRefused(99, 2, ErrorCode::kNotFound, "no tenant has inbox 99");
    ExpectRefused(10, 55, ErrorCode::kNotFound, "there is no tenant 55");
    Operator(
        "update inbox_tenant_mapping set is_active = false, closed_at = now() "
        "where inbox_id = 10");
    ExpectRefused(10, 2, ErrorCode::kConflict, "is closed");
}

TEST_F(InboxMoveTest, TwoTenantsWithoutAccountShareNone) {
    Operator(
        "insert into tenants (id, name, slug) values (5, 'Five', 'five');"
        "insert into inbox_tenant_mapping (tenant_id, inbox_id) values (5, 50)");
    ExpectRefused(50, 4, ErrorCode::kConflict, "not of the same Chatwoot account");
}

TEST_F(InboxMoveTest, MovingTwiceWithTheSamePlanIsRefused) {
    const InboxMovePlan plan = Plan(10, 2);
    EXPECT_EQ(plan.conversations, 5);
    MoveInbox(app_, plan, "tester");
    const std::string after = Everything();
    EXPECT_THROW(MoveInbox(app_, plan, "tester"), base::Error);
    EXPECT_EQ(Everything(), after);
}

TEST_F(InboxMoveTest, AnInboxThatChangedHandsSinceThePlanIsRefused) {
    Operator("insert into tenants (id, name, slug, account_id) values (6, 'Six', 'six', 7)");
    const InboxMovePlan plan = Plan(10, 6);
    Move(10, 2);
    const std::string after = Everything();
    try {
        MoveInbox(app_, plan, "tester");
        FAIL() << "a stale plan was carried out";
    } catch (const base::Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("changed hands"));
    }
    EXPECT_EQ(Everything(), after);
}

TEST_F(InboxMoveTest, WhileASyncWorksOnEitherTenantItIsRefused) {
    for (const int tenant : {1, 2}) {
        pg::Connection sync = warehouse_.Connect(warehouse_.kApp);
        const pg::AdvisoryLock lock = tenancy::LockTenant(sync, TenantId(tenant));
        ExpectRefused(10, 2, ErrorCode::kAlreadyRunning, "tenant " + std::to_string(tenant));
    }
    EXPECT_EQ(Move(10, 2).conversations, 5) << "the locks are free again";
}

// The end of the session in the middle is what a kill -9 is to the database: here every row has
// been moved, and the audit log is still to be written.
TEST_F(InboxMoveTest, AMoveThatIsKilledLeavesEverythingAsItWas) {
    const std::string before = Everything();
    const InboxMovePlan plan = Plan(10, 2);
    pg::Connection owner = warehouse_.Connect();
    {
        pg::Transaction block(owner);
        block.Execute({"test.block", "lock table audit_logs in share mode"});
        std::jthread killer([&](const std::stop_token& stop) {
            pg::Connection superuser({.url = testing::TestCluster().Url(
                                          pg::PrivateCluster::kSuperuser, warehouse_.name())});
            for (bool killed = false; !killed && !stop.stop_requested();) {
                pg::Transaction transaction(superuser);
                killed =
                    transaction
                        .Execute({"test.kill",
                                  "select coalesce(bool_or(pg_terminate_backend(pid)), false) as "
                                  "killed from pg_locks where not granted and relation = "
                                  "'audit_logs'::regclass"})
                        .One()["killed"]
                        .Bool();
            }
        });
        pg::Connection victim = warehouse_.Connect(warehouse_.kApp);
        EXPECT_THROW(MoveInbox(victim, plan, "tester"), base::Error);
    }
    EXPECT_EQ(Everything(), before);
    EXPECT_EQ(MoveInbox(app_, plan, "tester").conversations, 5) << "and it can be done again";
}

TEST_F(InboxMoveTest, AColumnThatALaterMigrationAddsMovesToo) {
    {
        pg::Connection owner = warehouse_.Connect();
        pg::Transaction transaction(owner);
        transaction.RunScript({"test.alter", R"sql(
            alter table conversations add column later text default 'x' not null;
            alter table contacts add column "Odd name" integer)sql"});
        transaction.Commit();
    }
    Service(1, "update conversations set later = 'kept'; update contacts set \"Odd name\" = 42");
    Move(10, 2);
    EXPECT_EQ(
        Value(2, "select string_agg(distinct later, ',') from conversations where inbox_id = 10"),
        "kept");
    EXPECT_EQ(Value(2, "select \"Odd name\" from contacts where contact_id = 1"), "42");
}

TEST_F(InboxMoveTest, AnAnalysisGoesWithItsConversation) {
    Service(1, R"sql(
        insert into lead_analyses (tenant_id, conversation_id, last_message_at, conversation_type,
            summary, priority, confidence, analyst, prompt_version, input_hash)
        select current_tenant_id(), conversation_id, now() - interval '25 hours',
               'REMARKETING_RECENTE', 'of ' || inbox_id, 3, 0.5, 'local', 'v', '\x01'
          from conversations;
        insert into model_verdicts (tenant_id, conversation_id, last_message_at, is_lead,
            visit_scheduled, crm_converted, score, resolution, interest, needs_remarketing, summary,
            confidence, model, prompt_version, input_hash)
        select current_tenant_id(), conversation_id, now(), true, false, false, 50, 'em_negociacao',
               'alto', true, 'of ' || inbox_id, 1, 'm', 'v', '\x01' from conversations;
        insert into analysis_claims (tenant_id, purpose, conversation_id, last_message_at, lease_until)
        select current_tenant_id(), 'remarketing', conversation_id, now(), now()
          from conversations)sql");
    const std::string analysed =
        Value(1, "select count(*) from lead_analyses where summary = 'of 10'");
    Move(10, 2);
    EXPECT_EQ(Value(1, "select count(*) from lead_analyses where summary = 'of 10'"), "0");
    EXPECT_EQ(Value(2, "select count(*) from lead_analyses where summary = 'of 10'"), analysed);
    EXPECT_EQ(Value(1, "select count(*) from model_verdicts where summary = 'of 10'"), "0");
    EXPECT_EQ(Value(2, "select count(*) from model_verdicts where summary = 'of 10'"), analysed);
    EXPECT_NE(analysed, "0");
    EXPECT_EQ(Value(2, "select count(*) from analysis_claims"), "0");
}

// A table that a later migration hangs on conversations or inboxes must be moved or be on this
// list.
TEST_F(InboxMoveTest, EveryTableOfConversationsAndInboxesIsKnown) {
    const std::set<std::string> moved{"conversations",   "conversation_transcripts",
                                      "classifications", "contacts",
                                      "etl_rejects",     "inbox_tenant_mapping",
                                      "lead_analyses",   "analysis_claims",
                                      "model_verdicts"};
    pg::Connection owner = warehouse_.Connect();
    pg::Transaction transaction(owner);
    for (const pg::Row row : transaction.Execute({"test.tables", R"sql(
             select distinct c.relname
               from pg_class c join pg_namespace n on n.oid = c.relnamespace
               join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
              where n.nspname = 'public' and c.relkind in ('r', 'p')
                and a.attname in ('conversation_id', 'inbox_id', 'contact_id'))sql"})) {
        EXPECT_TRUE(moved.contains(row["relname"].String())) << row["relname"].text();
    }
}

TEST_F(InboxMoveTest, AVisitIsOneTenantsAndEndsWithItself) {
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    for (const int tenant : {1, 2}) {
        tenancy::TenantVisit visit(scope, TenantId(tenant));
        const auto row = visit
                             .Execute({"test.visit", R"sql(
            select current_user::text as role, count(*) as all_rows,
                   count(*) filter (where tenant_id <> $1) as foreign_rows from conversations)sql"},
                                      tenant)
                             .One();
        EXPECT_EQ(row["role"].text(), "etl_service");
        EXPECT_EQ(row["foreign_rows"].Int64(), 0);
        EXPECT_EQ(row["all_rows"].Int64(), tenant == 1 ? 6 : 1);
    }
    EXPECT_EQ(ValueIn(scope.transaction(), "select current_user"), "admin_users");
    EXPECT_EQ(ValueIn(scope.transaction(), "select coalesce(current_tenant_id()::text, 'none')"),
              "none");
}

TEST_F(InboxMoveTest, AVisitThatFailsEndsWithItsTransaction) {
    {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        tenancy::TenantVisit visit(scope, TenantId(1));
        EXPECT_THROW(visit.Execute({"test.foreign",
                                    "insert into contacts (tenant_id, contact_id, "
                                    "row_hash) values (2, 99, 1)"}),
                     pg::SqlError);
    }
    pg::Transaction after(app_);
    EXPECT_EQ(ValueIn(after, "select current_user"), "test_app");
    EXPECT_THROW(ValueIn(after, "select count(*) from conversations"), pg::SqlError);
}

}  // namespace
}  // namespace geniai::warehouse
