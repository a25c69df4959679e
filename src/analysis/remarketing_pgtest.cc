// The analysis of silent leads, against a real warehouse and the provider simulator.
#include "analysis/remarketing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include <boost/json.hpp>

#include "analysis/remarketing_prompt.h"
#include "base/error.h"
#include "pg/sql_error.h"
#include "testing/child_process.h"
#include "testing/lead_fixture.h"
#include "warehouse/lead_analyses.h"

namespace geniai::analysis {
namespace {

using base::ConversationId;
using base::TenantId;
using tenancy::DatabaseRole;
using tenancy::TenantScope;

using testing::kConversation;
using testing::Said;

class RemarketingTest : public testing::LeadTest {
protected:
    RemarketingTest() {
        options_.limit = 1'000;
        options_.lease = std::chrono::seconds(300);
    }

    // Time passes for a lead and its analyses.
    void LetPass(const std::string& interval, int tenant = 1) {
        const std::string by = " - interval '" + interval + "'";
        Service(tenant,
                "update conversations set last_public_message_at = last_public_message_at" + by +
                    ";update lead_analyses set analysed_at = analysed_at" + by +
                    ", last_message_at = last_message_at" + by +
                    ";update analysis_claims set not_before = not_before" + by +
                    ", lease_until = lease_until" + by + ", last_message_at = last_message_at" + by);
    }

    RemarketingSummary Analyse(int tenant = 1) {
        llm::Gateway gateway(settings_, pool_, clock_, log_);
        return Remarketing(pool_, &gateway, settings_.model, log_).Analyse(TenantId(tenant), options_);
    }

    RemarketingSummary AnalyseHere(int tenant = 1) {
        return Remarketing(pool_, nullptr, "", log_).Analyse(TenantId(tenant), options_);
    }

    std::string CurrentTypes() {
        return Value("select string_agg(conversation_id || ' ' || conversation_type, ', '"
                     " order by conversation_id) from lead_analyses where state = 'current'");
    }

