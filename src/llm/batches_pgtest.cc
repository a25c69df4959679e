// Batches against the provider simulator: real HTTP, a real warehouse, processes that really die.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <signal.h>
#include <thread>

#include "base/digest.h"
#include "base/error.h"
#include "llm/batch_choice.h"
#include "llm/batches.h"
#include "llm/prices.h"
#include "llm/usage.h"
#include "testing/child_process.h"
#include "testing/model_fixture.h"

namespace geniai::llm {
namespace {

using base::MicroBrl;
using base::TenantId;
using std::chrono::milliseconds;
using tenancy::DatabaseRole;

constexpr const char* kSchema = R"({"type":"object","additionalProperties":false,
    "required":["summary","score"],
    "properties":{"summary":{"type":"string","maxLength":200},
                  "score":{"type":"integer","minimum":0,"maximum":5}}})";
// Of 200 tokens in and 300 out, half of 1,155 micro-BRL, rounded up.
constexpr std::int64_t kReservedOfOne = 578;

class BatchesTest : public testing::ModelTest {
protected:
    BatchesTest() {
        batch_settings_.base_url = settings_.base_url;
        batch_settings_.api_key = settings_.api_key;
        batch_settings_.model = settings_.model;
        batch_settings_.doubt = std::chrono::seconds(0);
        simulator_->Control({{"batch_seconds", 0.2}});
        pg::Transaction transaction(owner_);
        transaction.RunScript(
            {"test.results",
             "create table test_results (payload text, call_id bigint, content text, cause text,"
             " brl bigint); grant select, insert on test_results to etl_service, admin_users"});
        transaction.Commit();
    }

    static BatchQuestion QuestionNumber(int number) {
        BatchQuestion asked;
        Question& question = asked.question;
        question.purpose = "test";
        question.prompt_version = "v1";
        const std::string text = "Olá, \"quero\" saber o preço do plano " + std::to_string(number);
        question.input_hash = base::DigestOf(text);
        question.input_tokens = 200;
        question.chat.messages = {{"system", "Responda em JSON."}, {"user", text}};
        question.chat.schema_name = "analysis";
        question.chat.schema = kSchema;
        question.chat.output_tokens_max = 300;
        asked.payload = "lead " + std::to_string(number) + R"( {"a": "b\\c"})";
        return asked;
    }

    static Batches::NextQuestion Questions(int count) {
        return [count, next = 0]() mutable -> std::optional<BatchQuestion> {
            if (next == count) return std::nullopt;
            return QuestionNumber(next++);
        };
    }

    Batches MakeBatches(pg::Pool& pool) { return {batch_settings_, pool, clock_, log_}; }

    Submission Submit(int count, int tenant = 1) {
        return MakeBatches(pool_).Submit(TenantId(tenant), "test", Questions(count));
    }

    static void Store(tenancy::TenantScope& scope, const BatchResult& result) {
        scope.Execute({"test.store", "insert into test_results values ($1, $2, $3, $4, $5)"},
                      result.payload, result.call, result.content, result.cause,
                      result.cost.micros());
    }

    Collection Collect() { return MakeBatches(pool_).Collect(std::nullopt, "test", Store); }

    // Collects until nothing is open.
    static Collection CollectAll(Batches& batches) {
        Collection all;
        for (int i = 0; i < 500; ++i) {
            const Collection now = batches.Collect(std::nullopt, "test", Store);
            all.answered += now.answered;
            all.not_taken += now.not_taken;
            all.cost += now.cost;
            for (const auto& [cause, count] : now.failures)
                all.failures[cause] += count;
            if (now.batches == 0) return all;
            std::this_thread::sleep_for(milliseconds(20));
        }
        ADD_FAILURE() << "batches stay open";
        return all;
    }

    Collection CollectAll() {
        Batches batches = MakeBatches(pool_);
        return CollectAll(batches);
    }

    std::int64_t Number(const std::string& sql) { return std::stoll(Value(sql)); }

    // The simulator's whole bill, rounded as the ledger rounds each call.
    std::int64_t Billed() const {
        std::int64_t sum = 0;
        const auto stats = simulator_->Stats();
        for (const auto& [call, billed] : stats.at("billed").at("by_request").as_object()) {
            const double pico = std::stod(std::string(billed.at("pico_usd").as_string()));
            sum += static_cast<std::int64_t>(std::ceil(pico * 5.5 / 1e6 - 1e-9));
        }
        return sum;
    }

