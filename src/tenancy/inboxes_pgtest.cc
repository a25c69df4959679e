#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "base/error.h"
#include "pg/sql_error.h"
#include "tenancy/inboxes.h"
#include "tenancy/tenants.h"
#include "testing/test_database.h"

namespace geniai::tenancy {
namespace {

using base::InboxId;
using base::TenantId;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Tenants 1 and 2 share account 7, tenant 3 is alone in account 9.
class InboxesTest : public ::testing::Test {
protected:
    InboxesTest() : app_(warehouse_.Connect(warehouse_.kApp)) {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        for (const auto& [name, account] : {std::pair("One", 7), {"Two", 7}, {"Three", 9}}) {
            TenantChange tenant;
            tenant.name = name;
            tenant.account = base::AccountId(account);
            AddTenant(scope, tenant);
        }
        scope.Commit();
    }

    static std::vector<Inbox> Inboxes(std::initializer_list<int> ids) {
        std::vector<Inbox> inboxes;
        for (const int id : ids) {
            inboxes.push_back({InboxId(id), "Inbox " + std::to_string(id), "Channel::Whatsapp"});
        }
        return inboxes;
    }

    InboxDiscovery Discover(int tenant, const std::vector<Inbox>& found,
                            InboxListing listing = InboxListing::kComplete) {
        TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        InboxDiscovery discovery = DiscoverInboxes(scope, found, listing);
        scope.Commit();
        return discovery;
    }

    InboxDiscovery Stored(int tenant) {
        TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        return StoredInboxes(scope);
    }

    void Map(int tenant, int inbox, InboxState state) {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        MapInbox(scope, TenantId(tenant), {InboxId(inbox), "", ""}, state, "tester");
        scope.Commit();
    }

    void MarkLoaded(int tenant, std::vector<InboxId> inboxes) {
        TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        MarkInboxesLoaded(scope, inboxes);
        scope.Commit();
    }

    bool IsFresh(int tenant) {
        TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        return DiscoveryIsFresh(scope, hours(1));
    }

    std::string State(int inbox) {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        const auto mapped = FindMappedInbox(scope, InboxId(inbox));
        return mapped ? mapped->tenant.ToString() + " " + std::string(StateOf(*mapped))
                      : "unmapped";
    }

    // One value, as the operator reads it.
    std::string Value(const std::string& sql) {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return std::string(scope.Execute({"test.value", "select (" + sql + ")::text as value"})
                               .One()["value"]
                               .text());
    }

    // "cli inbox.map inbox 12" of each entry, oldest first.
    std::vector<std::string> Audit(int tenant) {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        std::vector<std::string> entries;
        for (const pg::Row row : scope.Execute({"test.audit", R"sql(
                 select actor || ' ' || action || ' ' || subject || coalesce(', was ' ||
                        (details->>'was'), '') as entry
                   from audit_logs where tenant_id = $1 order by id)sql"},
                                               tenant)) {
            entries.push_back(row["entry"].String());
        }
        return entries;
    }