    RemarketingOptions options_;
};

TEST_F(RemarketingTest, AModelAnalysesSilentLeadsAndTheConversationBearsItOut) {
    for (int id = 1; id <= 6; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "30 hours", 1, said);
    }
    AddLead(7, "30 hours", 2);
    const RemarketingSummary summary = Analyse();
    EXPECT_EQ(summary.analysed, 6);
    EXPECT_TRUE(summary.failures.empty()) << summary.failures.begin()->first;
    EXPECT_GT(summary.cost.micros(), 0);
    // Only this tenant's, each with what it cost, and all of it in the ledger.
    EXPECT_EQ(Value("select count(*) || ' ' || count(distinct call_id) || ' ' || sum(brl)"
                    " from lead_analyses where tenant_id = 1"),
              "6 6 " + std::to_string(summary.cost.micros()));
    EXPECT_EQ(Value("select sum(brl) from llm_calls"), std::to_string(summary.cost.micros()));
    EXPECT_EQ(Value("select count(*) from lead_analyses where tenant_id = 2"), "0");
    EXPECT_EQ(Value("select count(*) from analysis_claims"), "0");
    // Each quote stands in a message of the customer, literally.
    EXPECT_GT(std::stoi(Value("select count(*) from lead_analyses a,"
                              " jsonb_array_elements(a.evidence) e")),
              0);
    EXPECT_EQ(Value("select count(*) from lead_analyses a, jsonb_array_elements(a.evidence) e"
                    " where not exists (select from conversation_transcripts x,"
                    " jsonb_array_elements(x.message_compiled) m"
                    " where x.tenant_id = a.tenant_id and x.conversation_id = a.conversation_id"
                    " and m->>'author' = 'contact'"
                    " and m->>'message_id' = e->>'message_id'"
                    " and position(e->>'quote' in m->>'text') > 0)"),
              "0");
    EXPECT_EQ(Value("select count(*) from conversations_analytics where tipo_remarketing ="
                    " 'REMARKETING_RECENTE' and analise_ia <> '' and prioridade_conversa"
                    " between 0 and 5 and custo_analise_brl > 0 and tokens_usados > 0"),
              "6");
}

TEST_F(RemarketingTest, ThePublishedViewHasABandOnlyForWhoMayBeWrittenTo) {
    for (int id = 1; id <= 4; ++id)
        AddLead(id, "30 hours");
    EXPECT_EQ(Analyse().analysed, 4);
    Service(1, "update classifications set opted_out = true where conversation_id = 1");
    Service(1, "update classifications set crm_converted = true where conversation_id = 2");
    EXPECT_EQ(
        Value("select string_agg(conversation_id || ' ' || coalesce(tipo_remarketing, '-'), ', '"
              " order by conversation_id) from conversations_analytics"
              " where analise_ia <> ''"),
        "1 -, 2 -, 3 REMARKETING_RECENTE, 4 REMARKETING_RECENTE");
}

TEST_F(RemarketingTest, WhatIsPrivateNeverLeaves) {
    auto said = kConversation;
    said[3].text = "Meu CPF é 529.982.247-25, moro na Rua das Flores, 123, e-mail marina@example.com,"
                   " fone (11) 98765-4321";
    AddLead(1, "30 hours", 1, said);
    EXPECT_EQ(Analyse().analysed, 1);
    std::string sent;
    const auto prompts = simulator_->Prompts();
    ASSERT_EQ(prompts.size(), 1U);
    for (const auto& prompt : prompts) sent += boost::json::serialize(prompt);
    for (const char* hidden : {"529.982", "98765", "marina@example.com", "Rua das Flores", "indeciso"}) {
        EXPECT_EQ(sent.find(hidden), std::string::npos) << hidden;
    }
    EXPECT_NE(sent.find("[CPF_1]"), std::string::npos);
    EXPECT_NE(sent.find("plano mensal"), std::string::npos);
    // The answer has the real values again, where it has any.
    EXPECT_EQ(Value("select count(*) from lead_analyses where evidence::text like '%CPF!_1%'"
                    " escape '!'"),
              "0");
}

TEST_F(RemarketingTest, NobodyIsAnalysedBefore24HoursOfSilence) {
    AddLead(1, "23 hours 59 minutes 50 seconds");
    AddLead(2, "24 hours");
    AddLead(3, "47 hours 59 minutes 50 seconds");
    AddLead(4, "48 hours");
    AddLead(5, "167 hours 59 minutes 50 seconds");
    AddLead(6, "168 hours");
    EXPECT_EQ(AnalyseHere().analysed, 5);
    EXPECT_EQ(CurrentTypes(), "2 REMARKETING_RECENTE, 3 REMARKETING_RECENTE, 4 REMARKETING_MEDIO,"
                              " 5 REMARKETING_MEDIO, 6 REMARKETING_FRIO");
    EXPECT_THROW(Service(1, "insert into lead_analyses (tenant_id, conversation_id, last_message_at,"
                            " conversation_type, summary, priority, confidence, analyst,"
                            " prompt_version, input_hash) values (1, 1, now() - interval"
                            " '23:59:59', 'REMARKETING_RECENTE', 'x', 1, 0.5, 'local', 'v', '\\x01')"),
                 pg::SqlError);
    EXPECT_THROW(Service(1, "update lead_analyses set last_message_at = now()"), pg::SqlError);
    EXPECT_THROW(Service(1, "update lead_analyses set conversation_type = 'REMARKETING_FRIO'"
                            " where conversation_id = 2"),
                 pg::SqlError);
}

// The clocks went forward in New York on 2026-03-08 and in Lisbon on 2026-03-29, and back on 2026-11-01
// and 2026-10-25; São Paulo has no summer time. Hours of silence are hours.
TEST_F(RemarketingTest, TheRuleHoldsInEveryTimeZoneAndOverClockChanges) {
    const std::pair<const char*, const char*> zones[] = {{"America/Sao_Paulo", "2026-02-28 22:30"},
                                                         {"America/New_York", "2026-03-07 22:30"},
                                                         {"America/New_York", "2026-10-31 22:30"},
                                                         {"Europe/Lisbon", "2026-03-28 22:30"},
                                                         {"Europe/Lisbon", "2026-10-24 22:30"}};
    for (const auto& [zone, last] : zones) {
        const std::string moment = std::string("timestamptz '") + last + " " + zone + "'";
        const auto band = [&](const char* after) {
            pg::Transaction transaction(owner_);
            transaction.RunScript({"test.zone", std::string("set local time zone '") + zone + "'"});
            return transaction
                .Execute({"test.band", "select remarketing_band(" + moment + ", " + moment +
                                           " + interval '" + after + "') as band"})
                .One()["band"]
                .OptionalString()
                .value_or("nobody");
        };
        EXPECT_EQ(band("23:59:59"), "nobody") << zone << last;
        EXPECT_EQ(band("24:00:00"), "REMARKETING_RECENTE") << zone << last;
        EXPECT_EQ(band("47:59:59"), "REMARKETING_RECENTE") << zone << last;
        EXPECT_EQ(band("48:00:00"), "REMARKETING_MEDIO") << zone << last;
        EXPECT_EQ(band("167:59:59"), "REMARKETING_MEDIO") << zone << last;
        EXPECT_EQ(band("168:00:00"), "REMARKETING_FRIO") << zone << last;
    }
}

TEST_F(RemarketingTest, ALeadMayChangeItsBandWhileItIsAsked) {
    simulator_->Control({{"latency_ms", 1'500}});
    settings_.timeout = std::chrono::milliseconds(10'000);
    AddLead(1, "47 hours 59 minutes 59 seconds");
    EXPECT_EQ(Analyse().analysed, 1);
    EXPECT_EQ(CurrentTypes(), "1 REMARKETING_MEDIO");
}

TEST_F(RemarketingTest, ALeadThatNobodyAnsweredIsSkippedUntilSomebodyDoes) {
    AddLead(1, "30 hours", 1, {{"contact", "Oi, quanto custa o plano?"}});
    const RemarketingSummary skipped = Analyse();
    EXPECT_EQ(skipped.skipped, 1);
    EXPECT_EQ(skipped.cost.micros(), 0);
    EXPECT_EQ(CurrentTypes(), "1 SKIP_NO_RESPONSE");
    EXPECT_EQ(Value("select count(*) from llm_calls"), "0");
    EXPECT_EQ(Analyse().skipped, 0);  // once
    WriteAgain(1);
    EXPECT_EQ(Analyse().analysed, 0);  // it is silent no more
    EXPECT_EQ(Value("select state from lead_analyses"), "stale");
    LetPass("25 hours");
    Say(1, kConversation);
    EXPECT_EQ(Analyse().analysed, 1);
    EXPECT_EQ(CurrentTypes(), "1 REMARKETING_RECENTE");
}

TEST_F(RemarketingTest, ALeadThatWritesAgainKeepsItsHistoryAndWaitsFor24Hours) {
    AddLead(1, "30 hours");
    EXPECT_EQ(Analyse().analysed, 1);
    WriteAgain(1);
    EXPECT_EQ(Value("select count(*) from conversations_analytics where analise_ia is not null"), "0");
    const RemarketingSummary again = Analyse();
    EXPECT_EQ(again.stale, 1);
    EXPECT_EQ(again.analysed, 0);
    LetPass("24 hours");
    auto said = kConversation;
    said.push_back({"contact", "Oi de novo, ainda tem vaga?"});
    Say(1, said);
    EXPECT_EQ(Analyse().analysed, 1);
    EXPECT_EQ(Value("select string_agg(state, ' ' order by analysis_id) from lead_analyses"),
              "stale current");
}

TEST_F(RemarketingTest, TheSameIsNotAskedTwice) {
    AddLead(1, "30 hours");
    EXPECT_EQ(Analyse().analysed, 1);
    EXPECT_EQ(Analyse().analysed, 0);
    // Somebody sends a picture: newer than the analysis, and no other question.
    WriteAgain(1, "25 hours");
    const RemarketingSummary again = Analyse();
    EXPECT_EQ(again.analysed, 1);
    EXPECT_EQ(again.reused, 1);
    EXPECT_EQ(simulator_->Stats().at("accepted").to_number<int>(), 1);
    EXPECT_EQ(Value("select count(*) from lead_analyses where reused_from is not null and brl = 0"),
              "1");
}

// Masked, two leads may say the same; the answers have their own names and numbers in them.
TEST_F(RemarketingTest, TheAnswerAboutOneLeadIsNeverThatAboutAnother) {
    auto said = kConversation;
    said[3].text = "Meu CPF é 529.982.247-25";
    AddLead(1, "30 hours", 1, said);
    said[3].text = "Meu CPF é 111.444.777-35";
    AddLead(2, "31 hours", 1, said);
    options_.workers = 1;
    const RemarketingSummary summary = Analyse();
    EXPECT_EQ(summary.analysed, 2);
    EXPECT_EQ(summary.reused, 0);
    EXPECT_EQ(Value("select count(distinct input_hash) from lead_analyses"), "1");
    EXPECT_EQ(Value("select count(*) from lead_analyses a where conversation_id = 2"
                    " and row_to_json(a)::text like '%529.982%'"),
              "0");
}

TEST_F(RemarketingTest, AnInvalidAnalysisIsMadeAnew) {
    AddLead(1, "30 hours");
    EXPECT_EQ(Analyse().analysed, 1);
    const auto in_scope = [&](const auto& work) {
        const auto app = pool_.Acquire();
        TenantScope scope(*app, DatabaseRole::kEtlService, TenantId(1));
        const bool done = work(scope);
        scope.Commit();
        return done;
    };
    EXPECT_TRUE(in_scope([](auto& scope) {
        return warehouse::InvalidateAnalysis(scope, ConversationId(1), "wrong customer");
    }));
    EXPECT_FALSE(in_scope([](auto& scope) {
        return warehouse::InvalidateAnalysis(scope, ConversationId(1), "again");
    }));
    EXPECT_EQ(Value("select state || ', ' || end_reason from lead_analyses"),
              "invalid, wrong customer");
    const RemarketingSummary anew = Analyse();
    EXPECT_EQ(anew.analysed, 1);
    EXPECT_EQ(anew.reused, 0);
    EXPECT_TRUE(in_scope([](auto& scope) {
        return warehouse::RequestAnalysis(scope, ConversationId(1), "look again");
    }));
    EXPECT_EQ(Analyse().reused, 0);
    EXPECT_EQ(Value("select string_agg(state, ' ' order by analysis_id) from lead_analyses"),
              "invalid replaced current");
    EXPECT_FALSE(in_scope([](auto& scope) {
        return warehouse::RequestAnalysis(scope, ConversationId(99), "nobody");
    }));
}

TEST_F(RemarketingTest, SeveralProcessesShareTheLeadsAndNoneIsAnalysedTwice) {
    for (int id = 1; id <= 60; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, std::to_string(30 + id) + " hours", 1, said);
    }
    std::vector<std::unique_ptr<testing::ChildProcess>> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(std::make_unique<testing::ChildProcess>([&] {
            pg::Pool pool({.connection = warehouse_.Settings(warehouse_.kApp), .connections_max = 8});
            llm::Gateway gateway(settings_, pool, clock_, log_);
            const auto summary =
                Remarketing(pool, &gateway, settings_.model, log_).Analyse(TenantId(1), options_);
            return std::to_string(summary.analysed);
        }));
    }
    int analysed = 0;
    for (const auto& child : children) analysed += std::stoi(child->Wait().answer);
    EXPECT_EQ(analysed, 60);
    EXPECT_EQ(Value("select count(*) || ' ' || count(distinct conversation_id) from lead_analyses"),
              "60 60");
    EXPECT_EQ(simulator_->Stats().at("accepted").to_number<int>(), 60);
}

TEST_F(RemarketingTest, ARunSpendsNoMoreThanItMay) {
    for (int id = 1; id <= 20; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "30 hours", 1, said);
    }
    options_.cost_max = base::MicroBrl(12'000);
    const RemarketingSummary summary = Analyse();
    EXPECT_EQ(summary.ended_by, "max_cost");
    EXPECT_LE(summary.cost, *options_.cost_max);
    EXPECT_GT(summary.analysed, 2);
    EXPECT_LT(summary.analysed, 20);
    // The others are free for the next run.
    options_.cost_max.reset();
    EXPECT_EQ(Analyse().analysed, 20 - summary.analysed);
}

TEST_F(RemarketingTest, ABudgetEndsTheRunAndNoLeadIsHarmed) {
    for (int id = 1; id <= 20; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "30 hours", 1, said);
    }
    Operator("update llm_limits set brl_per_day = 10000 where tenant_id = 0");
    const RemarketingSummary summary = Analyse();
    EXPECT_EQ(summary.ended_by, "installation_day_budget");
    EXPECT_TRUE(summary.not_before.has_value());
    EXPECT_LE(summary.cost.micros(), 10'000);
    EXPECT_TRUE(summary.failures.empty());
    EXPECT_EQ(Value("select coalesce(sum(failures), 0) from analysis_claims"), "0");
    Operator("update llm_limits set brl_per_day = 10000000 where tenant_id = 0");
    EXPECT_EQ(Analyse().analysed, 20 - summary.analysed);
}

TEST_F(RemarketingTest, AnswersThatCannotBeUsedAreCountedByCauseAndNeverStored) {
    settings_.attempts_max = 1;
    settings_.breaker.failures_to_open = 1'000;
    int id = 0;
    for (const char* fault :
         {"http_400", "http_401", "http_403", "http_404", "insufficient_quota", "http_500",
          "http_502", "http_503", "http_529", "reset", "cut_headers", "cut_body",
          "wrong_content_length", "not_json_body", "empty_body", "invalid_utf8",
          "truncated_json_content", "finish_length", "content_filter", "refusal", "null_content",
          "empty_choices", "prose_around_json", "deep_nesting", "huge_content",
          "wrong_enum", "missing_field", "wrong_type", "out_of_range_score", "null_required"}) {
        auto said = kConversation;
        said[0].text += std::string(" ") + fault;
        AddLead(++id, "30 hours", 1, said);
        simulator_->Control({{"faults", {{{"kind", fault}, {"times", 1}}}}});
        const RemarketingSummary summary = Analyse();
        if (summary.analysed == 1) {
            // Some faults leave an answer that says all it has to.
            EXPECT_EQ(Value("select state from lead_analyses where conversation_id = " +
                            std::to_string(id)),
                      "current")
                << fault;
            ADD_FAILURE() << fault << " was stored: "
                          << Value("select row_to_json(a) from lead_analyses a where"
                                   " conversation_id = " + std::to_string(id));
            continue;
        }
        EXPECT_EQ(summary.failures.size(), 1U) << fault;
        // The provider's trouble is not counted against the lead.
        const std::string cause = summary.failures.empty() ? "" : summary.failures.begin()->first;
        const bool is_trouble = cause == "timeout" || cause == "broken_connection" ||
                                cause == "not_json" || cause == "insufficient_quota" ||
                                (cause.starts_with("http_") && cause != "http_400");
        EXPECT_EQ(Value("select failures || ' ' || last_cause from analysis_claims"
                        " where conversation_id = " + std::to_string(id)),
                  (is_trouble ? "0 " : "1 ") + cause)
            << fault;
    }
    EXPECT_EQ(Value("select count(*) from lead_analyses"), "0");
    // The leads are tried again later, each of them once more.
    EXPECT_EQ(Analyse().analysed, 0);
    LetPass("2 hours");
    EXPECT_EQ(Analyse().analysed, id);
}

TEST_F(RemarketingTest, WhatCanBeMendedInAnAnswerIsMended) {
    int id = 0;
    for (const char* fault : {"numbers_as_text", "extra_field", "invented_quote", "nul_character",
                              "lone_surrogate", "duplicate_keys", "no_usage", "negative_usage"}) {
        auto said = kConversation;
        said[0].text += std::string(" ") + fault;
        AddLead(++id, "30 hours", 1, said);
        simulator_->Control({{"faults", {{{"kind", fault}, {"times", 1}}}}});
        const RemarketingSummary summary = Analyse();
        EXPECT_EQ(summary.analysed, 1)
            << fault << (summary.failures.empty() ? "" : summary.failures.begin()->first);
    }
}

TEST_F(RemarketingTest, AWrongKeyEndsTheRunAtOnceAndIsNotTheLeadsFault) {
    for (int id = 1; id <= 30; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "30 hours", 1, said);
    }
    const base::Secret key = settings_.api_key;
    settings_.api_key = base::Secret("wrong");
    const RemarketingSummary summary = Analyse();
    EXPECT_EQ(summary.ended_by, "http_401");
    EXPECT_LE(summary.failures.at("http_401"), 2 * options_.workers);
    EXPECT_EQ(Value("select coalesce(sum(failures), 0) from analysis_claims"), "0");
    settings_.api_key = key;
    LetPass("1 hour");
    EXPECT_EQ(Analyse().analysed, 30);
}

TEST_F(RemarketingTest, AStopEndsWhatWaitsAtOnceAndWhatIsInFlightWell) {
    for (int id = 1; id <= 12; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "30 hours", 1, said);
    }
    Operator("update llm_limits set requests_per_minute = 3 where tenant_id = 0");
    std::stop_source stop;
    options_.stop = stop.get_token();
    const std::jthread somebody([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(900));
        stop.request_stop();
    });
    const RemarketingSummary summary = Analyse();
    EXPECT_LT(summary.seconds, 5);
    EXPECT_EQ(summary.analysed, 3);
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
    EXPECT_EQ(Value("select count(*) from analysis_claims where lease_until > now()"), "0");
}

