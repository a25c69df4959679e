#include "llm/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "base/error.h"
#include "llm/usage.h"
#include "testing/child_process.h"
#include "testing/model_fixture.h"

namespace geniai::llm {
namespace {

using base::MicroBrl;
using base::TenantId;
using tenancy::DatabaseRole;

// With the prices that the warehouse is born with: 0,15 and 0,60 USD a million at R$ 5,50.
constexpr std::int64_t kInputMicros = 825;     // of 1,000 tokens, in thousandths of a micro-BRL
constexpr std::int64_t kOutputMicros = 3'300;

class AdmissionTest : public testing::LedgerTest {
protected:
    AdmissionTest() { Operator("update tenants set timezone = 'Asia/Tokyo' where id = 2"); }

    static CallPlan Plan(std::int32_t input = 1'000, std::int32_t output = 1'000) {
        return {"test", "gpt-4o-mini", "v1", "\\x01", input, output, false};
    }

    Admission Ask(const CallPlan& plan = Plan(), int tenant = 1,
                  std::chrono::seconds lease = kLease) {
        return Reserve(app_, TenantId(tenant), plan, lease);
    }

    CallId Granted(const CallPlan& plan = Plan(), int tenant = 1) {
        const Admission admission = Ask(plan, tenant);
        EXPECT_EQ(admission.verdict, Verdict::kGranted) << admission.reason;
        return admission.call;
    }

    bool Send(CallId call, int tenant = 1) {
        return MarkSent(app_, TenantId(tenant), call);
    }

    MicroBrl End(CallId call, const CallEnd& end, int tenant = 1) {
        return Settle(app_, TenantId(tenant), call, end);
    }

    std::int64_t CloseLeases() {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        const std::int64_t closed = EndLeases(scope);
        scope.Commit();
        return closed;
    }

