#include "llm/usage.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "llm/admission.h"
#include "llm/limits.h"
#include "llm/prices.h"
#include "testing/child_process.h"
#include "testing/model_fixture.h"

namespace geniai::llm {
namespace {

using base::MicroBrl;
using base::TenantId;
using tenancy::DatabaseRole;

class UsageTest : public testing::LedgerTest {
protected:
    void Call(int tenant, std::int32_t input, std::int32_t output, CallEnd::Entry entry,
              const char* outcome = "ok") {
        const TenantId id(tenant);
        const Admission admission =
            Reserve(app_, id, {"test", "gpt-4o-mini", "v1", "\\x01", input, output, false});
        MarkSent(app_, id, admission.call);
        CallEnd end;
        end.entry = entry;
        end.input_tokens = entry == CallEnd::Entry::kSettled ? input : 0;
        end.output_tokens = entry == CallEnd::Entry::kSettled ? output : 0;
        end.outcome = outcome;
        Settle(app_, id, admission.call, end);
    }

    std::vector<UsageRow> Usage(UsageBy by, std::optional<TenantId> tenant = {}) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return ReadUsage(scope, by, tenant);
    }
};

TEST_F(UsageTest, IsWhatTheLedgerSays) {
    Call(1, 1'000, 100, CallEnd::Entry::kSettled);
    Call(1, 1'000, 0, CallEnd::Entry::kUnconfirmed, "timeout");
    Call(2, 2'000, 0, CallEnd::Entry::kSettled);
    Call(2, 2'000, 0, CallEnd::Entry::kReleased, "broken_connection");
    const auto days = Usage(UsageBy::kDay);
    ASSERT_EQ(days.size(), 1U);
    EXPECT_EQ(days[0].calls, 3);
    EXPECT_EQ(days[0].failed, 1);
    EXPECT_EQ(days[0].unconfirmed, 1);
    EXPECT_EQ(days[0].input_tokens, 3'000);
    EXPECT_EQ(days[0].cost, MicroBrl(1'155 + 825 + 1'650));
    const auto tenants = Usage(UsageBy::kTenant);
    ASSERT_EQ(tenants.size(), 2U);
    EXPECT_EQ(tenants[0].key, "1 One");
    EXPECT_EQ(tenants[0].cost, MicroBrl(1'980));
    EXPECT_EQ(Usage(UsageBy::kModel, TenantId(2)).front().cost, MicroBrl(1'650));
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    const Projection projection = ProjectCosts(scope);
    EXPECT_EQ(projection.day_so_far, MicroBrl(3'630));
    EXPECT_EQ(projection.month_so_far, MicroBrl(3'630));
    EXPECT_GE(projection.day.value_or(projection.day_so_far), projection.day_so_far);
    EXPECT_GE(projection.month.value_or(projection.month_so_far), projection.month_so_far);
}

TEST_F(UsageTest, LimitsShowWhatIsUsedOfThem) {
    Call(1, 1'000, 100, CallEnd::Entry::kSettled);
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    SetLimit(scope, TenantId(1), LimitKind::kBrlPerDay, 5'000'000, "test");
    const auto limits = ListLimits(scope, TenantId(1));
    ASSERT_EQ(limits.size(), 5U);
    EXPECT_EQ(limits[0].used, 1);
    EXPECT_FALSE(limits[0].limit.has_value());
    EXPECT_EQ(limits[1].used, 1'100);
    EXPECT_EQ(limits[3].limit, 5'000'000);
    EXPECT_EQ(limits[3].used, 1'155);
    EXPECT_EQ(limits[4].limit, 50'000'000) << "the month that every tenant has";
}

TEST_F(UsageTest, ANewPriceLeavesWhatWasBooked) {
    Call(1, 1'000, 0, CallEnd::Entry::kSettled);
    {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        Price price;
        price.model = "gpt-4o-mini";
        price.input = 300'000;
        SetPrice(scope, price, std::nullopt, "test");
        scope.Commit();
    }
    EXPECT_EQ(Usage(UsageBy::kModel).front().cost, MicroBrl(825));
    Call(1, 1'000, 0, CallEnd::Entry::kSettled);
    EXPECT_EQ(Usage(UsageBy::kModel).front().cost, MicroBrl(825 + 1'650));
}

class RecostTest : public UsageTest {
protected:
    Recosting Recosted() {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        const Recosting done = Recost(scope, "test");
        scope.Commit();
        return done;
    }

    void PriceOfOldWas(std::int64_t input, std::int64_t output) {
        Operator("update model_prices set input = " + std::to_string(input) + ", output = " +
                 std::to_string(output) + ", cached_input = least(cached_input, " +
                 std::to_string(input) + ") where model = 'gpt-4o-mini'");
    }

    // What all calls of a tenant cost, and what its budget of the day says.
    std::string Spent(int tenant) {
        const std::string whose = " where tenant_id = " + std::to_string(tenant);
        return Value("select sum(brl) from llm_calls" + whose) + " " +
               Value("select day_brl from llm_spending" + whose);
    }

    std::int64_t WrongMeters() {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return RebuildMeters(scope);
    }
};

TEST_F(RecostTest, CorrectsCallsByThePriceThatWasPutRight) {
    Call(1, 1'000, 100, CallEnd::Entry::kSettled);
    Call(2, 2'000, 0, CallEnd::Entry::kSettled, "refusal");
    EXPECT_EQ(Spent(1), "1155 1155");
    PriceOfOldWas(300'000, 1'200'000);
    const Recosting dearer = Recosted();
    EXPECT_EQ(dearer.calls, 2);
    EXPECT_EQ(dearer.more, MicroBrl(1'155 + 1'650));
    EXPECT_EQ(Spent(1), "2310 2310");
    EXPECT_EQ(Spent(2), "3300 3300");
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 0"), "5610");
    EXPECT_EQ(Value("select string_agg(entry || ' ' || entry_number || ' ' || brl, ', ' order by"
                    " entry_number) from llm_calls where tenant_id = 1"),
              "settled 0 1155, correction 1 1155");
    PriceOfOldWas(75'000, 300'000);
    EXPECT_EQ(Recosted().more, MicroBrl(578 + 825 - 5'610)) << "each call is rounded up";
    EXPECT_EQ(Spent(1), "578 578");
    EXPECT_EQ(WrongMeters(), 0);
}

TEST_F(RecostTest, ASecondTimeNothingIsLeft) {
    Call(1, 1'000, 100, CallEnd::Entry::kSettled);
    EXPECT_EQ(Recosted().calls, 0);
    PriceOfOldWas(300'000, 1'200'000);
    EXPECT_EQ(Recosted().calls, 1);
    EXPECT_EQ(Recosted().calls, 0);
    EXPECT_EQ(Value("select count(*) from audit_logs where action = 'llm.recost'"), "1");
    Operator("update exchange_rates set brl = 11000000");
    EXPECT_EQ(Recosted().more, MicroBrl(2'310)) << "the rate was wrong too";
    EXPECT_EQ(Spent(1), "4620 4620");
}

// Tokens and calls stay what they were: a correction of the price is neither.
TEST_F(RecostTest, LeavesWhatWasUsed) {
    Call(1, 1'000, 100, CallEnd::Entry::kSettled);
    PriceOfOldWas(300'000, 1'200'000);
    Recosted();
    const UsageRow usage = Usage(UsageBy::kDay).front();
    EXPECT_EQ(usage.calls, 1);
    EXPECT_EQ(usage.failed, 0);
    EXPECT_EQ(usage.input_tokens, 1'000);
    EXPECT_EQ(usage.output_tokens, 100);
    EXPECT_EQ(usage.cost, MicroBrl(2'310));
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    EXPECT_EQ(ListLastCalls(scope, std::nullopt, 10).size(), 1U);
}

TEST_F(RecostTest, OnlyWhereTheUseIsKnown) {
    Call(1, 1'000, 0, CallEnd::Entry::kUnconfirmed, "timeout");
    Call(1, 1'000, 0, CallEnd::Entry::kReleased, "broken_connection");
    PriceOfOldWas(300'000, 1'200'000);
    EXPECT_EQ(Recosted().calls, 0);
    EXPECT_EQ(Spent(1), "825 825");
    // The provider's answer to the first comes after all, at the price that is known by then.
    CallEnd late;
    late.input_tokens = 500;
    Settle(app_, TenantId(1), CallId(std::stoll(Value("select min(call_id) from llm_calls"))), late);
    EXPECT_EQ(Spent(1), "825 825");
    EXPECT_EQ(Recosted().calls, 0);
    PriceOfOldWas(150'000, 600'000);
    EXPECT_EQ(Recosted().calls, 1);
    EXPECT_EQ(Spent(1), "413 413");
}

TEST_F(RecostTest, ABudgetThatIsPassedByItLetsNothingMoreThrough) {
    Operator("insert into llm_limits (tenant_id, brl_per_day) values (1, 2000)");
    Call(1, 1'000, 100, CallEnd::Entry::kSettled);
    PriceOfOldWas(300'000, 1'200'000);
    Recosted();
    EXPECT_EQ(Value("select severity from alerts where tenant_id = 1"), "warning");
    const Admission after =
        Reserve(app_, TenantId(1), {"test", "gpt-4o-mini", "v1", "\\x01", 1, 0, false});
    EXPECT_EQ(after.reason, "tenant_day_budget");
}

// Two hundred days of calls of every kind, two an hour: some with a correction, some by batch, at two
// exchange rates, on days that differ between tenant, operator and provider.
class PruneTest : public UsageTest {
protected:
    static constexpr int kKeepDays = 62;

    PruneTest() {
        Operator("update tenants set timezone = 'Asia/Tokyo' where id = 2");
        Owner(R"sql(
            insert into exchange_rates values (now() - interval '150 days', 5800000);
            insert into llm_meters (tenant_id) values (1), (2);
            insert into llm_calls (tenant_id, call_id, entry, purpose, model, prompt_version,
                input_hash, is_batch, reserved_at, reserved_tokens, reserved_brl, brl, input_tokens,
                cached_input_tokens, output_tokens, outcome, tenant_day, day)
            select t.id, n, kind, 'test', 'model ' || n % 4, 'v1', '\x01', n % 6 = 0, at,
                   1000, 4125, case when kind = 'released' then 0 else n end, n % 700, n % 300, n % 50,
                   case when n % 7 = 0 then 'http_503' else 'ok' end, (at at time zone t.timezone)::date,
                   (at at time zone o.timezone)::date
              from generate_series(1, 9600) n
              join tenants o on o.id = 0 join tenants t on t.id = 1 + n % 2
             cross join lateral (select now() - n * interval '30 minutes' as at,
                   ('{settled,settled,unconfirmed,settled,released}'::llm_entry[])[1 + n % 5]
                       as kind) x;
            insert into llm_calls
            select tenant_id, call_id, 'correction', 1, purpose, model, prompt_version, input_hash,
                   is_batch, reserved_at, reserved_tokens, reserved_brl, 1 - brl, 500, 100, 20, 'ok', 3,
                   tenant_day, day, now()
              from llm_calls where entry = 'unconfirmed' and call_id % 2 = 0
        )sql");
    }

    // All that the operator is told, at the transaction's moment.
    static std::string Told(tenancy::RoleScope& scope) {
        std::string told;
        const auto add = [&](auto... values) { ((told += std::to_string(values) + " "), ...); };
        for (const UsageBy by :
             {UsageBy::kDay, UsageBy::kMonth, UsageBy::kTenant, UsageBy::kModel}) {
            for (const auto whose : {std::optional<TenantId>(), std::optional(TenantId(1)),
                                     std::optional(TenantId(2))}) {
                for (const UsageRow& row : ReadUsage(scope, by, whose)) {
                    told += row.key + ": ";
                    add(row.calls, row.failed, row.unconfirmed, row.input_tokens,
                        row.cached_input_tokens, row.output_tokens, row.cost.micros());
                    told += "\n";
                }
            }
        }
        const Projection costs = ProjectCosts(scope);
        add(costs.day_so_far.micros(), costs.day.value_or(MicroBrl(-1)).micros(),
            costs.month_so_far.micros(), costs.month.value_or(MicroBrl(-1)).micros());
        return told;
    }

    std::string ToldNow() {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        return Told(scope);
    }

    std::string RebuiltMeters() {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        RebuildMeters(scope);
        scope.Commit();
        return Value("select string_agg(concat_ws(' ', tenant_id, day, day_brl, month,"
                     " month_brl), ', ' order by tenant_id) from llm_spending");
    }

    static std::int64_t Fold(pg::Connection& app, int entries_max) {
        tenancy::RoleScope scope(app, DatabaseRole::kAdminUsers);
        const std::int64_t folded = FoldSome(scope, kKeepDays, entries_max);
        scope.Commit();
        return folded;
    }
};

TEST_F(PruneTest, EveryNumberIsTheSameBeforeAndAfter) {
    const std::string meters = RebuiltMeters();
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    const std::string before = Told(scope);
    const std::int64_t old = CountBeforeDetail(scope, kKeepDays);
    EXPECT_GT(old, 6'000);
    std::int64_t folded = 0;
    for (std::int64_t more = 1; more > 0; folded += more) more = FoldSome(scope, kKeepDays, 2'000);
    EXPECT_EQ(folded, old);
    EXPECT_EQ(CountBeforeDetail(scope, kKeepDays), 0);
    EXPECT_EQ(Told(scope), before);
    scope.Commit();
    EXPECT_EQ(RebuiltMeters(), meters);
    EXPECT_EQ(Value("select min(day) from llm_calls"), Value("select llm_detail_from(62)"));
    EXPECT_LT(std::stoll(Value("select count(*) from llm_daily_sums")), old);
    EXPECT_EQ(Fold(app_, 400), 0) << "a second time there is nothing to do";
}

TEST_F(PruneTest, AnEntryThatComesLateIsAddedToItsDaysSum) {
    while (Fold(app_, 10'000) > 0) {
    }
    const std::string cost = Value("select sum(brl) from llm_usage");
    // A correction that was written while its call was being folded.
    Owner("insert into llm_calls select tenant_id, 9000, 'correction', 1, 'test', 'model 0', 'v1',"
          " '\\x01', false, utc_day + time '12:00' at time zone 'UTC', 0, 0, -7, 1, 0, 1, 'ok', 1,"
          " tenant_day, day, now() from llm_daily_sums limit 1");
    const std::string corrected = std::to_string(std::stoll(cost) - 7);
    EXPECT_EQ(Value("select sum(brl) from llm_usage"), corrected);
    EXPECT_EQ(Fold(app_, 10'000), 1);
    EXPECT_EQ(Value("select sum(brl) from llm_usage"), corrected);
}

TEST_F(PruneTest, ProcessesThatDieOrCompeteCountNothingTwice) {
    const std::string before = ToldNow().substr(0, ToldNow().rfind('\n'));
    for (int kill = 0; kill < 10; ++kill) {
        testing::ChildProcess child([this] {
            pg::Connection app = warehouse_.Connect(warehouse_.kApp);
            while (Fold(app, 20) > 0) {
            }
            return std::string("done");
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(10 + 5 * kill));
        child.Kill();
        child.Wait();
        EXPECT_EQ(ToldNow().substr(0, before.size()), before);
    }
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back([this] {
                pg::Connection app = warehouse_.Connect(warehouse_.kApp);
                while (Fold(app, 50) > 0) {
                }
            });
        }
    }
    EXPECT_EQ(ToldNow().substr(0, before.size()), before);
    EXPECT_EQ(Value("select count(*) from llm_calls where day < llm_detail_from(62)"), "0");
}

TEST_F(PruneTest, WhatABudgetMayNeedStaysInDetail) {
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    EXPECT_THROW(FoldSome(scope, kDetailDaysMin - 1, 1), base::Error);
}

}  // namespace
}  // namespace geniai::llm