    testing::TestWarehouse warehouse_;
    pg::Connection app_;
};

TEST_F(InboxesTest, TheFirstDiscoveryMapsEveryInboxOfTheAccount) {
    const InboxDiscovery discovery = Discover(3, Inboxes({31, 30}));
    EXPECT_THAT(discovery.active, ElementsAre(InboxId(30), InboxId(31)));
    EXPECT_THAT(discovery.not_loaded, ElementsAre(InboxId(30), InboxId(31)));
    EXPECT_THAT(discovery.closed, IsEmpty());
    EXPECT_THAT(discovery.unmapped, IsEmpty());
    EXPECT_THAT(Audit(3), ElementsAre("sync inbox.map inbox 30, was unmapped",
                                      "sync inbox.map inbox 31, was unmapped"));
}

TEST_F(InboxesTest, ALaterInboxIsUnmappedUntilSomebodyMapsIt) {
    Discover(3, Inboxes({30}));
    EXPECT_THAT(Discover(3, Inboxes({30, 31})).unmapped, ElementsAre(InboxId(31)));
    EXPECT_THAT(Discover(3, Inboxes({30, 31})).active, ElementsAre(InboxId(30)));
    Map(3, 31, InboxState::kActive);
    const InboxDiscovery after = Discover(3, Inboxes({30, 31}));
    EXPECT_THAT(after.active, ElementsAre(InboxId(30), InboxId(31)));
    EXPECT_THAT(after.unmapped, IsEmpty());
}

TEST_F(InboxesTest, DiscoveringTheSameAgainWritesNothing) {
    Discover(3, Inboxes({30, 31}));
    const std::string versions = "select string_agg(xmin::text, ' ') from inbox_tenant_mapping";
    const std::string before = Value(versions);
    const InboxDiscovery again = Discover(3, Inboxes({30, 31}));
    EXPECT_EQ(again.active.size(), 2U);
    EXPECT_EQ(Value(versions), before);
    EXPECT_EQ(Audit(3).size(), 2U);
}

TEST_F(InboxesTest, NamesFollowTheSource) {
    Discover(3, Inboxes({30, 31}));
    auto renamed = Inboxes({30, 31});
    renamed[0].name = R"(Recepção "nova", {a}\b)";
    renamed[1].channel_type = "Channel::Email";
    Discover(3, renamed);
    EXPECT_EQ(Value("select inbox_name from inbox_tenant_mapping where inbox_id = 30"),
              renamed[0].name);
    EXPECT_EQ(Value("select channel_type from inbox_tenant_mapping where inbox_id = 31"),
              "Channel::Email");
}

TEST_F(InboxesTest, E14AnInboxOfAnotherTenantIsNeitherStolenNorCalledUnmapped) {
    Discover(1, Inboxes({70, 71}));
    const InboxDiscovery second = Discover(2, Inboxes({70, 71, 72}));
    EXPECT_THAT(second.active, IsEmpty());
    EXPECT_THAT(second.unmapped, ElementsAre(InboxId(72)));
    EXPECT_EQ(State(70), "1 loading");
    EXPECT_EQ(State(71), "1 loading");
    EXPECT_EQ(State(72), "unmapped");
    EXPECT_THAT(Audit(2), IsEmpty());
}

TEST_F(InboxesTest, E14ASwitchedOffInboxStaysOffWhateverTheSourceSays) {
    Discover(3, Inboxes({30, 31}));
    Map(3, 30, InboxState::kInactive);
    auto renamed = Inboxes({30, 31});
    renamed[0].name = "Renamed";
    EXPECT_THAT(Discover(3, renamed).active, ElementsAre(InboxId(31)));
    EXPECT_EQ(State(30), "3 off");
    EXPECT_THAT(Discover(3, renamed).unmapped, IsEmpty());
}

TEST_F(InboxesTest, E14AnInboxThatIsGoneFromTheSourceIsClosed) {
    Discover(3, Inboxes({30, 31}));
    const InboxDiscovery discovery = Discover(3, Inboxes({31}));
    EXPECT_THAT(discovery.active, ElementsAre(InboxId(31)));
    EXPECT_THAT(discovery.closed, ElementsAre(InboxId(30)));
    EXPECT_EQ(State(30), "3 closed");
    EXPECT_EQ(Value("select is_active::text || (closed_at is not null)::text "
                    "from inbox_tenant_mapping where inbox_id = 30"),
              "falsetrue");
    EXPECT_EQ(Audit(3).back(), "sync inbox.close inbox 30");
    const std::string version = "select xmin from inbox_tenant_mapping where inbox_id = 30";
    const std::string before = Value(version);
    Discover(3, Inboxes({31}));
    EXPECT_THAT(Stored(3).closed, ElementsAre(InboxId(30)));
    EXPECT_EQ(Value(version), before) << "it is closed once";
    EXPECT_EQ(Audit(3).size(), 3U);
}

TEST_F(InboxesTest, E14AnInboxWithoutConversationsIsMappedAndReadLikeAnyOther) {
    Discover(3, Inboxes({30}));
    EXPECT_THAT(Stored(3).not_loaded, ElementsAre(InboxId(30)));
    MarkLoaded(3, {InboxId(30)});
    EXPECT_EQ(State(30), "3 active");
}

TEST_F(InboxesTest, E14ADearListingNeedNotBeAskedForAgainWithinTheHour) {
    const auto dear = InboxListing::kOnlyWithConversations;
    Discover(3, Inboxes({30}));
    EXPECT_FALSE(IsFresh(3)) << "a complete one is compared each time";
    Discover(3, Inboxes({30}), dear);
    EXPECT_TRUE(IsFresh(3));
    EXPECT_FALSE(IsFresh(1)) << "each tenant for itself";
    Map(3, 31, InboxState::kActive);
    EXPECT_FALSE(IsFresh(3)) << "the mapping changed";
    Discover(3, Inboxes({30, 31}), dear);
    EXPECT_TRUE(IsFresh(3));
    {
        RoleScope scope(app_, DatabaseRole::kAdminUsers);
        scope.Execute(
            {"test.age", "update tenants set inboxes_found_at = now() - interval '61 minutes'"});
        scope.Commit();
    }
    EXPECT_FALSE(IsFresh(3));
}

TEST_F(InboxesTest, WhatIsMappedAsItIsIsNotWritten) {
    Discover(3, Inboxes({30, 31}));
    const std::string stamps =
        "select string_agg(ctid::text || updated_at, ' ' order by inbox_id)"
        " || (select ctid::text from tenants where id = 3)"
        " from inbox_tenant_mapping where tenant_id = 3";
    const std::string before = Value(stamps);
    EXPECT_EQ(Discover(3, Inboxes({30, 31})).active.size(), 2U);
    EXPECT_EQ(Value(stamps), before);
    auto renamed = Inboxes({30, 31});
    renamed[1].name = "Recepção";
    Discover(3, renamed);
    const std::string after = Value(stamps);
    EXPECT_NE(after, before);
    renamed[1].channel_type = "Channel::TwilioSms";
    renamed[1].medium = "whatsapp";
    Discover(3, renamed);
    EXPECT_NE(Value(stamps), after);
    EXPECT_EQ(Value("select channel_type || ' ' || medium from inbox_tenant_mapping"
                    " where inbox_id = 31"),
              "Channel::TwilioSms whatsapp");
}

TEST_F(InboxesTest, AListingThatLacksInboxesWithoutConversationsClosesNone) {
    Discover(3, Inboxes({30, 31}));
    TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(3));
    const auto some = InboxListing::kOnlyWithConversations;
    EXPECT_EQ(DiscoverInboxes(scope, Inboxes({31}), some).active.size(), 2U);
    EXPECT_EQ(DiscoverInboxes(scope, {}, some).active.size(), 2U);
    EXPECT_THAT(DiscoverInboxes(scope, Inboxes({32}), some).unmapped, ElementsAre(InboxId(32)));
}

TEST_F(InboxesTest, AnInboxThatComesBackStaysClosedUntilItIsMappedByHand) {
    Discover(3, Inboxes({30, 31}));
    MarkLoaded(3, {InboxId(30), InboxId(31)});
    Discover(3, Inboxes({31}));
    const InboxDiscovery back = Discover(3, Inboxes({30, 31}));
    EXPECT_THAT(back.active, ElementsAre(InboxId(31)));
    EXPECT_THAT(back.closed, ElementsAre(InboxId(30)));
    EXPECT_THAT(back.unmapped, IsEmpty());
    Map(3, 30, InboxState::kActive);
    EXPECT_EQ(State(30), "3 loading") << "its conversations may have changed meanwhile";
    EXPECT_THAT(Discover(3, Inboxes({30, 31})).not_loaded, ElementsAre(InboxId(30)));
    EXPECT_EQ(Audit(3).back(), "tester inbox.map inbox 30, was closed");
}

TEST_F(InboxesTest, ASwitchedOffInboxThatIsGoneIsClosedToo) {
    Discover(3, Inboxes({30, 31}));
    Map(3, 30, InboxState::kInactive);
    EXPECT_THAT(Discover(3, Inboxes({31})).closed, ElementsAre(InboxId(30)));
}

TEST_F(InboxesTest, ASourceWithoutAnyInboxClosesNothing) {
    Discover(3, Inboxes({30, 31}));
    try {
        Discover(3, {});
        FAIL() << "an empty source was believed";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kFailed);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("tenant 3"));
        EXPECT_THAT(error.what(), ::testing::HasSubstr("wrong database"));
    }
    EXPECT_EQ(State(30), "3 loading");
    EXPECT_EQ(State(31), "3 loading");
}

