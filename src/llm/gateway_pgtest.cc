// The gateway against the provider simulator: real HTTP, a real warehouse.
#include "llm/gateway.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <future>
#include <latch>
#include <thread>

#include "base/digest.h"
#include "base/error.h"
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
    "required":["summary","score","evidence"],
    "properties":{"summary":{"type":"string","maxLength":200},
                  "score":{"type":"integer","minimum":0,"maximum":5},
                  "evidence":{"type":"array","items":{"type":"string"},"maxItems":3}}})";

class GatewayTest : public testing::ModelTest {
protected:
    static Question QuestionNumber(int number, int tenant = 1) {
        Question question;
        question.tenant = TenantId(tenant);
        question.purpose = "test";
        question.prompt_version = "v1";
        const std::string text = "Olá, quero saber o preço do plano " + std::to_string(number);
        question.input_hash = base::DigestOf(text);
        question.input_tokens = 200;
        question.chat.messages = {{"system", "Responda em JSON."}, {"user", text}};
        question.chat.schema_name = "analysis";
        question.chat.schema = kSchema;
        question.chat.output_tokens_max = 300;
        return question;
    }

    // Asks all at once and waits for the replies.
    std::vector<Reply> AskAll(Gateway& gateway, int count) {
        std::vector<Reply> replies(static_cast<std::size_t>(count));
        std::latch left(count);
        for (int i = 0; i < count; ++i) {
            gateway.Ask(QuestionNumber(i, 1 + i % 2), [&replies, &left, i](Reply reply) {
                replies[static_cast<std::size_t>(i)] = std::move(reply);
                left.count_down();
            });
        }
        left.wait();
        return replies;
    }

    Reply AskOne() {
        Gateway gateway(settings_, pool_, clock_, log_);
        return AskAll(gateway, 1).front();
    }

    // The simulator's bill for the calls of a kind of entry, as the ledger has to have it.
    std::int64_t BilledMicroBrl(const std::string& where) {
        const auto stats = simulator_->Stats();
        const auto& by_request = stats.at("billed").at("by_request").as_object();
        std::int64_t sum = 0;
        pg::Transaction transaction(owner_);
        for (const pg::Row row : transaction.Execute(
                 {"test.calls", "select distinct call_id from llm_calls where " + where})) {
            const auto* billed = by_request.if_contains(row["call_id"].String());
            if (billed == nullptr) continue;
            const double pico = std::stod(std::string(billed->at("pico_usd").as_string()));
            sum += static_cast<std::int64_t>(std::ceil(pico * 5.5 / 1e6 - 1e-9));
        }
        return sum;
    }
};

// The provider's own window is smaller than ours: its headers say so before it has to refuse.
TEST_F(GatewayTest, TheProvidersHeadersSlowTheGatewayDown) {
    simulator_->Control({{"limits", {{"rpm", 12}}}});
    settings_.in_flight_max = 1;
    Gateway gateway(settings_, pool_, clock_, log_);
    std::atomic<int> answered{0};
    std::atomic<int> ended{0};
    for (int i = 0; i < 20; ++i) {
        gateway.Ask(QuestionNumber(i), [&](Reply reply) {
            if (reply.kind == Reply::Kind::kAnswered) ++answered;
            ++ended;
        });
    }
    for (int i = 0; i < 100 && answered < 12; ++i) std::this_thread::sleep_for(milliseconds(50));
    EXPECT_EQ(answered, 12);
    std::this_thread::sleep_for(milliseconds(700));
    EXPECT_EQ(simulator_->Stats().at("accepted").to_number<int>(), 12);
    EXPECT_FALSE(simulator_->Stats().at("refused").as_object().contains("http_429"));
    gateway.Stop();
    for (int i = 0; i < 100 && ended < 20; ++i) std::this_thread::sleep_for(milliseconds(50));
    EXPECT_EQ(ended, 20);
}

TEST_F(GatewayTest, AnAnswerIsWhatTheModelWroteAndIsBookedToTheMicroBrl) {
    Gateway gateway(settings_, pool_, clock_, log_);
    const auto replies = AskAll(gateway, 30);
    MicroBrl cost;
    for (const Reply& reply : replies) {
        ASSERT_EQ(reply.kind, Reply::Kind::kAnswered) << reply.cause;
        EXPECT_TRUE(boost::json::parse(reply.content).as_object().contains("evidence"));
        EXPECT_EQ(reply.attempts, 1);
        cost += reply.cost;
    }
    EXPECT_EQ(Value("select count(*) || ' ' || sum(brl) from llm_calls where entry = 'settled'"),
              "30 " + std::to_string(cost.micros()));
    EXPECT_EQ(BilledMicroBrl("true"), cost.micros());
    EXPECT_EQ(Value("select day_brl from llm_spending where tenant_id = 0"),
              std::to_string(cost.micros()));
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
}

