// A model's verdict on conversations, against a real warehouse and the provider simulator.
#include "analysis/model_classification.h"

#include <gtest/gtest.h>

#include <thread>

#include "analysis/remarketing.h"
#include "testing/lead_fixture.h"
#include "warehouse/model_verdicts.h"

namespace geniai::analysis {
namespace {

using base::TenantId;

class ModelClassificationTest : public testing::LeadTest {
protected:
    ModelClassificationTest() { options_.limit = 1'000; }

    AskingSummary Classify(int tenant = 1) {
        llm::Gateway gateway(settings_, pool_, clock_, log_);
        return ModelClassification(pool_, gateway, settings_.model, log_)
            .Classify(TenantId(tenant), options_);
    }

    std::string Visible(const std::string& column, int id) {
        return Value("select " + column + " from visible_conversations where tenant_id = 1"
                     " and conversation_id = " + std::to_string(id));
    }

    // As if the model had said so.
    void SetVerdict(int id, bool is_lead, int score) {
        Service(1, "update model_verdicts set is_lead = " + std::string(is_lead ? "true" : "false") +
                       ", visit_scheduled = false, crm_converted = false, score = " +
                       std::to_string(score) + " where conversation_id = " + std::to_string(id));
    }

    AskingOptions options_;
};

TEST_F(ModelClassificationTest, TheVerdictStandsBesideThatOfTheRulesAndGoesBeforeIt) {
    AddLead(1, "2 hours");
    AddLead(2, "2 hours");
    AddLead(3, "2 hours", 2);
    const AskingSummary summary = Classify();
    EXPECT_EQ(summary.analysed, 2);
    EXPECT_TRUE(summary.failures.empty()) << summary.failures.begin()->first;
    EXPECT_GT(summary.cost.micros(), 0);
    EXPECT_EQ(Value("select count(*) || ' ' || sum(brl) from model_verdicts where tenant_id = 1"),
              "2 " + std::to_string(summary.cost.micros()));
    EXPECT_EQ(Value("select sum(brl) || ' ' || min(purpose) from llm_calls"),
              std::to_string(summary.cost.micros()) + " classification");
    EXPECT_EQ(Value("select count(*) from model_verdicts where tenant_id = 2"), "0");
    EXPECT_EQ(Value("select count(*) from analysis_claims"), "0");
    SetVerdict(1, false, 0);
    EXPECT_EQ(Visible("is_lead || ' ' || score || ' ' || classified_by", 1), "false 0 model");
    EXPECT_EQ(Value("select is_lead from classifications where conversation_id = 1"), "true")
        << "what the rules said is still there";
}

TEST_F(ModelClassificationTest, TheSameIsNotAskedAgain) {
    AddLead(1, "2 hours");
    EXPECT_EQ(Classify().analysed, 1);
    EXPECT_EQ(Classify().analysed, 0);
    // It wrote nothing that a model would see: the answer is taken over.
    WriteAgain(1, "70 minutes");
    const AskingSummary again = Classify();
    EXPECT_EQ(again.reused, 1);
    EXPECT_EQ(again.cost.micros(), 0);
    EXPECT_EQ(Value("select count(*) from llm_calls"), "1");
}

TEST_F(ModelClassificationTest, AfterANewMessageTheRulesSpeakUntilTheModelHasSeenIt) {
    AddLead(1, "2 hours");
    Classify();
    SetVerdict(1, false, 0);
    WriteAgain(1, "10 minutes");
    EXPECT_EQ(Visible("is_lead || ' ' || classified_by", 1), "true rules");
    EXPECT_EQ(Classify().analysed, 0) << "it still goes on";
    Say(1, {{"contact", "Oi! Ainda tem vaga?"}, {"human", "Tem sim!"}});
    WriteAgain(1, "61 minutes");
    EXPECT_EQ(Classify().analysed, 1);
    EXPECT_EQ(Visible("classified_by", 1), "model");
}

// Seed defect E20: what nobody allowed is neither paid for nor sent.
TEST_F(ModelClassificationTest, WithoutTheTenantsConsentNothingLeaves) {
    AddLead(1, "30 hours");
    Classify();
    SetVerdict(1, false, 0);
    AddLead(2, "30 hours");
    simulator_->Reset();
    Operator("update tenants set uses_model = false where id = 1");
    EXPECT_EQ(Classify().analysed, 0);
    EXPECT_EQ(Visible("is_lead || ' ' || classified_by", 1), "true rules");
    llm::Gateway gateway(settings_, pool_, clock_, log_);
    RemarketingOptions options;
    const RemarketingSummary summary =
        Remarketing(pool_, &gateway, settings_.model, log_).Analyse(TenantId(1), options);
    EXPECT_EQ(summary.analysed, 2);
    EXPECT_EQ(Value("select string_agg(distinct analyst, ',') from lead_analyses"), "local");
    EXPECT_TRUE(simulator_->Prompts().empty());
}

TEST_F(ModelClassificationTest, TheGatewayItselfRefusesWhomNobodyAllowed) {
    AddLead(1, "2 hours");
    llm::CallPlan plan;
    plan.purpose = "classification";
    plan.model = settings_.model;
    plan.prompt_version = "v";
    plan.input_hash = "\\x01";
    plan.input_tokens = 10;
    plan.output_tokens = 10;
    const auto app = pool_.Acquire();
    EXPECT_EQ(llm::Reserve(*app, TenantId(1), plan).verdict, llm::Verdict::kGranted);
    Operator("update tenants set uses_model = false where id = 1");
    const llm::Admission refused = llm::Reserve(*app, TenantId(1), plan);
    EXPECT_EQ(refused.verdict, llm::Verdict::kRefused);
    EXPECT_EQ(refused.reason, "tenant_not_allowed");
}

TEST_F(ModelClassificationTest, ABadAnswerIsStoredNowhereAndTriedLater) {
    AddLead(1, "2 hours");
    AddLead(2, "2 hours");
    simulator_->Control({{"faults", {{{"kind", "wrong_enum"}, {"times", 1}}}}});
    const AskingSummary summary = Classify();
    EXPECT_EQ(summary.analysed, 1);
    EXPECT_EQ(summary.failures.size(), 1U);
    EXPECT_EQ(Value("select count(*) from model_verdicts"), "1");
    EXPECT_EQ(Value("select failures || ' ' || purpose from analysis_claims"), "1 classification");
}

TEST_F(ModelClassificationTest, SeveralSideBySideAskAboutEachConversationOnce) {
    for (int id = 1; id <= 40; ++id) {
        auto said = testing::kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "2 hours", 1, said);
    }
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 4; ++i) workers.emplace_back([this] { Classify(); });
    }
    EXPECT_EQ(Value("select count(*) from model_verdicts"), "40");
    EXPECT_EQ(Value("select count(*) from llm_calls"), "40");
}