TEST_F(InboxesTest, TheLastInboxOfAnAccountIsClosedOnceSomebodyHasSwitchedItOff) {
    Discover(3, Inboxes({30}));
    EXPECT_THROW(Discover(3, {}), base::Error);
    Map(3, 30, InboxState::kInactive);
    EXPECT_THAT(Discover(3, {}).closed, ElementsAre(InboxId(30)));
    EXPECT_THAT(Discover(3, {}).closed, ElementsAre(InboxId(30))) << "and stays so";
}

TEST_F(InboxesTest, AnAccountThatNeverHadAnInboxMayBeEmpty) {
    const InboxDiscovery discovery = Discover(3, {});
    EXPECT_THAT(discovery.active, IsEmpty());
    EXPECT_THAT(Discover(3, Inboxes({30})).active, ElementsAre(InboxId(30)))
        << "the first inbox is still the first discovery";
}

TEST_F(InboxesTest, TheSecondTenantOfASharedAccountGetsNothingByItself) {
    Map(1, 70, InboxState::kActive);
    const InboxDiscovery second = Discover(2, Inboxes({70, 71}));
    EXPECT_THAT(second.active, IsEmpty());
    EXPECT_THAT(second.unmapped, ElementsAre(InboxId(71)));
    // The first tenant has an inbox by hand, so for it too the other one waits.
    EXPECT_THAT(Discover(1, Inboxes({70, 71})).unmapped, ElementsAre(InboxId(71)));
    Map(2, 71, InboxState::kActive);
    EXPECT_THAT(Discover(2, Inboxes({70, 71})).active, ElementsAre(InboxId(71)));
}

