// A model held against labels, against a real warehouse and the provider simulator.
#include "analysis/model_evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stop_token>

#include "analysis/model_classification.h"
#include "app/wiring.h"
#include "testing/lead_fixture.h"

namespace geniai::analysis {
namespace {

using base::TenantId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using warehouse::FlagCounts;

// They take longer to compile than all of the tests together.
const RuleClassifier& BuiltInRules() {
    static const RuleClassifier rules(app::BuiltInRuleSet());
    return rules;
}

struct Labelled {
    std::vector<testing::Said> said;
    bool is_lead;
    bool visit_scheduled;
    bool crm_converted;
};

class ModelEvaluationTest : public testing::LeadTest {
protected:
    ~ModelEvaluationTest() override { std::filesystem::remove(path_); }

    LabelledSet Set(const std::vector<Labelled>& conversations) {
        std::ofstream file(path_, std::ios::binary);
        for (const Labelled& one : conversations) {
            boost::json::array messages;
            for (const auto& [author, text] : one.said) {
                messages.push_back({{"author", author}, {"text", text}});
            }
            file << boost::json::serialize(
                        boost::json::object{{"inbox", "WhatsApp"},
                                            {"messages", std::move(messages)},
                                            {"is_lead", one.is_lead},
                                            {"visit_scheduled", one.visit_scheduled},
                                            {"crm_converted", one.crm_converted}})
                 << "\n";
        }
        file.close();
        return CheckLabelledSet(path_);
    }

    LabelledSet Leads(int count) {
        std::vector<Labelled> conversations;
        for (int i = 0; i < count; ++i) {
            auto said = testing::kConversation;
            said[0].text += " " + std::to_string(i);
            conversations.push_back({said, true, false, false});
        }
        return Set(conversations);
    }

    EvaluationReport Evaluate(const LabelledSet& set, int tenant = 1) {
        llm::Gateway gateway(settings_, pool_, clock_, log_);
        return EvaluateModel({pool_, &gateway, settings_.model, log_}, TenantId(tenant), set,
                             BuiltInRules(), options_);
    }

    EvaluationReport EvaluateAs(const std::string& model, const LabelledSet& set) {
        settings_.model = model;
        return Evaluate(set);
    }

    void SpoilAnswers(int times) {
        simulator_->Control({{"faults", {{{"kind", "wrong_enum"}, {"times", times}}}}});
    }