    std::int64_t AcceptedInBatches() const {
        return simulator_->Stats().at("accepted_in_batches").to_number<std::int64_t>();
    }

    // Every stored request has one result and one entry, nothing is reserved, and the ledger is the
    // bill.
    void CheckTheBooks() {
        const std::string requests = Value("select coalesce(sum(requests), 0) from llm_batches");
        EXPECT_EQ(Value("select count(*) from llm_batches where state <> 'done'"), "0");
        EXPECT_EQ(Value("select count(*) from llm_batch_requests"), requests);
        EXPECT_EQ(Value("select count(*) from llm_batch_requests where state = 'taken'"), requests);
        EXPECT_EQ(Value("select count(*) from test_results"), requests);
        EXPECT_EQ(Value("select count(distinct call_id) from test_results"), requests);
        EXPECT_EQ(Value("select count(*) from llm_calls where is_batch"), requests);
        EXPECT_EQ(Value("select count(distinct call_id) from llm_calls"), requests);
        EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
        EXPECT_EQ(Number("select coalesce(sum(brl), 0) from llm_calls"), Billed());
        EXPECT_EQ(Number("select coalesce(sum(brl), 0) from test_results"), Billed());
        EXPECT_EQ(Number("select day_brl from llm_spending where tenant_id = 0"), Billed());
    }

    BatchSettings batch_settings_;
};

TEST_F(BatchesTest, EveryAnswerIsBookedAtHalfThePriceToTheMicroBrl) {
    const Submission submission = Submit(120);
    EXPECT_EQ(submission.batches.size(), 1U);
    EXPECT_EQ(submission.requests, 120);
    EXPECT_EQ(submission.reserved, MicroBrl(120 * kReservedOfOne));
    EXPECT_EQ(submission.not_sent, 0) << submission.trouble;
    EXPECT_TRUE(submission.refused.empty());
    EXPECT_EQ(Number("select day_brl from llm_spending where tenant_id = 0"), 120 * kReservedOfOne);
    const Collection all = CollectAll();
    EXPECT_EQ(all.answered, 120);
    EXPECT_TRUE(all.failures.empty());
    EXPECT_EQ(all.cost, MicroBrl(Billed()));
    EXPECT_EQ(AcceptedInBatches(), 120);
    CheckTheBooks();
    EXPECT_EQ(Value("select count(*) from test_results where content::jsonb ? 'score'"), "120");
    EXPECT_EQ(Value("select payload from test_results where payload like 'lead 7 %'"),
              R"(lead 7 {"a": "b\\c"})");
    EXPECT_EQ(Value("select count(*) from llm_calls where entry = 'settled' and outcome = 'ok'"),
              "120");
}

TEST_F(BatchesTest, WhatItSavesIsTheLivePriceOfTheSameTokens) {
    Submit(40);
    CollectAll();
    const auto app = pool_.Acquire();
    tenancy::RoleScope scope(*app, DatabaseRole::kAdminUsers);
    const BatchSaving saving = ReadBatchSaving(scope, std::nullopt);
    EXPECT_EQ(saving.calls, 40);
    EXPECT_EQ(saving.cost, MicroBrl(Billed()));
    const std::int64_t live = Number(
        "select sum(llm_cost(model, reserved_at, input_tokens, cached_input_tokens, output_tokens,"
        " false)) from llm_calls");
    EXPECT_EQ(saving.live, MicroBrl(live));
    EXPECT_GE(saving.Saved(), MicroBrl(saving.cost.micros() - 40)) << "half, but for the rounding";
    EXPECT_LE(saving.Saved(), saving.cost);
    EXPECT_EQ(ReadBatchSaving(scope, TenantId(2)).calls, 0);
}

TEST_F(BatchesTest, TheProvidersFilesAreDeletedWhenTheirResultsAreBooked) {
    Submit(10);
    CollectAll();
    http::ClientRequest request;
    request.url = settings_.base_url + "/files";
    request.headers = {{"Authorization", "Bearer simulator-key"}};
    const auto files = boost::json::parse(http::Send(request).body);
    EXPECT_TRUE(files.at("data").as_array().empty());
    EXPECT_EQ(Value("select count(*) from llm_batches where state = 'done'"), "1");
}