TEST_F(InboxesTest, AnotherAccountIsNotTouchedByASharedOne) {
    Discover(1, Inboxes({70}));
    EXPECT_THAT(Discover(3, Inboxes({30})).active, ElementsAre(InboxId(30)));
}

TEST_F(InboxesTest, TwoTenantsOfAnAccountThatStartAtOnceDoNotDivideItByChance) {
    TenantScope first(app_, DatabaseRole::kEtlService, TenantId(1));
    EXPECT_EQ(DiscoverInboxes(first, Inboxes({70, 71, 72})).active.size(), 3U);
    InboxDiscovery second;
    std::atomic<bool> done = false;
    std::jthread other([&] {
        pg::Connection connection = warehouse_.Connect(warehouse_.kApp);
        TenantScope scope(connection, DatabaseRole::kEtlService, TenantId(2));
        second = DiscoverInboxes(scope, Inboxes({72, 71, 70}));
        scope.Commit();
        done = true;
    });
    pg::Connection watcher = warehouse_.Connect();
    for (bool waits = false; !waits && !done;) {
        pg::Transaction transaction(watcher);
        waits = transaction
                    .Execute({"test.waits",
                              "select exists (select from pg_locks where not "
                              "granted) as waits"})
                    .One()["waits"]
                    .Bool();
    }
    first.Commit();
    other.join();
    EXPECT_THAT(second.active, IsEmpty());
    EXPECT_THAT(second.unmapped, IsEmpty());
    EXPECT_EQ(Value("select count(*) from inbox_tenant_mapping where tenant_id = 1"), "3");
}

TEST_F(InboxesTest, MappingAndSwitchingMakeTheNextSyncReadFromTheStart) {
    Discover(3, Inboxes({30}));
    MarkLoaded(3, {InboxId(30)});
    EXPECT_THAT(Stored(3).not_loaded, IsEmpty());
    Map(3, 30, InboxState::kInactive);
    EXPECT_EQ(State(30), "3 off");
    EXPECT_THAT(Stored(3).active, IsEmpty());
    Map(3, 30, InboxState::kActive);
    EXPECT_EQ(State(30), "3 loading");
    EXPECT_THAT(Stored(3).not_loaded, ElementsAre(InboxId(30)));
    MarkLoaded(3, {InboxId(30)});
    Map(3, 30, InboxState::kActive);
    EXPECT_EQ(State(30), "3 loading") << "mapping it again reads it again";
    EXPECT_THAT(Audit(3), ElementsAre("sync inbox.map inbox 30, was unmapped",
                                      "tester inbox.switch_off inbox 30, was active",
                                      "tester inbox.map inbox 30, was off",
                                      "tester inbox.map inbox 30, was active"));
}

TEST_F(InboxesTest, SwitchingOffWhatIsOffIsNoChange) {
    Map(3, 30, InboxState::kInactive);
    Map(3, 30, InboxState::kInactive);
    EXPECT_THAT(Audit(3), ElementsAre("tester inbox.switch_off inbox 30, was unmapped"));
}