TEST_F(RemarketingTest, AHopelessLeadWaitsForAPersonAndBlocksNobody) {
    AddLead(1, "90 hours");
    settings_.attempts_max = 1;
    simulator_->Control({{"faults", {{{"kind", "refusal"}}}}});
    for (int attempt = 0; attempt < 5; ++attempt) {
        EXPECT_EQ(Analyse().failures.size(), 1U);
        LetPass("300 hours");
    }
    EXPECT_TRUE(Analyse().failures.empty());
    simulator_->Control({{"faults", boost::json::array()}});
    EXPECT_EQ(Analyse().analysed, 0);
    auto said = kConversation;
    said[0].text += " 2";
    AddLead(2, "30 hours", 1, said);
    EXPECT_EQ(Analyse().analysed, 1);
    // A new message gives it another chance.
    WriteAgain(1, "25 hours");
    EXPECT_EQ(Analyse().analysed, 1);
}

TEST_F(RemarketingTest, TheForecastIsNearTheCost) {
    const auto add = [&](int from, int to) {
        for (int id = from; id <= to; ++id) {
            std::vector<Said> said = kConversation;
            for (int more = 0; more < id % 7; ++more) {
                said.push_back({"contact", "E sobre a unidade " + std::to_string(id * 7 + more) +
                                               ", tem estacionamento e horário no sábado?"});
                said.push_back({"human", "Tem sim, das 8h às 14h, com estacionamento conveniado."});
            }
            AddLead(id, "30 hours", 1, said);
        }
    };
    add(1, 15);
    Analyse();
    add(16, 45);
    llm::Gateway gateway(settings_, pool_, clock_, log_);
    Remarketing remarketing(pool_, &gateway, settings_.model, log_);
    const RemarketingForecast forecast = remarketing.Forecast(TenantId(1), options_);
    EXPECT_EQ(forecast.calls, 30);
    EXPECT_EQ(Value("select count(*) from lead_analyses"), "15");  // nothing was done
    const RemarketingSummary real = remarketing.Analyse(TenantId(1), options_);
    ASSERT_TRUE(forecast.cost.has_value());
    EXPECT_NEAR(static_cast<double>(forecast.cost->micros()),
                static_cast<double>(real.cost.micros()),
                0.15 * static_cast<double>(real.cost.micros()));
}

