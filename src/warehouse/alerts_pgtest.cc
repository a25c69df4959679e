#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "base/error.h"
#include "pg/sql_error.h"
#include "testing/test_database.h"
#include "warehouse/alerts.h"

namespace geniai::warehouse {
namespace {

using base::TenantId;
using tenancy::DatabaseRole;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AlertsTest : public ::testing::Test {
protected:
    AlertsTest() : app_(warehouse_.Connect(warehouse_.kApp)) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        scope.transaction().RunScript({"test.tenants", R"sql(
            insert into tenants (id, name, slug) values (1, 'One', 'one'), (2, 'Two', 'two'))sql"});
        scope.Commit();
    }

    void Raise(int tenant, const Alert& alert) {
        tenancy::TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        RaiseAlert(scope, alert);
        scope.Commit();
    }

    void Recover(int tenant, const std::string& kind, const std::string& subject) {
        tenancy::TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(tenant));
        RecoverAlert(scope, kind, subject);
        scope.Commit();
    }

    std::vector<AlertRecord> List(AlertChoice choice,
                                  std::optional<TenantId> tenant = std::nullopt) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return ListAlerts(scope, choice, tenant);
    }

    void Acknowledge(int tenant, AlertId id, const std::string& by) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        AcknowledgeAlert(scope, TenantId(tenant), id, by);
        scope.Commit();
    }

    std::string Value(const std::string& sql) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return std::string(scope.Execute({"test.value", "select (" + sql + ")::text as value"})
                               .One()["value"]
                               .text());
    }

    const Alert failed_{"sync.failed", "", Severity::kWarning, "the source is down"};
    testing::TestWarehouse warehouse_;
    pg::Connection app_;
};

TEST_F(AlertsTest, AnAlertSaysWhatHappened) {
    Raise(1, {"reconcile.held_back_deletes", "conversations", Severity::kCritical, "900 rows"});
    const auto alerts = List(AlertChoice::kOpen);
    ASSERT_THAT(alerts, SizeIs(1));
    EXPECT_EQ(alerts[0].tenant, TenantId(1));
    EXPECT_EQ(alerts[0].kind, "reconcile.held_back_deletes");
    EXPECT_EQ(alerts[0].subject, "conversations");
    EXPECT_EQ(alerts[0].severity, "critical");
    EXPECT_EQ(alerts[0].message, "900 rows");
    EXPECT_EQ(alerts[0].occurrences, 1);
    EXPECT_EQ(alerts[0].raised_at, alerts[0].last_raised_at);
    EXPECT_FALSE(alerts[0].acknowledged_at);
    EXPECT_FALSE(alerts[0].recovered_at);
}

TEST_F(AlertsTest, TheSameAgainIsCountedAndSaysTheNewest) {
    Raise(1, failed_);
    Alert worse = failed_;
    worse.severity = Severity::kCritical;
    worse.message = "still down";
    Raise(1, worse);
    Raise(1, worse);
    const auto alerts = List(AlertChoice::kAll);
    ASSERT_THAT(alerts, SizeIs(1));
    EXPECT_EQ(alerts[0].occurrences, 3);
    EXPECT_EQ(alerts[0].message, "still down");
    EXPECT_EQ(alerts[0].severity, "critical");
    EXPECT_EQ(Value("select last_raised_at > raised_at from alerts"), "true");
}

TEST_F(AlertsTest, AnotherKindSubjectOrTenantIsAnotherAlert) {
    Raise(1, failed_);
    Raise(1, {"reconcile.failed", "", Severity::kWarning, "x"});
    Raise(1, {"sync.failed", "inbox 3", Severity::kWarning, "x"});
    Raise(2, failed_);
    EXPECT_THAT(List(AlertChoice::kOpen), SizeIs(4));
    EXPECT_THAT(List(AlertChoice::kOpen, TenantId(1)), SizeIs(3));
    EXPECT_THAT(List(AlertChoice::kOpen, TenantId(3)), IsEmpty());
}