TEST_F(BatchesTest, RequestsThatFailHaveACauseAndCostNothing) {
    simulator_->Control({{"batch_error_rate", 0.3},
                         {"faults",
                          {{{"kind", "finish_length"}, {"times", 3}, {"scope", "batch"}},
                           {{"kind", "no_usage"}, {"times", 1}, {"scope", "batch"}}}}});
    Submit(60);
    const Collection all = CollectAll();
    EXPECT_EQ(all.answered, 60);
    EXPECT_GT(all.failures.at("http_500"), 5);
    EXPECT_EQ(all.failures.at("cut"), 3);
    EXPECT_EQ(Value("select count(*) from test_results where cause = 'http_500' and brl <> 0"),
              "0");
    EXPECT_EQ(Value("select count(*) from test_results where cause = 'cut' and brl > 0"), "3");
    EXPECT_EQ(Value("select count(*) from test_results where cause <> '' and content <> ''"), "0");
    EXPECT_EQ(Value("select sum(brl) from llm_calls where entry = 'unconfirmed'"),
              std::to_string(kReservedOfOne))
        << "nobody says what it used";
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
    EXPECT_GE(Number("select sum(brl) from llm_calls"), Billed());
    EXPECT_LE(Number("select sum(brl) from llm_calls"), Billed() + kReservedOfOne);
}

TEST_F(BatchesTest, AnExpiredBatchKeepsWhatWasAnsweredAndReleasesTheRest) {
    simulator_->Control({{"batch_end", "expired"}});
    Submit(40);
    const Collection all = CollectAll();
    EXPECT_EQ(all.answered, 40);
    EXPECT_EQ(all.failures.at("batch_expired"), 20);
    EXPECT_EQ(Value("select string_agg(entry || ' ' || n, ', ' order by entry) from"
                    " (select entry, count(*) as n from llm_calls group by entry) x"),
              "settled 20, released 20");
    CheckTheBooks();
}

TEST_F(BatchesTest, FiftyPollsLeadToOneEntryEach) {
    simulator_->Control({{"batch_seconds", 1}});
    Submit(30);
    for (int i = 0; i < 50; ++i)
        Collect();
    CollectAll();
    for (int i = 0; i < 50; ++i)
        Collect();
    CheckTheBooks();
    EXPECT_EQ(AcceptedInBatches(), 30);
}

TEST_F(BatchesTest, ABudgetThatIsSmallerThanTheSetRefusesTheRest) {
    Operator("update llm_limits set brl_per_day = 30000 where tenant_id = 0");
    const Submission submission = Submit(200);
    const std::int64_t granted = 30'000 / kReservedOfOne;
    EXPECT_EQ(submission.requests, granted);
    EXPECT_EQ(submission.ended_by, "installation_day_budget");
    ASSERT_GT(submission.refused.size(), 50U);  // what was left of a portion, and the next
    for (const BatchRefusal& refusal : submission.refused) {
        EXPECT_EQ(refusal.cause, "installation_day_budget");
        EXPECT_TRUE(refusal.not_before.has_value());
    }
    EXPECT_EQ(Number("select count(*) from llm_reservations"), granted);
    CollectAll();
    CheckTheBooks();
    EXPECT_EQ(AcceptedInBatches(), granted);
}

TEST_F(BatchesTest, ASetThatIsRefusedAltogetherLeavesNothing) {
    Operator("update llm_limits set stopped_at = now(), stopped_by = 'ana' where tenant_id = 0");
    const Submission submission = Submit(120);
    EXPECT_EQ(submission.requests, 0);
    EXPECT_EQ(submission.refused.size(), 50U) << "after a portion nobody asks on";
    EXPECT_EQ(submission.ended_by, "installation_stopped");
    EXPECT_EQ(Value("select count(*) from llm_batches"), "0");
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
    EXPECT_EQ(AcceptedInBatches(), 0);
}

TEST_F(BatchesTest, AStopHoldsBackWhatWasNotSent) {
    simulator_->Control({{"outage", true}});
    const Submission submission = Submit(20);
    EXPECT_EQ(submission.requests, 20);
    EXPECT_EQ(submission.not_sent, 1);
    EXPECT_NE(submission.trouble, "");
    simulator_->Control({{"outage", false}});
    Operator("insert into llm_limits (tenant_id, stopped_at, stopped_by) values (1, now(), 'ana')");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(Collect().waiting, 1);
    EXPECT_EQ(AcceptedInBatches(), 0);
    EXPECT_EQ(Value("select count(*) from llm_reservations where sent_at is not null"), "0");
    Operator("update llm_limits set stopped_at = null, stopped_by = null where tenant_id = 1");
    EXPECT_EQ(CollectAll().answered, 20);
    CheckTheBooks();
}