// Whatever a customer says to the analyst, the model is asked the same, and so it answers the same.
TEST_F(RemarketingTest, WhoSpeaksToTheAnalystChangesNothingInWhatTheModelIsAsked) {
    std::ifstream file(std::string(GENIAI_SOURCE_DIR) + "/tests/labelled/injections_ptbr.txt");
    int id = 0;
    for (std::string line; std::getline(file, line);) {
        auto said = kConversation;
        said.insert(said.begin() + 3, {"contact", line});
        AddLead(++id, "30 hours", 1, said);
    }
    ASSERT_GE(id, 50);
    EXPECT_EQ(Analyse().analysed, id);
    EXPECT_EQ(Value("select count(distinct (priority, urgency, summary)) from lead_analyses"), "1");
    EXPECT_EQ(Value("select count(distinct input_hash) from lead_analyses"), "1");
    std::set<std::string> bodies;
    for (const auto& prompt : simulator_->Prompts()) {
        bodies.insert(boost::json::serialize(prompt.at("body")));
    }
    ASSERT_EQ(bodies.size(), 1U);
    EXPECT_NE(bodies.begin()->find("[mensagem omitida]"), std::string::npos);
}

// Instructions and schema first, the same bytes for all, so that the provider can cache them.
TEST_F(RemarketingTest, EveryPromptBeginsWithTheSameBytes) {
    for (int id = 1; id <= 20; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, std::to_string(25 + 20 * id) + " hours", 1, said);
    }
    EXPECT_EQ(Analyse().analysed, 20);
    std::set<std::string> systems;
    std::set<std::string> formats;
    for (const auto& prompt : simulator_->Prompts()) {
        const auto& body = prompt.at("body");
        systems.insert(boost::json::serialize(body.at("messages").at(0)));
        formats.insert(boost::json::serialize(body.at("response_format")));
    }
    EXPECT_EQ(systems.size(), 1U);
    EXPECT_EQ(formats.size(), 1U);
}