TEST_F(AlertsTest, ARecoveredAlertLeavesTheListAndTheNextOneIsNew) {
    Raise(1, failed_);
    Recover(1, "sync.failed", "");
    EXPECT_THAT(List(AlertChoice::kOpen), IsEmpty());
    ASSERT_THAT(List(AlertChoice::kAll), SizeIs(1));
    EXPECT_TRUE(List(AlertChoice::kAll)[0].recovered_at);
    Raise(1, failed_);
    ASSERT_THAT(List(AlertChoice::kOpen), SizeIs(1));
    EXPECT_EQ(List(AlertChoice::kOpen)[0].occurrences, 1);
    EXPECT_THAT(List(AlertChoice::kAll), SizeIs(2));
}

TEST_F(AlertsTest, RecoveringOneLeavesTheOthers) {
    Raise(1, failed_);
    Raise(2, failed_);
    Raise(1, {"sync.failed", "inbox 3", Severity::kWarning, "x"});
    Recover(1, "sync.failed", "");
    EXPECT_THAT(List(AlertChoice::kOpen), SizeIs(2));
}

TEST_F(AlertsTest, RecoveringWhatIsNotOpenWritesNothing) {
    Raise(1, failed_);
    Recover(1, "sync.failed", "");
    const std::string version = Value("select xmin from alerts");
    Recover(1, "sync.failed", "");
    Recover(1, "never.raised", "");
    EXPECT_EQ(Value("select xmin from alerts"), version);
}

TEST_F(AlertsTest, ManyAtOnceAreOneAlertWithEveryOccurrence) {
    constexpr int kThreads = 8;
    constexpr int kTimes = 20;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&] {
                pg::Connection connection = warehouse_.Connect(warehouse_.kApp);
                for (int n = 0; n < kTimes; ++n) {
                    tenancy::TenantScope scope(connection, DatabaseRole::kEtlService, TenantId(1));
                    RaiseAlert(scope, failed_);
                    scope.Commit();
                }
            });
        }
    }
    const auto alerts = List(AlertChoice::kAll);
    ASSERT_THAT(alerts, SizeIs(1));
    EXPECT_EQ(alerts[0].occurrences, kThreads * kTimes);
}

TEST_F(AlertsTest, WhoAcknowledgedFirstStaysAndTheAuditLogKnows) {
    Raise(1, failed_);
    const AlertId id = List(AlertChoice::kOpen)[0].id;
    Acknowledge(1, id, "ana");
    Acknowledge(1, id, "bia");
    const AlertRecord alert = List(AlertChoice::kOpen).at(0);
    EXPECT_TRUE(alert.acknowledged_at);
    EXPECT_EQ(alert.acknowledged_by, "ana");
    EXPECT_EQ(
        Value("select string_agg(actor || ' ' || action || ' ' || subject, ',') from audit_logs"),
        "ana alert.acknowledge alert " + id.ToString());
    Raise(1, failed_);
    EXPECT_EQ(List(AlertChoice::kOpen).at(0).acknowledged_by, "ana") << "it is the same alert";
}

TEST_F(AlertsTest, AnAlertIsAcknowledgedUnderItsOwnTenantOnly) {
    Raise(1, failed_);
    const AlertId id = List(AlertChoice::kOpen)[0].id;
    try {
        Acknowledge(2, id, "ana");
        FAIL() << "the wrong tenant was accepted";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kNotFound);
    }
    EXPECT_FALSE(List(AlertChoice::kOpen)[0].acknowledged_at);
    EXPECT_EQ(Value("select count(*) from audit_logs"), "0");
}

TEST_F(AlertsTest, PeopleReadNoAlertsAndAServiceOnlyItsTenants) {
    Raise(1, failed_);
    {
        tenancy::TenantScope scope(app_, DatabaseRole::kAuthenticatedUsers, TenantId(1));
        EXPECT_THROW(scope.Execute({"test.read", "select * from alerts"}), pg::SqlError);
    }
    tenancy::TenantScope scope(app_, DatabaseRole::kEtlService, TenantId(2));
    EXPECT_EQ(scope.Execute({"test.read", "select * from alerts"}).size(), 0);
}

TEST_F(AlertsTest, TheAuditLogIsOnlyAppendedTo) {
    for (const auto role : {DatabaseRole::kAdminUsers, DatabaseRole::kEtlService}) {
        for (const char* sql : {"update audit_logs set actor = 'x'", "delete from audit_logs"}) {
            tenancy::TenantScope scope(app_, role, TenantId(1));
            EXPECT_THROW(scope.Execute({"test.rewrite", sql}), pg::SqlError) << sql;
        }
    }
}

}  // namespace
}  // namespace geniai::warehouse