// Providers serve what prompts begin with from a cache, from 1,024 tokens on, where it is the same to
// the byte.
TEST_F(GatewayTest, WhatAllPromptsBeginWithIsServedFromTheProvidersCache) {
    constexpr int kCalls = 100;
    std::string instructions;
    while (instructions.size() < 6'000) instructions += "Leia a conversa, e responda em JSON. ";
    Gateway gateway(settings_, pool_, clock_, log_);
    std::latch left(kCalls);
    for (int i = 0; i < kCalls; ++i) {
        Question question = QuestionNumber(i);
        question.chat.messages[0].text = instructions;
        question.input_tokens = 2'000;
        gateway.Ask(std::move(question), [&left](Reply reply) {
            EXPECT_EQ(reply.kind, Reply::Kind::kAnswered) << reply.cause;
            left.count_down();
        });
    }
    left.wait();
    const auto prompts = simulator_->Prompts();
    ASSERT_EQ(prompts.size(), static_cast<std::size_t>(kCalls));
    const std::string first = boost::json::serialize(prompts.at(0).at("body"));
    const std::size_t shared = first.find(instructions) + instructions.size();
    for (const auto& prompt : prompts) {
        EXPECT_EQ(boost::json::serialize(prompt.at("body")).substr(0, shared), first.substr(0, shared));
    }
    const auto app = pool_.Acquire();
    tenancy::RoleScope scope(*app, DatabaseRole::kAdminUsers);
    const UsageRow usage = ReadUsage(scope, UsageBy::kModel, std::nullopt).at(0);
    EXPECT_EQ(usage.calls, kCalls);
    // 1,408 of the 1,5xx tokens of each but the first.
    EXPECT_EQ(usage.cached_input_tokens, (kCalls - 1) * 1'408);
    EXPECT_EQ(usage.cached_input_tokens,
              simulator_->Stats().at("tokens").at("live").at("cached").to_number<std::int64_t>());
}

struct Trouble {
    const char* fault;
    const char* cause;
    int attempts;
};

class TroubleTest : public GatewayTest, public ::testing::WithParamInterface<Trouble> {};

TEST_P(TroubleTest, IsNoAnswerAndCostsWhatTheProviderBills) {
    simulator_->Control({{"faults", {{{"kind", GetParam().fault}, {"times", 10}, {"ms", 3'000}}}}});
    const Reply reply = AskOne();
    EXPECT_EQ(reply.kind, Reply::Kind::kFailed);
    EXPECT_EQ(reply.cause, GetParam().cause);
    EXPECT_EQ(reply.attempts, GetParam().attempts);
    EXPECT_EQ(reply.content, "");
    EXPECT_EQ(Value("select count(*) from llm_calls where entry <> 'released' and outcome = '" +
                    reply.cause + "'"),
              std::to_string(reply.attempts));
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
    const std::int64_t booked = std::stoll(Value("select coalesce(sum(brl), 0) from llm_calls"));
    EXPECT_GE(booked, BilledMicroBrl("true")) << "never below the bill";
    EXPECT_EQ(std::stoll(Value("select coalesce(sum(brl), 0) from llm_calls where entry = 'settled'")),
              BilledMicroBrl("entry = 'settled'"));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, TroubleTest,
    ::testing::Values(Trouble{"http_500", "http_500", 3}, Trouble{"http_502", "http_502", 3},
                      Trouble{"http_503", "http_503", 3}, Trouble{"http_529", "http_529", 3},
                      Trouble{"http_400", "http_400", 1}, Trouble{"http_401", "http_401", 1},
                      Trouble{"http_403", "http_403", 1}, Trouble{"http_404", "http_404", 1},
                      Trouble{"http_429", "http_429", 3},
                      Trouble{"insufficient_quota", "insufficient_quota", 1},
                      Trouble{"hang", "timeout", 3}, Trouble{"slow", "timeout", 3},
                      Trouble{"reset", "broken_connection", 3},
                      Trouble{"cut_headers", "not_json", 3},
                      Trouble{"cut_body", "broken_connection", 3},
                      Trouble{"not_json_body", "not_json", 3}, Trouble{"empty_body", "not_json", 3},
                      Trouble{"finish_length", "cut", 3}, Trouble{"refusal", "refusal", 1},
                      Trouble{"content_filter", "content_filter", 1},
                      Trouble{"null_content", "no_content", 3},
                      Trouble{"empty_choices", "no_choices", 3}),
    [](const auto& trouble) { return std::string(trouble.param.fault); });

TEST_F(GatewayTest, WhatPassesIsTriedAgain) {
    simulator_->Control({{"faults", {{{"kind", "http_503"}, {"times", 2}}}}});
    const Reply reply = AskOne();
    EXPECT_EQ(reply.kind, Reply::Kind::kAnswered) << reply.cause;
    EXPECT_EQ(reply.attempts, 3);
    EXPECT_EQ(Value("select string_agg(outcome || ' ' || (brl > 0), ', ' order by call_id)"
                    " from llm_calls"),
              "http_503 false, http_503 false, ok true");
}

TEST_F(GatewayTest, AProviderWithoutSchemasIsAskedForPlainJson) {
    simulator_->Control({{"json_schema", false}});
    Gateway gateway(settings_, pool_, clock_, log_);
    for (const Reply& reply : AskAll(gateway, 3)) {
        EXPECT_EQ(reply.kind, Reply::Kind::kAnswered) << reply.cause;
    }
    EXPECT_EQ(AskAll(gateway, 1).front().attempts, 1) << "it is remembered";
}

TEST_F(GatewayTest, ABudgetIsUsedUpAndNeverPassed) {
    // A call reserves 1,155 micro-BRL and costs less.
    Operator("update llm_limits set brl_per_day = 30000 where tenant_id = 0");
    Gateway gateway(settings_, pool_, clock_, log_);
    int answered = 0;
    for (const Reply& reply : AskAll(gateway, 200)) {
        answered += reply.kind == Reply::Kind::kAnswered ? 1 : 0;
        if (reply.kind == Reply::Kind::kAnswered) continue;
        EXPECT_EQ(reply.kind, Reply::Kind::kRefused);
        EXPECT_EQ(reply.cause, "installation_day_budget");
        EXPECT_TRUE(reply.not_before.has_value());
    }
    EXPECT_GT(answered, 25);
    EXPECT_LE(std::stoll(Value("select sum(brl) from llm_calls")), 30'000);
    EXPECT_EQ(std::stoll(Value("select sum(brl) from llm_calls")), BilledMicroBrl("true"));
}

TEST_F(GatewayTest, AFullWindowIsWaitedForAndThenToldOf) {
    Operator("update llm_limits set requests_per_minute = 5 where tenant_id = 0");
    settings_.wait_max = milliseconds(500);
    Gateway gateway(settings_, pool_, clock_, log_);
    int answered = 0;
    for (const Reply& reply : AskAll(gateway, 8)) {
        if (reply.kind == Reply::Kind::kAnswered) ++answered;
        if (reply.kind == Reply::Kind::kRefused) {
            EXPECT_EQ(reply.cause, "installation_requests_per_minute");
            EXPECT_TRUE(reply.not_before.has_value());
        }
    }
    EXPECT_EQ(answered, 5);
    EXPECT_EQ(simulator_->Stats().at("accepted").to_number<int>(), 5);
}

TEST_F(GatewayTest, AnOutageCostsFewCallsAndPassesByItself) {
    simulator_->Control({{"outage", true}});
    settings_.attempts_max = 100;
    Gateway gateway(settings_, pool_, clock_, log_);
    std::promise<std::vector<Reply>> done;
    std::jthread asking([&] { done.set_value(AskAll(gateway, 60)); });
    std::this_thread::sleep_for(milliseconds(3'000));
    const std::int64_t tried = std::stoll(Value("select count(*) from llm_calls"));
    simulator_->Control({{"outage", false}});
    int answered = 0;
    for (const Reply& reply : done.get_future().get()) {
        answered += reply.kind == Reply::Kind::kAnswered ? 1 : 0;
    }
    EXPECT_LT(tried, 120) << "60 went out before the first failure was known; then one at a time";
    // Those whose repeats were used up have been told so; nobody waits for ever.
    EXPECT_GT(answered, 0);
    EXPECT_EQ(AskAll(gateway, 1).front().kind, Reply::Kind::kAnswered);
}

// The breaker's pauses and an outage of five minutes, all at a fiftieth of their length. bench/outage.mjs
// has them at their full length.
TEST_F(GatewayTest, FiveMinutesOfOutageCostFewCallsAndLoseNoQuestion) {
    constexpr int kQuestions = 300;
    constexpr int kInFlight = 10;
    settings_.in_flight_max = kInFlight;
    settings_.breaker = {5, milliseconds(100), milliseconds(1'200)};
    simulator_->Control({{"latency_ms", 50}});
    Gateway gateway(settings_, pool_, clock_, log_);
    std::atomic<int> answered{0};
    std::atomic<int> failed{0};
    std::latch left(kQuestions);
    for (int i = 0; i < kQuestions; ++i) {
        gateway.Ask(QuestionNumber(i, 1 + i % 2), [&](const Reply& reply) {
            ++(reply.kind == Reply::Kind::kAnswered ? answered : failed);
            left.count_down();
        });
    }
    while (answered < 20) std::this_thread::sleep_for(milliseconds(10));
    simulator_->Control({{"outage", true}});
    std::this_thread::sleep_for(milliseconds(6'000));
    const auto during = simulator_->Stats();
    simulator_->Control({{"outage", false}});
    const auto back_at = Clock::now();
    while (simulator_->Stats().at("accepted") == during.at("accepted") &&
           Clock::now() - back_at < milliseconds(10'000)) {
        std::this_thread::sleep_for(milliseconds(20));
    }
    EXPECT_LT(Clock::now() - back_at, milliseconds(2'000)) << "a pause, and the look after it";
    left.wait();
    const int tried = during.at("refused").at("outage").to_number<int>();
    EXPECT_LE(tried, (kInFlight + 1) * settings_.breaker.failures_to_open + 8)
        << "each answer from before begins the count of failures anew; then one after each pause";
    EXPECT_EQ(answered + failed, kQuestions);
    EXPECT_LE(failed, tried);
    if (failed > 0) {  // who was told so asks again
        for (const Reply& reply : AskAll(gateway, failed)) {
            EXPECT_EQ(reply.kind, Reply::Kind::kAnswered) << reply.cause;
        }
    }
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
    EXPECT_EQ(Value("select count(*) from llm_calls where outcome = 'ok'"),
              std::to_string(kQuestions));
    EXPECT_EQ(std::stoll(Value("select sum(brl) from llm_calls")), BilledMicroBrl("true"));
}

TEST_F(GatewayTest, AStopEndsWhatWaitsWithinASecond) {
    Operator("update llm_limits set requests_per_minute = 1 where tenant_id = 0");
    Gateway gateway(settings_, pool_, clock_, log_);
    std::promise<std::vector<Reply>> done;
    std::jthread asking([&] { done.set_value(AskAll(gateway, 5)); });
    std::this_thread::sleep_for(milliseconds(500));
    const auto stopped_at = Clock::now();
    gateway.Stop();
    int refused = 0;
    for (const Reply& reply : done.get_future().get()) refused += reply.cause == "stopping" ? 1 : 0;
    EXPECT_EQ(refused, 4);
    EXPECT_LT(Clock::now() - stopped_at, milliseconds(1'000));
}

TEST_F(GatewayTest, TheOperatorsStopLetsNothingThrough) {
    Operator("update llm_limits set stopped_at = now(), stopped_by = 'ana' where tenant_id = 0");
    const Reply reply = AskOne();
    EXPECT_EQ(reply.cause, "installation_stopped");
    EXPECT_EQ(simulator_->Stats().at("accepted").to_number<int>(), 0);
}

TEST_F(GatewayTest, AProcessThatDiesAnywhereLosesNoMoney) {
    simulator_->Control({{"latency_ms", {5, 40}}});
    constexpr int kKills = 200;
    for (int i = 0; i < kKills; ++i) {
        testing::ChildProcess child([&] {
            pg::Pool pool({.connection = warehouse_.Settings(warehouse_.kApp), .connections_max = 8});
            Gateway gateway(settings_, pool, clock_, log_);
            AskAll(gateway, 40);
            return std::string("done");
        });
        std::this_thread::sleep_for(milliseconds(20 + i % 40 * 4));
        child.Kill();
        child.Wait();
    }
    {
        pg::Transaction transaction(owner_);
        transaction.RunScript({"test.time", "update llm_reservations set lease_until = now()"});
        transaction.Commit();
    }
    const auto app = pool_.Acquire();
    tenancy::RoleScope scope(*app, DatabaseRole::kAdminUsers);
    EXPECT_GT(EndLeases(scope), 0) << "no process died with a call on its way";
    scope.Commit();
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
    EXPECT_GT(std::stoll(Value("select count(*) from llm_calls where entry = 'settled'")), 0);
    EXPECT_EQ(Value("select count(*) from (select from llm_calls group by tenant_id, call_id"
                    " having count(*) > 1) x"),
              "0");
    EXPECT_EQ(std::stoll(Value("select coalesce(sum(brl), 0) from llm_calls where entry = 'settled'")),
              BilledMicroBrl("entry = 'settled'"));
    const auto bill = simulator_->Stats().at("billed").at("by_request").as_object();
    for (const auto& [call, billed] : bill) {
        const double pico = std::stod(std::string(billed.at("pico_usd").as_string()));
        EXPECT_GE(std::stod(Value("select coalesce(sum(brl), 0) from llm_calls where call_id = " +
                                  std::string(call))),
                  std::floor(pico * 5.5 / 1e6));
    }
    EXPECT_EQ(Value("select day_brl = (select sum(brl) from llm_calls) from llm_spending"
                    " where tenant_id = 0"),
              "true");
}

}  // namespace
}  // namespace geniai::llm