TEST_F(InboxesTest, AnInboxThatWasSwitchedOffDuringItsPassIsNotCalledLoaded) {
    Discover(3, Inboxes({30}));
    Map(3, 30, InboxState::kInactive);
    MarkLoaded(3, {InboxId(30)});
    EXPECT_EQ(Value("select loaded_at is null from inbox_tenant_mapping where inbox_id = 30"),
              "true");
}

TEST_F(InboxesTest, MarkingAnotherTenantsInboxDoesNothing) {
    Discover(1, Inboxes({70}));
    MarkLoaded(3, {InboxId(70)});
    EXPECT_EQ(State(70), "1 loading");
}

TEST_F(InboxesTest, MappingAnotherTenantsInboxIsRefusedWithTheCommandThatMovesIt) {
    Discover(1, Inboxes({70}));
    for (const auto state : {InboxState::kActive, InboxState::kInactive}) {
        try {
            Map(2, 70, state);
            FAIL() << "the inbox was stolen";
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), base::ErrorCode::kConflict);
            EXPECT_THAT(error.what(), ::testing::HasSubstr("geniai inbox move"));
        }
    }
    EXPECT_EQ(State(70), "1 loading");
    EXPECT_THAT(Audit(2), IsEmpty());
}

TEST_F(InboxesTest, TheLookUpsThatCrossTheWallsTellNobodysInboxes) {
    Discover(1, Inboxes({70}));
    TenantScope service(app_, DatabaseRole::kEtlService, TenantId(2));
    EXPECT_EQ(service.Execute({"test.direct", "select * from inbox_tenant_mapping"}).size(), 0);
    const pg::Result free =
        service.Execute({"test.free", "select unmapped_inboxes('{70, 71}') as inbox_id"});
    EXPECT_EQ(free.One()["inbox_id"].Int64(), 71);
}

TEST_F(InboxesTest, OnlyTheServicesMayAskThem) {
    for (const auto role : {DatabaseRole::kAuthenticatedUsers, DatabaseRole::kAdminUsers}) {
        for (const char* sql :
             {"select unmapped_inboxes('{70}')", "select account_is_unmapped()"}) {
            TenantScope scope(app_, role, TenantId(1));
            EXPECT_THROW(scope.Execute({"test.call", sql}), pg::SqlError) << sql;
        }
    }
}

// A function that runs with its owner's rights is a hole in the walls: each is known by name, and
// the people's role may call none.
TEST_F(InboxesTest, TheFunctionsThatCrossTheWallsAreThese) {
    pg::Connection owner = warehouse_.Connect();
    pg::Transaction transaction(owner);
    const pg::Row row = transaction
                            .Execute({"test.definers", R"sql(
        select string_agg(p.proname, ' ' order by p.proname) as names,
               bool_or(has_function_privilege('authenticated_users', p.oid, 'execute')) as open
          from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname = 'public' and p.prosecdef)sql"})
                            .One();
    EXPECT_EQ(row["names"].text(),
              "account_is_unmapped llm_end_leases llm_fold llm_is_stopped llm_limits_changed"
              " llm_mark_sent llm_rebuild llm_recost llm_reserve llm_settle llm_tenant_changed"
              " log_in_candidate unmapped_inboxes");
    EXPECT_FALSE(row["open"].Bool());
}

TEST_F(InboxesTest, AServiceWritesOfATenantOnlyWhenItLookedForInboxes) {
    for (const char* sql : {"update tenants set name = 'x' where id = 1",
                            "update tenants set account_id = 9 where id = 1"}) {
        TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(1));
        EXPECT_THROW(scope.Execute({"test.write", sql}), pg::SqlError) << sql;
    }
    TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(1));
    EXPECT_EQ(
        scope.Execute({"test.other", "update tenants set inboxes_found_at = now() where id = 2"})
            .affected(),
        0);
}

TEST_F(InboxesTest, TenantsMayShareAnAccount) {
    EXPECT_EQ(Value("select count(*) from tenants where account_id = 7"), "2");
}

TEST_F(InboxesTest, ATenantThatHasContactsLeftKeepsItsAccount) {
    {
        TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(1));
        scope.Execute({"test.contact",
                       "insert into contacts (tenant_id, contact_id, row_hash) values (1, 5, 1)"});
        scope.Commit();
    }
    RoleScope scope(app_, DatabaseRole::kAdminUsers);
    TenantChange change;
    change.account = base::AccountId(9);
    EXPECT_THROW(SetTenant(scope, TenantId(1), change), base::Error);
}

}  // namespace
}  // namespace geniai::tenancy
