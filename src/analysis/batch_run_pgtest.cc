// Analyses by the provider's batches, against a real warehouse and the provider simulator.
#include "analysis/batch_run.h"

#include <gtest/gtest.h>

#include <thread>

#include "analysis/model_classification.h"
#include "analysis/remarketing.h"
#include "testing/lead_fixture.h"

namespace geniai::analysis {
namespace {

using base::TenantId;

class BatchRunTest : public testing::LeadTest {
protected:
    BatchRunTest() : gateway_(settings_, pool_, clock_, log_) {
        options_.limit = 1'000;
        batch_settings_.base_url = settings_.base_url;
        batch_settings_.api_key = settings_.api_key;
        batch_settings_.model = settings_.model;
        batch_settings_.doubt = std::chrono::seconds(0);
        simulator_->Control({{"batch_seconds", 0.2}});
    }

    void AddLeads(int count, const std::string& silent_for = "30 hours", int tenant = 1) {
        for (int id = 1; id <= count; ++id) {
            auto said = testing::kConversation;
            said[0].text += " " + std::to_string(id);
            AddLead(id, silent_for, tenant, said);
        }
    }

    llm::Batches MakeBatches() { return {batch_settings_, pool_, clock_, log_}; }
    Remarketing MakeRemarketing() { return {pool_, &gateway_, settings_.model, log_}; }

    BatchSummary Submit() {
        llm::Batches batches = MakeBatches();
        return MakeRemarketing().Submit(TenantId(1), batches, options_);
    }

    RemarketingSummary AnalyseLive(int tenant = 1) {
        return MakeRemarketing().Analyse(TenantId(tenant), options_);
    }

    CollectionSummary Collect() {
        llm::Batches batches = MakeBatches();
        return MakeRemarketing().Collect(std::nullopt, batches);
    }