TEST_F(ModelClassificationTest, RulesAndModelAreComparedFlagByFlag) {
    for (int id = 1; id <= 4; ++id) {
        auto said = testing::kConversation;
        said[0].text += " " + std::to_string(id);
        AddLead(id, "2 hours", 1, said);
    }
    AddLead(5, "1 minute");
    Classify();
    for (int id = 1; id <= 4; ++id) SetVerdict(id, id != 4, id != 4 ? 50 : 0);
    Service(1, "update classifications set is_lead = false, score = 0 where conversation_id = 3");
    const auto app = pool_.Acquire();
    tenancy::TenantScope scope(*app, tenancy::DatabaseRole::kEtlService, TenantId(1));
    const auto flags = warehouse::CompareVerdicts(scope);
    ASSERT_EQ(flags.size(), 3U);
    EXPECT_EQ(flags[0].flag, "is_lead");
    EXPECT_EQ(flags[0].compared(), 4);
    EXPECT_EQ(flags[0].both, 2);
    EXPECT_EQ(flags[0].only_rules, 1);
    EXPECT_EQ(flags[0].only_model, 1);
    EXPECT_DOUBLE_EQ(flags[0].agreement(), 0.5);
    EXPECT_DOUBLE_EQ(flags[1].agreement(), 1);
}

TEST_F(ModelClassificationTest, TheForecastCountsWhatWaits) {
    for (int id = 1; id <= 5; ++id) AddLead(id, "2 hours");
    llm::Gateway gateway(settings_, pool_, clock_, log_);
    ModelClassification classification(pool_, gateway, settings_.model, log_);
    const AskingForecast forecast = classification.Forecast(TenantId(1), options_);
    EXPECT_EQ(forecast.waiting, 5);
    EXPECT_EQ(forecast.calls, 5);
    EXPECT_GT(forecast.cost.value().micros(), 0);
    EXPECT_EQ(Value("select count(*) from llm_calls"), "0");
}

}  // namespace
}  // namespace geniai::analysis