TEST_F(BatchesTest, AProviderInTroubleIsAskedAgain) {
    Submit(20);
    simulator_->Control({{"outage", true}});
    std::this_thread::sleep_for(milliseconds(300));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(Collect().troubles.size(), 1U);
    simulator_->Control({{"outage", false}});
    EXPECT_EQ(CollectAll().answered, 20);
    CheckTheBooks();
}

TEST_F(BatchesTest, AProviderThatRefusesEndsEveryRequest) {
    batch_settings_.base_url += "/nowhere";
    const Submission submission = Submit(20);
    EXPECT_EQ(submission.requests, 20);
    EXPECT_EQ(CollectAll().failures.at("http_404"), 20);
    CheckTheBooks();
}

TEST_F(BatchesTest, MoreThanAFileTakesIsSeveralBatches) {
    batch_settings_.requests_per_file = 20;
    const Submission submission = Submit(50);
    EXPECT_EQ(submission.batches.size(), 3U);
    EXPECT_EQ(submission.requests, 50);
    EXPECT_EQ(Value("select string_agg(requests::text, ' ' order by batch_id) from llm_batches"),
              "20 20 10");
    EXPECT_EQ(CollectAll().answered, 50);
    CheckTheBooks();
}

TEST_F(BatchesTest, AFileHasNoMoreBytesThanTheProviderTakes) {
    batch_settings_.bytes_per_file = 6'000;
    const Submission submission = Submit(30);
    EXPECT_GT(submission.batches.size(), 2U);
    EXPECT_EQ(submission.requests, 30);
    EXPECT_EQ(CollectAll().answered, 30);
    CheckTheBooks();
    batch_settings_.bytes_per_file = 100;
    EXPECT_EQ(Submit(3).refused.at(2).cause, "too_large");
}

TEST_F(BatchesTest, ACancelledBatchKeepsWhatWasAnswered) {
    simulator_->Control({{"batch_seconds", 2}});
    const Submission submission = Submit(40);
    std::this_thread::sleep_for(milliseconds(900));
    EXPECT_TRUE(MakeBatches(pool_).Cancel(TenantId(1), submission.batches.front()));
    const Collection all = CollectAll();
    EXPECT_EQ(all.answered, 40);
    EXPECT_GT(all.failures.at("batch_cancelled"), 0);
    EXPECT_LT(all.failures.at("batch_cancelled"), 40);
    CheckTheBooks();
    try {
        MakeBatches(pool_).Cancel(TenantId(1), submission.batches.front());
        ADD_FAILURE() << "it had ended";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kConflict);
    }
    try {
        MakeBatches(pool_).Cancel(TenantId(2), submission.batches.front());
        ADD_FAILURE() << "it is another tenant's";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kNotFound);
    }
}

TEST_F(BatchesTest, ABatchThatWasNeverSentIsCancelledForNothing) {
    simulator_->Control({{"outage", true}});
    const Submission submission = Submit(20);
    simulator_->Control({{"outage", false}});
    EXPECT_TRUE(MakeBatches(pool_).Cancel(TenantId(1), submission.batches.front()));
    EXPECT_EQ(CollectAll().failures.at("batch_cancelled"), 20);
    EXPECT_EQ(AcceptedInBatches(), 0);
    CheckTheBooks();
}

TEST_F(BatchesTest, WhatIsNotTakenComesAgain) {
    Submit(20);
    std::this_thread::sleep_for(milliseconds(600));
    int calls = 0;
    const auto fails_at_times = [&](tenancy::TenantScope& scope, const BatchResult& result) {
        Store(scope, result);
        if (++calls % 4 == 0) throw base::Error(base::ErrorCode::kFailed, "no place");
    };
    const Collection first = MakeBatches(pool_).Collect(std::nullopt, "test", fails_at_times);
    EXPECT_EQ(first.answered, 15);
    EXPECT_EQ(first.not_taken, 5);
    EXPECT_EQ(CollectAll().answered, 5);
    CheckTheBooks();
}