    // Until no batch is open.
    CollectionSummary CollectAll() {
        CollectionSummary all;
        for (int i = 0; i < 500; ++i) {
            const CollectionSummary now = Collect();
            all += now;
            if (now.batches == 0) return all;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        ADD_FAILURE() << "batches stay open";
        return all;
    }

    std::string AcceptedLive() const {
        return std::to_string(simulator_->Stats().at("accepted").to_number<int>() -
                              simulator_->Stats().at("accepted_in_batches").to_number<int>());
    }

    llm::Gateway gateway_;
    llm::BatchSettings batch_settings_;
    RemarketingOptions options_;
};

TEST_F(BatchRunTest, ABacklogGoesByBatchAndWhatIsUrgentLive) {
    AddLeads(70);
    AddLeads(70, "30 hours", 2);
    const BatchSummary asked = Submit();
    EXPECT_EQ(asked.asked, 70);
    EXPECT_EQ(asked.batches.size(), 1U);
    EXPECT_EQ(Value("select count(*) from lead_analyses"), "0");
    EXPECT_EQ(Value("select count(*) from analysis_claims where in_batch"
                    " and lease_until > now() + interval '26 hours'"),
              "70");
    // Nobody asks the same live; a new lead is nobody's yet.
    EXPECT_EQ(AnalyseLive().analysed, 0);
    AddLead(71, "30 hours");
    const RemarketingSummary urgent = AnalyseLive();
    EXPECT_EQ(urgent.analysed, 1);
    const CollectionSummary all = CollectAll();
    EXPECT_EQ(all.analysed, 70);
    EXPECT_TRUE(all.failures.empty()) << all.failures.begin()->first;
    EXPECT_EQ(all.outdated + all.lost, 0);
    EXPECT_EQ(Value("select count(*) || ' ' || sum(brl) from lead_analyses"
                    " where tenant_id = 1 and state = 'current' and analyst = 'model'"),
              "71 " + std::to_string((all.cost + urgent.cost).micros()));
    EXPECT_EQ(Value("select sum(brl) from llm_calls"),
              std::to_string((all.cost + urgent.cost).micros()));
    EXPECT_EQ(Value("select count(*) from analysis_claims"), "0");
    // The same of the other tenant, live: batches cost half of it, and the rounding up of each.
    const RemarketingSummary live = AnalyseLive(2);
    EXPECT_EQ(live.analysed, 70);
    EXPECT_LE(all.cost.micros(), live.cost.micros() * 55 / 100);
    EXPECT_EQ(Submit().asked, 0) << "nothing is asked twice";
}

TEST_F(BatchRunTest, TheAnswerIsToTheQuestionThatWasAsked) {
    AddLeads(4);
    Submit();
    WriteAgain(1);                                                      // is silent no more
    Say(2, {{"contact", "Outra coisa"}, {"human", "Claro, diga!"}});   // was edited
    const CollectionSummary all = CollectAll();
    EXPECT_EQ(all.analysed, 2);
    EXPECT_EQ(all.outdated, 2);
    EXPECT_GT(all.cost.micros(), 0) << "all four are paid for";
    EXPECT_EQ(Value("select string_agg(conversation_id::text, ' ' order by 1) from lead_analyses"),
              "3 4");
    EXPECT_EQ(Value("select count(*) from analysis_claims where lease_until > now()"), "0");
    EXPECT_EQ(AnalyseLive().analysed, 1) << "the edited one is asked as it is now";
}

TEST_F(BatchRunTest, ALeadMayChangeItsBandBeforeItIsAnswered) {
    AddLead(1, "47 hours 59 minutes 58 seconds");
    Submit();
    std::this_thread::sleep_for(std::chrono::seconds(3));
    EXPECT_NE(Value("select band from silent_leads where conversation_id = 1"),
              "REMARKETING_RECENTE");
    EXPECT_EQ(CollectAll().analysed, 1);
    EXPECT_EQ(Value("select conversation_type from lead_analyses"), "REMARKETING_MEDIO");
}

TEST_F(BatchRunTest, WhatTheBudgetRefusesWaitsAgain) {
    AddLeads(120);
    options_.cost_max = base::MicroBrl(60'000);
    const BatchSummary first = Submit();
    EXPECT_EQ(first.ended_by, "max_cost");
    EXPECT_GT(first.asked, 0);
    EXPECT_LE(first.reserved.micros(), 60'000);
    EXPECT_EQ(Value("select count(*) from analysis_claims where lease_until > now()"),
              std::to_string(first.asked));
    options_.cost_max.reset();
    Operator("update llm_limits set brl_per_day = 90000 where tenant_id = 0");
    const BatchSummary second = Submit();
    EXPECT_EQ(second.ended_by, "installation_day_budget");
    EXPECT_TRUE(second.not_before.has_value());
    EXPECT_LE((first.reserved + second.reserved).micros(), 90'000);
    EXPECT_EQ(Value("select count(*) from analysis_claims where lease_until > now()"),
              std::to_string(first.asked + second.asked));
    EXPECT_EQ(CollectAll().analysed, first.asked + second.asked);
}

// Seed defect E20: also what was packed and not yet sent stays here.
TEST_F(BatchRunTest, WhoTakesTheConsentBackKeepsWhatWasNotSent) {
    AddLeads(20);
    simulator_->Control({{"outage", true}});
    const BatchSummary packed = Submit();
    EXPECT_EQ(packed.asked, 20);
    EXPECT_EQ(packed.not_sent, 1);
    Operator("update tenants set uses_model = false where id = 1");
    simulator_->Control({{"outage", false}});
    const CollectionSummary all = CollectAll();
    EXPECT_EQ(all.failures.at("tenant_not_allowed"), 20);
    EXPECT_EQ(all.cost.micros(), 0);
    EXPECT_TRUE(simulator_->Prompts().empty());
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
    EXPECT_EQ(AnalyseLive().analysed, 20) << "the local analyst does it";
}

TEST_F(BatchRunTest, AnAnswerThatCannotBeUsedIsAFailureOfItsConversation) {
    AddLeads(12);
    simulator_->Control({{"faults", {{{"kind", "wrong_enum"}, {"times", 2}, {"scope", "batch"}}}}});
    Submit();
    const CollectionSummary all = CollectAll();
    EXPECT_EQ(all.analysed, 10);
    EXPECT_EQ(all.failures.size(), 1U);
    EXPECT_EQ(Value("select count(*) from analysis_claims where failures = 1"), "2");
    EXPECT_EQ(Value("select count(*) from lead_analyses"), "10");
}

TEST_F(BatchRunTest, AClassificationWaitsInABatchToo) {
    AddLeads(15, "2 hours");
    ModelClassification classification(pool_, gateway_, settings_.model, log_);
    llm::Batches batches = MakeBatches();
    EXPECT_EQ(classification.WayFor(TenantId(1), options_), llm::Way::kLive) << "by default: now";
    options_.time_left = std::chrono::hours(36);
    EXPECT_EQ(classification.WayFor(TenantId(1), options_), llm::Way::kBatch);
    const AskingForecast forecast = classification.Forecast(TenantId(1), options_);
    EXPECT_EQ(forecast.way, llm::Way::kBatch);
    EXPECT_EQ(forecast.calls, 15);
    EXPECT_EQ(classification.Submit(TenantId(1), batches, options_).asked, 15);
    EXPECT_EQ(classification.Forecast(TenantId(1), options_).waiting, 0);
    CollectionSummary all;
    do {
        all = classification.Collect(TenantId(1), batches);
    } while (all.waiting > 0);
    EXPECT_EQ(all.analysed, 15);
    EXPECT_EQ(Value("select count(*) || ' ' || sum(brl) from model_verdicts"),
              "15 " + std::to_string(all.cost.micros()));
}

}  // namespace
}  // namespace geniai::analysis