    static CallEnd Used(std::int32_t input, std::int32_t output, std::int32_t cached = 0) {
        CallEnd end;
        end.input_tokens = input;
        end.output_tokens = output;
        end.cached_input_tokens = cached;
        return end;
    }
};

TEST_F(AdmissionTest, ACallIsReservedWithAllItMayCostAndSettledWithWhatItDid) {
    const Admission admission = Ask();
    ASSERT_EQ(admission.verdict, Verdict::kGranted);
    EXPECT_EQ(admission.reserved, MicroBrl(kInputMicros + kOutputMicros));
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 0"), "4125");
    EXPECT_TRUE(Send(admission.call));
    // 900 input tokens of which 400 were cached, 100 output tokens.
    EXPECT_EQ(End(admission.call, Used(900, 100, 400)), MicroBrl(908));  // 907.5, rounded up
    EXPECT_EQ(Value("select string_agg(tenant_id || ' ' || day_brl || ' ' || month_brl, ', '"
                    " order by tenant_id) from llm_spending"),
              "0 908 908, 1 908 908");
    EXPECT_EQ(Value("select entry || ' ' || brl || ' ' || outcome from llm_calls"), "settled 908 ok");
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
}

TEST_F(AdmissionTest, SettlingTwiceChangesNothing) {
    const CallId call = Granted();
    Send(call);
    const MicroBrl cost = End(call, Used(900, 100));
    EXPECT_EQ(End(call, Used(1'000, 1'000)), cost);
    EXPECT_EQ(Value("select count(*) from llm_calls"), "1");
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 1"),
              std::to_string(cost.micros()));
}

TEST_F(AdmissionTest, SettlingWaitsForNobody) {
    const CallId call = Granted();
    Send(call);
    pg::Transaction reserving(owner_);
    reserving.Execute({"test.lock", "select llm_lock()"});
    const std::string patience = "set local lock_timeout = '1s';";
    Service(1, patience + "select llm_settle(" + call.ToString() +
                   ", 'settled', 1000, 0, 0, 'ok', 1)");
    EXPECT_THROW(Service(1, patience + "select llm_reserve('test', 'gpt-4o-mini', 'v1', '\\x01', 1,"
                                       " 1, false, '1 min')"),
                 base::Error);
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 1"), "825");
}

TEST_F(AdmissionTest, WhatACallLeftIsThereForTheNextOne) {
    Operator("insert into llm_limits (tenant_id, brl_per_day) values (1, 5000)");
    for (int i = 0; i < 3; ++i) {
        const CallId call = Granted();
        EXPECT_EQ(Ask().reason, "tenant_day_budget");
        Send(call);
        End(call, Used(100, 0));
    }
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 0"), "249");
}

TEST_F(AdmissionTest, WhatACallLeftBelongsToTheDayOfItsReservation) {
    const CallId call = Granted();
    Send(call);
    Owner("update llm_reservations set day = day - 1, tenant_day = tenant_day - 1;"
          "update llm_meters set day_brl = 0");
    End(call, Used(1'000, 0));
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 1"), "0");
    CloseLeases();
    EXPECT_EQ(Value("select string_agg(day_brl::text, ' ') from llm_meters"), "0 0");
    EXPECT_EQ(Value("select count(*) from llm_refunds"), "0");
}

TEST_F(AdmissionTest, WhatNoReservationCoversIsCountedAtOnce) {
    const CallId call = Granted();
    Send(call);
    EXPECT_EQ(End(call, Used(2'000, 1'000)), MicroBrl(4'950));
    EXPECT_EQ(Value("select string_agg(day_brl::text, ' ') from llm_meters"), "4950 4950");
}

TEST_F(AdmissionTest, AMeterThatIsTooLowStopsNobody) {
    const CallId call = Granted();
    Send(call);
    Owner("update llm_meters set day_brl = 0, month_brl = 0");
    End(call, Used(1'000, 0));
    {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        EXPECT_EQ(RebuildMeters(scope), 2) << "and left as it was";
    }
    EXPECT_EQ(CloseLeases(), 0);  // takes what the call left, from meters that have nothing
    Granted();
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 1"), "4125");
}

TEST_F(AdmissionTest, NoCountIsLessThanNothing) {
    Granted();
    for (const std::string column : {"day_brl", "minute_requests", "piece_tokens"}) {
        EXPECT_THROW(Owner("update llm_meters set " + column + " = -1"), std::exception) << column;
    }
    EXPECT_THROW(Owner("insert into llm_meters (tenant_id, month_brl) values (2, null)"),
                 std::exception);
}

TEST_F(AdmissionTest, ADayHasOneBudgetWhereverTheTenantMoves) {
    // Their dates always differ.
    Operator("update tenants set timezone = 'Pacific/Kiritimati' where id = 1;"
             "insert into llm_limits (tenant_id, brl_per_day) values (1, 5000)");
    Granted();
    Operator("update tenants set timezone = 'Pacific/Niue' where id = 1");
    EXPECT_EQ(Ask().reason, "tenant_day_budget");
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    EXPECT_EQ(SpentToday(scope, TenantId(1)), MicroBrl(4'125));
}

TEST_F(AdmissionTest, AModelWithoutAPriceIsRefusedAndNotFree) {
    CallPlan plan = Plan();
    plan.model = "some-other-model";
    const Admission admission = Ask(plan);
    EXPECT_EQ(admission.verdict, Verdict::kRefused);
    EXPECT_EQ(admission.reason, "unknown_price");
    EXPECT_FALSE(admission.not_before.has_value());
}

TEST_F(AdmissionTest, ABatchCostsHalfAndIsNotPaced) {
    Operator("update llm_limits set requests_per_minute = 0 where tenant_id = 0");
    CallPlan plan = Plan();
    EXPECT_EQ(Ask(plan).reason, "installation_too_large");
    plan.is_batch = true;
    EXPECT_EQ(Ask(plan).reserved, MicroBrl(2'063));  // half of 4125, rounded up
}

TEST_F(AdmissionTest, AWindowOfAMinuteSlides) {
    Operator("update llm_limits set requests_per_minute = 3 where tenant_id = 0");
    for (int i = 0; i < 3; ++i) Granted();
    const Admission fourth = Ask();
    EXPECT_EQ(fourth.verdict, Verdict::kWait);
    EXPECT_EQ(fourth.reason, "installation_requests_per_minute");
    const double opens_in = std::stod(Value(
        "select extract(epoch from to_timestamp(" + std::to_string(fourth.not_before.value()) +
        " / 1e6) - clock_timestamp())"));
    EXPECT_GT(opens_in, 59);
    EXPECT_LT(opens_in, 62);
    const std::string half_minute =
        "update llm_buckets set bucket = bucket - 60 where span = 'm';"
        "update llm_meters set minute_from = minute_from - 60,"
        " fresh_until = '-infinity'";
    Owner(half_minute);
    EXPECT_EQ(Ask().verdict, Verdict::kWait);
    Owner(half_minute);
    EXPECT_EQ(Ask().verdict, Verdict::kWait) << "a minute and the second for those on their way";
    Owner(
        "update llm_buckets set bucket = bucket - 4 where span = 'm';"
        "update llm_meters set minute_from = minute_from - 4, fresh_until = '-infinity'");
    for (int i = 0; i < 3; ++i) Granted();
    EXPECT_EQ(Ask().verdict, Verdict::kWait);
}

TEST_F(AdmissionTest, TokensCountWithTheLongestAnswer) {
    Operator("update llm_limits set tokens_per_minute = 5000 where tenant_id = 0");
    Granted(Plan(1'000, 1'500));
    Granted(Plan(1'000, 1'500));
    EXPECT_EQ(Ask(Plan(1, 0)).reason, "installation_tokens_per_minute");
    const Admission never = Ask(Plan(5'000, 1));
    EXPECT_EQ(never.verdict, Verdict::kRefused);
    EXPECT_EQ(never.reason, "installation_too_large");
}

TEST_F(AdmissionTest, ADayOfRequestsSlidesToo) {
    Operator("update llm_limits set requests_per_day = 2 where tenant_id = 0");
    Granted();
    Granted(Plan(), 2);
    EXPECT_EQ(Ask().reason, "installation_requests_per_day");
    Owner(
        "update llm_buckets set bucket = bucket - 146 where span = 'd';"
        "update llm_meters set day_from = day_from - 146, fresh_until = '-infinity'");
    Granted();
}

TEST_F(AdmissionTest, ABudgetEndsWithTheDayWhereTheTenantIs) {
    Operator("insert into llm_limits (tenant_id, brl_per_day) values (2, 5000)");
    Granted(Plan(), 2);
    const Admission refused = Ask(Plan(), 2);
    EXPECT_EQ(refused.verdict, Verdict::kRefused);
    EXPECT_EQ(refused.reason, "tenant_day_budget");
    EXPECT_EQ(Value("select to_timestamp(" + std::to_string(refused.not_before.value()) +
                    " / 1e6) = ((now() at time zone 'Asia/Tokyo')::date + 1)::timestamp"
                    " at time zone 'Asia/Tokyo'"),
              "true");
    Granted(Plan(), 1);
    Owner("update llm_meters set day = day - 1, fresh_until = '-infinity'");
    Granted(Plan(), 2);
    EXPECT_EQ(Value("select month_brl from llm_spending where tenant_id = 2"), "8250");
}

TEST_F(AdmissionTest, AMonthsBudgetEndsWithTheMonth) {
    Operator("insert into llm_limits (tenant_id, brl_per_month) values (1, 5000)");
    Granted();
    const Admission refused = Ask();
    EXPECT_EQ(refused.reason, "tenant_month_budget");
    EXPECT_EQ(Value("select to_timestamp(" + std::to_string(refused.not_before.value()) +
                    " / 1e6) at time zone 'America/Sao_Paulo'"
                    " = date_trunc('month', now() at time zone 'America/Sao_Paulo')"
                    " + interval '1 month'"),
              "true");
    Owner(
        "update llm_meters set month = (month - interval '1 month')::date, day = day - 31,"
        " fresh_until = '-infinity'");
    Granted();
}

TEST_F(AdmissionTest, EveryTenantHasAMonthsBudgetAndNoneUsesUpTheInstallations) {
    Operator("update llm_limits set tokens_per_minute = 1000000000, brl_per_day = 60000000"
             " where tenant_id = 0");
    // R$ 49,50 of the R$ 50 that a tenant has unless somebody says otherwise.
    const CallId call = Granted(Plan(60'000'000, 0));
    EXPECT_EQ(Ask(Plan(1'000'000, 0)).reason, "tenant_month_budget");
    EXPECT_EQ(Ask(Plan(20'000'000, 0), 2).reason, "installation_day_budget");
    Send(call);
    End(call, Used(1'000, 0));
    Granted(Plan(20'000'000, 0), 2);
}

TEST_F(AdmissionTest, ARaiseHoldsUntilItExpires) {
    Operator("update llm_limits set brl_per_day = 1 where tenant_id = 0;"
             "insert into llm_raises (tenant_id, kind, value, starts_at, expires_at, author)"
             " values (0, 'brl_per_day', 5000, now() - interval '2 h', now() - interval '1 h', 'ana')");
    EXPECT_EQ(Ask().reason, "installation_day_budget");
    Operator("insert into llm_raises (tenant_id, kind, value, expires_at, author)"
             " values (0, 'brl_per_day', 5000, now() + interval '1 h', 'ana')");
    Granted();
    EXPECT_EQ(Ask().reason, "installation_day_budget");
}

TEST_F(AdmissionTest, AStopLetsNothingThrough) {
    Operator("insert into llm_limits (tenant_id, stopped_at, stopped_by) values (1, now(), 'ana')");
    EXPECT_EQ(Ask().reason, "tenant_stopped");
    Granted(Plan(), 2);
    Operator("update llm_limits set stopped_at = now(), stopped_by = 'ana' where tenant_id = 0");
    EXPECT_EQ(Ask(Plan(), 2).reason, "installation_stopped");
}

TEST_F(AdmissionTest, WhatWasNeverSentCostsNothingWhenItsLeaseEnds) {
    const CallId call = Granted();
    EXPECT_EQ(CloseLeases(), 0);
    Owner("update llm_reservations set lease_until = now() - interval '1 s'");
    EXPECT_FALSE(Send(call)) << "too late";
    EXPECT_EQ(CloseLeases(), 1);
    EXPECT_EQ(Value("select entry || ' ' || brl from llm_calls"), "released 0");
    EXPECT_EQ(Value("select string_agg(day_brl || ' ' || minute_requests || ' ' || minute_tokens"
                    " || ' ' || day_requests, ', ') from llm_meters"),
              "0 0 0 0, 0 0 0 0");
}

TEST_F(AdmissionTest, WhatWasSentIsBookedWhenItsLeaseEndsAndCorrectedOnce) {
    const CallId call = Granted();
    Send(call);
    Owner("update llm_reservations set lease_until = now() - interval '1 s'");
    // The next call of anybody closes it, if it is the first of its half second.
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    Granted(Plan(), 2);
    EXPECT_EQ(Value("select entry || ' ' || brl from llm_calls"), "unconfirmed 4125");
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 1"), "4125");
    EXPECT_EQ(End(call, Used(1'000, 0)), MicroBrl(825));
    EXPECT_EQ(End(call, Used(1'000, 0)), MicroBrl(825));
    EXPECT_EQ(Value("select string_agg(entry || ' ' || brl, ', ' order by entry_number)"
                    " from llm_calls"),
              "unconfirmed 4125, correction -3300");
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 1"), "825");
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 0"), "4950");
}

TEST_F(AdmissionTest, PeopleAreToldAtHalfAtFourFifthsAndAtTheEndOfABudget) {
    const std::string alert = "select string_agg(concat_ws(' ', tenant_id, subject, severity,"
                              " split_part(message, ' %', 1), occurrences), ', ' order by tenant_id)"
                              " from alerts where kind = 'llm.budget' and recovered_at is null";
    // A call is reserved at 4,125 micro-BRL.
    Operator("insert into llm_limits (tenant_id, brl_per_day) values (1, 41250)");
    for (int i = 0; i < 4; ++i) Granted();
    EXPECT_EQ(Value(alert), "null");
    Granted();
    EXPECT_EQ(Value(alert), "1 brl_per_day info 50 1");
    for (int i = 0; i < 3; ++i) Granted();
    EXPECT_EQ(Value(alert), "1 brl_per_day warning 80 2");
    for (int i = 0; i < 2; ++i) Granted();
    EXPECT_EQ(Value(alert), "1 brl_per_day warning 80 2");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(Ask().reason, "tenant_day_budget");
    EXPECT_EQ(Value(alert), "1 brl_per_day critical 100 3");
    // A new day has a new budget.
    Owner("update llm_meters set day = day - 1, fresh_until = '-infinity' where tenant_id = 1");
    Granted();
    EXPECT_EQ(Value(alert), "null");
}

TEST_F(AdmissionTest, ATenantCanTouchNoOthersCall) {
    const CallId call = Granted(Plan(), 1);
    EXPECT_FALSE(Send(call, 2));
    EXPECT_THROW(End(call, Used(1, 1), 2), base::Error);
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "1");
}

TEST_F(AdmissionTest, WithoutATenantThereIsNoCall) {
    EXPECT_THROW(Reserve(app_, TenantId(0), Plan()), base::Error);
}

TEST_F(AdmissionTest, TheMetersCanBeRebuiltFromTheLedger) {
    std::mt19937 random(7);
    Operator("update llm_limits set tokens_per_minute = 1000000000 where tenant_id = 0");
    for (int i = 0; i < 60; ++i) {
        const int tenant = 1 + static_cast<int>(random() % 2);
        const CallId call = Granted(Plan(static_cast<std::int32_t>(random() % 5'000), 500), tenant);
        CallEnd end = Used(static_cast<std::int32_t>(random() % 3'000), 100);
        switch (random() % 5) {
            case 0: continue;
            case 1: end.entry = CallEnd::Entry::kReleased; break;
            case 2: Send(call, tenant); end.entry = CallEnd::Entry::kUnconfirmed; break;
            default: Send(call, tenant);
        }
        End(call, end, tenant);
    }
    const std::string meters = "select string_agg(concat_ws(' ', tenant_id, minute_requests,"
                               " minute_tokens, day_requests, day_brl, month_brl), ', '"
                               " order by tenant_id) from llm_meters";
    const std::string buckets = "select string_agg(concat_ws(' ', tenant_id, span, bucket, requests,"
                                " tokens), ', ' order by tenant_id, span, bucket)"
                                " from llm_buckets where requests > 0";
    Owner("select llm_put_away(tenant_id) from llm_meters");
    const std::string before = Value(meters) + Value(buckets);
    Owner("update llm_meters set day_brl = 1, month_brl = 2, minute_requests = 3; delete from llm_buckets");
    tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
    EXPECT_EQ(RebuildMeters(scope), 3);
    scope.Commit();
    EXPECT_EQ(Value(meters) + Value(buckets), before);
}

// Calls from several processes at once, each on several connections.
class AdmissionRaceTest : public AdmissionTest {
protected:
    static constexpr int kProcesses = 4;
    static constexpr int kThreads = 5;
    static constexpr int kCallsEach = 10;  // 200 together

    // Every thread asks for its calls, and settles half of them for less than was reserved.
    std::string AskAll() {
        std::atomic<int> granted{0};
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < kThreads; ++i) {
                threads.emplace_back([&] {
                    pg::Connection connection = warehouse_.Connect(warehouse_.kApp);
                    for (int call = 0; call < kCallsEach; ++call) {
                        const TenantId tenant(1 + call % 2);
                        if (Reserve(connection, tenant, Plan()).verdict == Verdict::kGranted) {
                            ++granted;
                        }
                    }
                });
            }
        }
        return std::to_string(granted);
    }

    int AskInAllProcesses() {
        std::vector<std::unique_ptr<testing::ChildProcess>> processes;
        for (int i = 0; i < kProcesses; ++i) {
            processes.push_back(
                std::make_unique<testing::ChildProcess>([this] { return AskAll(); }));
        }
        int granted = 0;
        for (const auto& process : processes) {
            const auto end = process->Wait();
            EXPECT_TRUE(end.Succeeded()) << end.ToString();
            granted += std::atoi(end.answer.c_str());
        }
        return granted;
    }
};

TEST_F(AdmissionRaceTest, ABudgetForFiftyCallsAdmitsFiftyOfTwoHundred) {
    Operator("update llm_limits set requests_per_minute = null, tokens_per_minute = null,"
             " requests_per_day = null, brl_per_day = 50 * 4125 + 4124 where tenant_id = 0");
    for (int run = 0; run < 100; ++run) {
        ASSERT_EQ(AskInAllProcesses(), 50) << "run " << run;
        EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 0"), "206250");
        EXPECT_EQ(Value("select sum(reserved_brl) from llm_reservations"), "206250");
        Owner("delete from llm_reservations; delete from llm_meters; delete from llm_buckets;"
              "insert into llm_meters (tenant_id) values (0)");
    }
}

TEST_F(AdmissionRaceTest, SoDoWindowsOfRequestsAndTokens) {
    Operator("update llm_limits set requests_per_minute = 50 where tenant_id = 0");
    EXPECT_EQ(AskInAllProcesses(), 12) << "24,000 tokens a minute, 2,000 a call";
    Owner("delete from llm_reservations; delete from llm_meters; delete from llm_buckets;"
          "insert into llm_meters (tenant_id) values (0)");
    Operator("update llm_limits set tokens_per_minute = null where tenant_id = 0");
    EXPECT_EQ(AskInAllProcesses(), 50);
}

// Calls that end while meters are rebuilt, each in another way.
TEST_F(AdmissionRaceTest, MetersAreRebuiltRightWhileCallsEnd) {
    Operator("update llm_limits set requests_per_minute = null, tokens_per_minute = null,"
             " requests_per_day = null, brl_per_day = 1000000000 where tenant_id = 0");
    std::atomic<int> busy{kThreads};
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            pg::Connection connection = warehouse_.Connect(warehouse_.kApp);
            for (int n = 0; n < 100; ++n) {
                const TenantId tenant(1 + (i + n) % 2);
                const CallId call = Reserve(connection, tenant, Plan()).call;
                CallEnd end = Used(n % 7 == 0 ? 3'000 : 100 + n, 1'000);
                if (n % 5 == 0) end.entry = CallEnd::Entry::kReleased;
                if (n % 11 == 0) continue;
                Settle(connection, tenant, call, end);
            }
            --busy;
        });
    }
    int rebuilt = 0;
    while (busy > 0) {
        tenancy::RoleScope scope(app_, DatabaseRole::kAdminUsers);
        EXPECT_EQ(RebuildMeters(scope), 0) << "the " << ++rebuilt << ". time";
        scope.Commit();
    }
    threads.clear();
    EXPECT_EQ(Value("select day_brl - (select sum(brl) from llm_calls)"
                    " - (select sum(reserved_brl) from llm_reservations)"
                    " from llm_spending where tenant_id = 0"),
              "0");
}

}  // namespace
}  // namespace geniai::llm