TEST_F(BatchesTest, APurposeAndATenantCollectTheirOwn) {
    Submit(5, 1);
    Submit(5, 2);
    std::this_thread::sleep_for(milliseconds(600));
    Batches batches = MakeBatches(pool_);
    EXPECT_EQ(batches.Collect(std::nullopt, "other", Store).batches, 0);
    EXPECT_EQ(batches.Collect(TenantId(2), "test", Store).answered, 5);
    EXPECT_EQ(CollectAll().answered, 5);
    CheckTheBooks();
}

TEST_F(BatchesTest, WhatMustHoldFromTheStartIsStoredWithTheRequests) {
    int told = 0;
    MakeBatches(pool_).Submit(
        TenantId(1), "test", Questions(60),
        [&](tenancy::TenantScope& scope, const std::vector<std::string>& payloads) {
            told += static_cast<int>(payloads.size());
            EXPECT_EQ(scope.Execute({"test.stored", "select count(*) as n from llm_batch_requests"})
                          .One()["n"]
                          .Int64(),
                      told);
        });
    EXPECT_EQ(told, 60);
    CollectAll();
}

// The ledger books what the lease ended at its reserved price; the result corrects it.
TEST_F(BatchesTest, AResultThatComesAfterItsLeaseCorrectsTheLedger) {
    simulator_->Control({{"batch_end", "expired"}});
    Submit(20);
    {
        pg::Transaction transaction(owner_);
        transaction.RunScript({"test.time", "update llm_reservations set lease_until = now()"});
        transaction.Commit();
        const auto app = pool_.Acquire();
        tenancy::RoleScope scope(*app, DatabaseRole::kAdminUsers);
        EXPECT_EQ(EndLeases(scope), 20);
        scope.Commit();
    }
    EXPECT_EQ(Number("select sum(brl) from llm_calls"), 20 * kReservedOfOne);
    EXPECT_EQ(CollectAll().answered, 20);
    EXPECT_EQ(Number("select sum(brl) from llm_calls"), Billed());
    EXPECT_EQ(Number("select day_brl from llm_spending where tenant_id = 0"), Billed());
}

TEST_F(BatchesTest, ABatchWhoseLeaseEndedBeforeItWasSentIsNotSent) {
    simulator_->Control({{"outage", true}});
    Submit(20);
    simulator_->Control({{"outage", false}});
    {
        pg::Transaction transaction(owner_);
        transaction.RunScript({"test.time", "update llm_reservations set lease_until = now()"});
        transaction.Commit();
    }
    EXPECT_EQ(CollectAll().failures.at("lease"), 20);
    EXPECT_EQ(AcceptedInBatches(), 0);
    CheckTheBooks();
}

TEST_F(BatchesTest, UnknownAndRepeatedLinesChangeNothing) {
    const BatchId batch = Submit(3).batches.front();
    const auto app = pool_.Acquire();
    tenancy::TenantScope scope(*app, DatabaseRole::kEtlService, TenantId(1));
    BatchLine line;
    line.call = CallId(std::stoll(Value("select min(call_id) from llm_batch_requests")));
    line.content = std::string("a\0b", 3);
    line.end.input_tokens = 100;
    line.end.output_tokens = 10;
    BatchLine again = line;
    again.content = "other";
    BatchLine unknown = line;
    unknown.call = CallId(999'999);
    EXPECT_EQ(SettleLines(scope, batch, {line, again, unknown}), 1);
    EXPECT_EQ(SettleLines(scope, batch, {again, unknown}), 0);
    EXPECT_EQ(SettleLines(scope, BatchId(batch.value() + 1), {again}), 0);
    const auto row = FindBatch(scope, batch);
    ASSERT_TRUE(row.has_value());
    const auto result = LockResult(scope, *row, line.call);
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->content, std::string("a\0b", 3)) << "what text cannot hold is kept";
    EXPECT_EQ(result->usage.input_tokens, 100);
}