TEST_F(RemarketingTest, WithoutAProviderTheLocalAnalystFillsTheSameFields) {
    AddLead(1, "60 hours");
    const RemarketingSummary summary = AnalyseHere();
    EXPECT_EQ(summary.analysed, 1);
    EXPECT_EQ(Value("select analyst || ' ' || coalesce(model, '-') || ' ' || brl || ' ' ||"
                    " conversation_type from lead_analyses"),
              "local - 0 REMARKETING_MEDIO");
    EXPECT_EQ(Value("select customer_name from lead_analyses"), "Marina");
    EXPECT_EQ(Value("select objections::text from lead_analyses"), "{preço,dúvida}");
    EXPECT_NE(Value("select suggested_message from lead_analyses").find("Marina"), std::string::npos);
    EXPECT_EQ(Value("select evidence::text from lead_analyses"),
              R"([{"quote": "valor do plano", "message_id": 1}])");
}

// An outage in the middle of the work: few calls, and all is done when it is over.
TEST_F(RemarketingTest, AnOutageCostsFewCallsAndLosesNothing) {
    for (int id = 1; id <= 30; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "30 hours", 1, said);
    }
    simulator_->Control({{"outage", true}});
    const std::jthread recovery([&] {
        std::this_thread::sleep_for(std::chrono::seconds(5));
        simulator_->Control({{"outage", false}});
    });
    std::int64_t analysed = Analyse().analysed;
    const auto refused = simulator_->Stats().at("refused").at("outage").to_number<int>();
    EXPECT_LT(refused, 60);
    for (int run = 0; analysed < 30 && run < 5; ++run) {
        LetPass("300 hours");
        analysed += Analyse().analysed;
    }
    EXPECT_EQ(Value("select count(*) from lead_analyses where state = 'current'"), "30");
}

// Killed at any moment: no lead has two results, the ledger is never below the bill, and what was not
// done is done by the next.
TEST_F(RemarketingTest, AKilledRunLosesNothingAndDoesNothingTwice) {
    for (int id = 1; id <= 80; ++id) {
        auto said = kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "30 hours", 1, said);
    }
    simulator_->Control({{"latency_ms", {5, 60}}});
    for (int kill = 0; kill < 12; ++kill) {
        testing::ChildProcess child([&] {
            pg::Pool pool({.connection = warehouse_.Settings(warehouse_.kApp), .connections_max = 8});
            llm::Gateway gateway(settings_, pool, clock_, log_);
            Remarketing(pool, &gateway, settings_.model, log_).Analyse(TenantId(1), options_);
            return std::string("done");
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(60 + 17 * kill));
        child.Kill();
        Service(1, "update analysis_claims set lease_until = now() where lease_until > now()");
    }
    Analyse();
    EXPECT_EQ(Value("select count(*) || ' ' || count(distinct conversation_id) from lead_analyses"
                    " where state = 'current'"),
              "80 80");
    EXPECT_EQ(Value("select count(*) from analysis_claims"), "0");
}

}  // namespace
}  // namespace geniai::analysis