    static constexpr const char* kOtherModel = "gpt-4o-mini-2024-07-18";
    const std::string path_ = ::testing::TempDir() + "model_evaluation_pgtest_" +
                              ::testing::UnitTest::GetInstance()->current_test_info()->name() +
                              ".jsonl";
    EvaluationOptions options_;
};

TEST_F(ModelEvaluationTest, NumbersAndMoneyAreThoseOfTheWarehouse) {
    const LabelledSet set = Set({{testing::kConversation, true, false, false},
                                 {{{"contact", "Sou aluno, quero a segunda via do boleto"}},
                                  false, false, false}});
    const EvaluationReport report = Evaluate(set);
    EXPECT_FALSE(report.ended_by) << *report.ended_by;
    EXPECT_EQ(report.judged, 2);
    const FlagCounts& leads = report.evaluation.by_model[0];
    EXPECT_EQ(leads.judged(), 2);
    EXPECT_EQ(leads.true_positives + leads.false_negatives, 1);
    EXPECT_EQ(report.evaluation.by_rules[0], (FlagCounts{1, 0, 0, 1}));
    EXPECT_EQ(Value("select count(*) || ' ' || sum(brl) || ' ' || min(purpose) || ' ' ||"
                    " min(prompt_version) from llm_calls"),
              "2 " + std::to_string(report.evaluation.cost.micros()) +
                  " evaluation classification-1");
    EXPECT_EQ(Value("select tenant_id || ' ' || conversations || ' ' || model || ' ' || brl || ' ' ||"
                    " author || ' ' || is_accepted from model_evaluations"),
              "1 2 gpt-4o-mini " + std::to_string(report.evaluation.cost.micros()) + " cli true");
    EXPECT_EQ(Value("select true_positives || ' ' || false_positives || ' ' || false_negatives || ' '"
                    " || true_negatives from model_evaluation_flags"
                    " where judge = 'model' and flag = 'is_lead'"),
              std::to_string(leads.true_positives) + " " + std::to_string(leads.false_positives) +
                  " " + std::to_string(leads.false_negatives) + " " +
                  std::to_string(leads.true_negatives));
    const auto app = pool_.Acquire();
    tenancy::TenantScope scope(*app, tenancy::DatabaseRole::kEtlService, TenantId(1));
    const auto stored = warehouse::ListEvaluations(scope, 10);
    ASSERT_EQ(stored.size(), 1U);
    EXPECT_EQ(stored[0].id, report.evaluation.id);
    EXPECT_EQ(stored[0].set_digest, set.digest);
    EXPECT_EQ(stored[0].by_model, report.evaluation.by_model);
    EXPECT_EQ(stored[0].by_rules, report.evaluation.by_rules);
}

TEST_F(ModelEvaluationTest, TheQuestionIsThatOfTheRealClassificationAndMasksAsMuch) {
    auto said = testing::kConversation;
    said.push_back({"contact", "meu CPF é 529.982.247-25"});
    AddLead(1, "2 hours", 1, said);
    {
        llm::Gateway gateway(settings_, pool_, clock_, log_);
        ModelClassification(pool_, gateway, settings_.model, log_)
            .Classify(TenantId(1), options_.asking);
    }
    Evaluate(Set({{said, true, false, false}}));
    const boost::json::array prompts = simulator_->Prompts();
    ASSERT_EQ(prompts.size(), 2U);
    EXPECT_EQ(prompts[0].at("body"), prompts[1].at("body"));
    const std::string sent = boost::json::serialize(prompts[1]);
    EXPECT_THAT(sent, HasSubstr("[CPF_1]"));
    EXPECT_THAT(sent, Not(HasSubstr("529.982")));
    EXPECT_THAT(sent, Not(HasSubstr("indeciso"))) << "a private note";
}

TEST_F(ModelEvaluationTest, OfATenantThatNobodyAllowedNothingLeaves) {
    Operator("update tenants set uses_model = false where id = 1");
    const EvaluationReport report = Evaluate(Leads(3));
    EXPECT_EQ(report.ended_by, "tenant_not_allowed");
    EXPECT_EQ(report.judged, 0);
    EXPECT_TRUE(simulator_->Prompts().empty());
    EXPECT_EQ(Value("select count(*) from llm_calls"), "0");
    EXPECT_EQ(Value("select count(*) from model_evaluations"), "0");
}

TEST_F(ModelEvaluationTest, ABudgetThatIsSpentEndsItAndNothingIsStored) {
    Operator("insert into llm_limits (tenant_id, brl_per_day) values (1, 1500)");
    const EvaluationReport report = Evaluate(Leads(20));
    EXPECT_EQ(report.ended_by, "tenant_day_budget");
    EXPECT_LT(report.judged, 20);
    EXPECT_EQ(Value("select count(*) from model_evaluations"), "0");
    EXPECT_EQ(Value("select coalesce(sum(brl), 0) <= 1500 from llm_calls"), "true");
}

TEST_F(ModelEvaluationTest, ItSpendsNoMoreThanItMay) {
    options_.asking.cost_max = base::MicroBrl(4'000);
    const EvaluationReport report = Evaluate(Leads(20));
    EXPECT_EQ(report.ended_by, "max_cost");
    EXPECT_GT(report.judged, 0);
    EXPECT_LE(report.evaluation.cost.micros(), 4'000);
    EXPECT_EQ(Value("select count(*) from model_evaluations"), "0");
}

TEST_F(ModelEvaluationTest, AnAnswerThatCannotBeUsedIsWrongInEachFlag) {
    SpoilAnswers(4);
    const EvaluationReport report = Evaluate(Leads(4));
    EXPECT_FALSE(report.ended_by);
    EXPECT_THAT(report.bad_answers, ElementsAre(Pair("enum:status_resolucao", 4)));
    EXPECT_EQ(report.evaluation.by_model[0], (FlagCounts{0, 0, 4, 0}));
    EXPECT_EQ(report.evaluation.by_model[1], (FlagCounts{0, 4, 0, 0}));
    EXPECT_EQ(report.evaluation.by_model[2], (FlagCounts{0, 4, 0, 0}));
    EXPECT_EQ(Value("select bad_answers from model_evaluations"), "4");
}

TEST_F(ModelEvaluationTest, AFallAgainstAnotherModelIsADropUntilItIsAccepted) {
    const LabelledSet set = Leads(6);
    EXPECT_FALSE(EvaluateAs("gpt-4o-mini", set).before) << "it is the first";
    EXPECT_FALSE(EvaluateAs("gpt-4o-mini", set).before) << "the same model, the same prompt";
    SpoilAnswers(6);
    const EvaluationReport worse = EvaluateAs(kOtherModel, set);
    ASSERT_TRUE(worse.before);
    EXPECT_EQ(worse.before->model, "gpt-4o-mini");
    ASSERT_FALSE(worse.drops.empty());
    EXPECT_EQ(worse.drops.back().to, 0);
    EXPECT_FALSE(worse.evaluation.is_accepted);
    // Against the bad one everything would be good; and the bad one is no better the second time.
    const EvaluationReport first_again = EvaluateAs("gpt-4o-mini", set);
    EXPECT_FALSE(first_again.before);
    SpoilAnswers(6);
    EXPECT_FALSE(EvaluateAs(kOtherModel, set).drops.empty());
    options_.drop_max_micros = 100'000'000;
    SpoilAnswers(6);
    EXPECT_TRUE(EvaluateAs(kOtherModel, set).evaluation.is_accepted);
    EXPECT_EQ(EvaluateAs("gpt-4o-mini", set).before->model, kOtherModel);
    EXPECT_EQ(Value("select count(*) || ' ' || count(*) filter (where is_accepted)"
                    " from model_evaluations"),
              "7 5");
}

TEST_F(ModelEvaluationTest, OnlyTheSameConversationsOfTheSameTenantAreCompared) {
    EvaluateAs("gpt-4o-mini", Leads(3));
    EXPECT_FALSE(EvaluateAs(kOtherModel, Leads(4)).before);
    EXPECT_FALSE(Evaluate(Leads(3), 2).before);
    EXPECT_TRUE(EvaluateAs(kOtherModel, Leads(3)).before);
}

TEST_F(ModelEvaluationTest, WhatTheProviderDropsIsAskedAgain) {
    settings_.attempts_max = 1;
    simulator_->Control({{"faults", {{{"kind", "http_500"}, {"times", 2}}}}});
    const EvaluationReport report = Evaluate(Leads(6));
    EXPECT_FALSE(report.ended_by) << *report.ended_by;
    EXPECT_EQ(report.judged, 6);
    EXPECT_THAT(report.bad_answers, IsEmpty());
}

TEST_F(ModelEvaluationTest, AProviderThatIsAwaySaysNothingAboutTheModel) {
    settings_.attempts_max = 1;
    simulator_->Control({{"faults", {{{"kind", "http_500"}}}}});
    const EvaluationReport report = Evaluate(Leads(6));
    EXPECT_EQ(report.ended_by, "http_500");
    EXPECT_EQ(report.judged, 0);
    EXPECT_EQ(Value("select count(*) from model_evaluations"), "0");
}

TEST_F(ModelEvaluationTest, AStopEndsItAfterTheQuestionsOnTheirWay) {
    std::stop_source stop;
    options_.asking.stop = stop.get_token();
    options_.asking.workers = 1;
    options_.asking.on_progress = [&](std::int64_t) { stop.request_stop(); };
    const EvaluationReport report = Evaluate(Leads(6));
    EXPECT_EQ(report.ended_by, "stopping");
    EXPECT_EQ(report.judged, 1);
    EXPECT_EQ(Value("select count(*) from llm_calls"), "1");
    EXPECT_EQ(Value("select count(*) from llm_reservations"), "0");
}

TEST_F(ModelEvaluationTest, AFileThatChangesMeanwhileIsNoBasis) {
    const LabelledSet set = Leads(6);
    Leads(5);
    EXPECT_EQ(Evaluate(set).ended_by, "file_changed");
    EXPECT_EQ(Value("select count(*) from model_evaluations"), "0");
}

TEST(FindDropsTest, ExactlyAsMuchAsIsAllowedIsNoDrop) {
    warehouse::FlagScores before;
    before.fill({10, 0, 0, 90});
    warehouse::FlagScores now = before;
    now[1] = {8, 0, 2, 90};
    EXPECT_THAT(FindDrops(before, now, 2'000'000), IsEmpty());
    const auto drops = FindDrops(before, now, 1'999'999);
    ASSERT_EQ(drops.size(), 1U);
    EXPECT_EQ(drops[0].flag, "visit_scheduled");
    EXPECT_DOUBLE_EQ(drops[0].from, 1);
    EXPECT_DOUBLE_EQ(drops[0].to, 0.98);
    EXPECT_THAT(FindDrops(now, before, 0), IsEmpty());
}

}  // namespace
}  // namespace geniai::analysis