TEST_F(BatchesTest, TheOperatorSeesWhatBecameOfEachBatch) {
    simulator_->Control({{"batch_end", "expired"}});
    Submit(20, 1);
    CollectAll();
    simulator_->Control({{"outage", true}});
    Submit(5, 2);
    const auto app = pool_.Acquire();
    tenancy::RoleScope scope(*app, DatabaseRole::kAdminUsers);
    const auto batches = ListBatches(scope, std::nullopt, 10);
    ASSERT_EQ(batches.size(), 2U);
    EXPECT_EQ(batches[0].tenant, TenantId(2));
    EXPECT_EQ(batches[0].state, "uploading");
    EXPECT_EQ(batches[0].answered, 0);
    EXPECT_FALSE(batches[0].submitted_at.has_value());
    EXPECT_EQ(batches[1].state, "done");
    EXPECT_EQ(batches[1].provider_state, "expired");
    EXPECT_EQ(batches[1].requests, 20);
    EXPECT_EQ(batches[1].answered, 20);
    EXPECT_EQ(batches[1].failed, 10);
    EXPECT_EQ(batches[1].taken, 20);
    EXPECT_EQ(batches[1].cost, MicroBrl(Billed()));
    EXPECT_EQ(ListBatches(scope, TenantId(1), 10).size(), 1U);
    EXPECT_THROW(scope.Execute({"test.read", "select body, content from llm_batch_requests"}),
                 base::Error)
        << "what was asked and answered is not the operator's";
}

TEST_F(BatchesTest, TheModelsPriceSaysWhatABatchCosts) {
    const auto app = pool_.Acquire();
    tenancy::TenantScope scope(*app, DatabaseRole::kEtlService, TenantId(1));
    EXPECT_EQ(BatchPercentOf(scope, "gpt-4o-mini"), 50);
    EXPECT_EQ(BatchPercentOf(scope, "unheard-of"), std::nullopt);
    EXPECT_EQ(ChooseWay(std::nullopt, 50, BatchPercentOf(scope, "gpt-4o-mini")), Way::kBatch);
}

struct KillPoint {
    const char* point;
    int occurrence;
};

class BatchKillTest : public BatchesTest, public ::testing::WithParamInterface<KillPoint> {
protected:
    // Submits and collects in a process that dies at the point.
    bool DiesThere() {
        testing::ChildProcess child([&] {
            testing::DieAt(GetParam().point, GetParam().occurrence);
            pg::Pool pool(
                {.connection = warehouse_.Settings(warehouse_.kApp), .connections_max = 4});
            Batches batches = MakeBatches(pool);
            batches.Submit(TenantId(1), "test", Questions(120));
            CollectAll(batches);
            return std::string("done");
        });
        return child.Wait().signal == SIGKILL;
    }
};

TEST_P(BatchKillTest, EveryRequestEndsOnceAndTheLedgerIsTheBill) {
    simulator_->Control({{"batch_error_rate", 0.2}});
    batch_settings_.requests_per_file = 70;
    ASSERT_TRUE(DiesThere());
    CollectAll();
    CheckTheBooks();
    // A batch that was asked for twice would be answered and billed twice.
    EXPECT_EQ(AcceptedInBatches(), Number("select count(*) from test_results where cause = ''"));
    // And once more, over the whole set.
    Submit(30);
    CollectAll();
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
    EXPECT_EQ(Number("select sum(brl) from llm_calls"), Billed());
}

INSTANTIATE_TEST_SUITE_P(
    Points, BatchKillTest,
    ::testing::Values(KillPoint{"batch.begun", 1}, KillPoint{"batch.begun", 2},
                      KillPoint{"batch.before_store", 1}, KillPoint{"batch.before_store", 2},
                      KillPoint{"batch.stored", 1}, KillPoint{"batch.stored", 2},
                      KillPoint{"batch.filled", 1}, KillPoint{"batch.filled", 2},
                      KillPoint{"batch.uploading", 1}, KillPoint{"batch.uploaded", 1},
                      KillPoint{"batch.uploaded", 2}, KillPoint{"batch.creating", 1},
                      KillPoint{"batch.created", 1}, KillPoint{"batch.created", 2},
                      KillPoint{"batch.ended", 1}, KillPoint{"batch.downloaded", 1},
                      KillPoint{"batch.downloaded", 2}, KillPoint{"batch.portion_settled", 1},
                      KillPoint{"batch.portion_settled", 2}, KillPoint{"batch.before_settled", 1},
                      KillPoint{"batch.settled", 1}, KillPoint{"batch.before_taken", 1},
                      KillPoint{"batch.before_taken", 30}, KillPoint{"batch.taken", 1},
                      KillPoint{"batch.taken", 90}),
    [](const auto& kill) {
        std::string name = kill.param.point;
        std::ranges::replace(name, '.', '_');
        return name + "_" + std::to_string(kill.param.occurrence);
    });

}  // namespace
}  // namespace geniai::llm
