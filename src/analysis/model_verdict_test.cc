#include "analysis/model_verdict.h"

#include <gtest/gtest.h>

namespace geniai::analysis {
namespace {

const std::vector<SpokenLine> kLines{{1, true, "Quero agendar uma visita, pode ser sábado às 10h?"},
                                     {2, false, "Confirmado, sábado às 10h!"},
                                     {3, true, "Perfeito, meu nome é Marina"}};

boost::json::object Answer() {
    return {{"status_resolucao", "em_negociacao"},
            {"nivel_interesse", "alto"},
            {"visita_agendada", true},
            {"comprou", false},
            {"precisa_remarketing", false},
            {"motivo_remarketing", nullptr},
            {"objecoes", boost::json::array{}},
            {"sinais_positivos", boost::json::array{"pediu visita"}},
            {"resumo", "Quer visitar no sábado."},
            {"mensagem_sugerida", nullptr},
            {"nome_cliente", "Marina"},
            {"evidencias", boost::json::array{"quero agendar uma visita"}}};
}

warehouse::ModelVerdict Read(const boost::json::object& answer) {
    return ReadVerdictAnswer(boost::json::serialize(answer), Mask(), kLines);
}

std::string CauseOf(const boost::json::object& answer) {
    try {
        Read(answer);
        return "";
    } catch (const BadAnswer& bad) {
        return bad.cause;
    }
}

TEST(ModelVerdictTest, WhatTheConversationBearsOutIsKept) {
    const warehouse::ModelVerdict verdict = Read(Answer());
    EXPECT_TRUE(verdict.is_lead);
    EXPECT_TRUE(verdict.visit_scheduled);
    EXPECT_FALSE(verdict.crm_converted);
    EXPECT_EQ(verdict.score, 95);
    EXPECT_EQ(verdict.customer_name, "Marina");
    ASSERT_EQ(verdict.evidence.size(), 1U);
    EXPECT_EQ(verdict.evidence[0].text, "Quero agendar uma visita");
    EXPECT_EQ(verdict.evidence[0].message_id, 1);
    EXPECT_EQ(verdict.confidence, 1);
}

// A booked visit is no sale, and neither is believed without words of the customer.
TEST(ModelVerdictTest, WithoutARealQuoteThereIsNoVisitAndNoSale) {
    auto answer = Answer();
    answer["comprou"] = true;
    answer["evidencias"] = boost::json::array{"já paguei a matrícula"};
    const warehouse::ModelVerdict verdict = Read(answer);
    EXPECT_FALSE(verdict.visit_scheduled);
    EXPECT_FALSE(verdict.crm_converted);
    EXPECT_TRUE(verdict.is_lead);
    EXPECT_TRUE(verdict.evidence.empty());
    EXPECT_LT(verdict.confidence, 1);
}

TEST(ModelVerdictTest, NoInterestIsNoLeadAndHasNoScore) {
    auto answer = Answer();
    answer["nivel_interesse"] = "nenhum";
    answer["visita_agendada"] = false;
    const warehouse::ModelVerdict verdict = Read(answer);
    EXPECT_FALSE(verdict.is_lead);
    EXPECT_EQ(verdict.score, 0);
}

TEST(ModelVerdictTest, AMessageIsKeptOnlyWhereItIsNeededAndCanBeSent) {
    auto answer = Answer();
    answer["mensagem_sugerida"] = "Oi, Marina! Ainda quer visitar a gente?";
    EXPECT_FALSE(Read(answer).suggested_message) << "nobody needs it";
    answer["precisa_remarketing"] = true;
    EXPECT_EQ(Read(answer).suggested_message, "Oi, Marina! Ainda quer visitar a gente?");
    answer["mensagem_sugerida"] = "Oi {nome}, só hoje 50% de desconto!";
    EXPECT_FALSE(Read(answer).suggested_message) << "a variable and a promise";
}

TEST(ModelVerdictTest, ANameThatNobodyGaveIsDropped) {
    auto answer = Answer();
    answer["nome_cliente"] = "Roberta";
    EXPECT_FALSE(Read(answer).customer_name);
}

TEST(ModelVerdictTest, ABadAnswerSaysWhatIsWrong) {
    const auto with = [](const char* name, const auto& value) {
        auto answer = Answer();
        answer[name] = value;
        return answer;
    };
    auto without = Answer();
    without.erase("comprou");
    EXPECT_EQ(CauseOf(without), "missing:comprou");
    EXPECT_EQ(CauseOf(with("status_resolucao", "aberta")), "enum:status_resolucao");
    EXPECT_EQ(CauseOf(with("nivel_interesse", 3)), "type:nivel_interesse");
    EXPECT_EQ(CauseOf(with("visita_agendada", "talvez")), "type:visita_agendada");
    EXPECT_EQ(CauseOf(with("objecoes", "preço")), "type:objecoes");
    EXPECT_EQ(CauseOf(with("resumo", "")), "empty:resumo");
    EXPECT_EQ(CauseOf(with("resumo", std::string(3'000, 'a'))), "too_long:resumo");
    EXPECT_EQ(CauseOf(with("visita_agendada", "sim")), "") << "that is read";
    EXPECT_THROW(ReadVerdictAnswer("[]", Mask(), kLines), BadAnswer);
    EXPECT_THROW(ReadVerdictAnswer("{\"resumo\":", Mask(), kLines), BadAnswer);
}

TEST(ModelVerdictTest, TheScoreFollowsTheTable) {
    warehouse::ModelVerdict verdict;
    EXPECT_EQ(ScoreOf(verdict), 0) << "no lead";
    verdict.is_lead = true;
    verdict.needs_remarketing = true;
    verdict.interest = "medio";
    const auto of = [&](const char* resolution) {
        verdict.resolution = resolution;
        return ScoreOf(verdict);
    };
    EXPECT_EQ(of("abandonada_atendente"), 93);
    EXPECT_EQ(of("abandonada_cliente"), 70);
    EXPECT_EQ(of("pendente_resposta"), 60);
    EXPECT_EQ(of("em_negociacao"), 50);
    EXPECT_EQ(of("resolvida"), 35);
    verdict.interest = "alto";
    verdict.positive_signs = std::vector<std::string>(9, "quer");
    EXPECT_EQ(of("em_negociacao"), 45 + 20 + 12);
    EXPECT_EQ(of("abandonada_atendente"), 100);
    verdict.positive_signs.clear();
    verdict.interest = "baixo";
    verdict.objections = std::vector<std::string>(9, "caro");
    EXPECT_EQ(of("em_negociacao"), 45 - 10 - 15);
    verdict.needs_remarketing = false;
    verdict.objections.clear();
    EXPECT_EQ(of("abandonada_atendente"), 15) << "nobody needs to contact him";
    verdict.visit_scheduled = true;
    EXPECT_EQ(of("abandonada_atendente"), 95);
}

// The provider caches a prefix that is the same for every conversation.
TEST(ModelVerdictTest, TheQuestionBeginsWithTheSameBytesAndHidesWhatIsPrivate) {
    const std::vector<SpokenLine> lines{{1, true, "Meu CPF é 529.982.247-25, ligue (11) 98765-4321"}};
    Mask mask;
    const ConversationPrompt first = MakeVerdictPrompt("WhatsApp", lines, 3'000, mask);
    Mask other;
    const ConversationPrompt second = MakeVerdictPrompt("Site", kLines, 3'000, other);
    EXPECT_EQ(first.chat.messages[0].text, second.chat.messages[0].text);
    EXPECT_NE(first.input_hash, second.input_hash);
    EXPECT_EQ(first.chat.messages[1].text.find("529.982"), std::string::npos);
    EXPECT_EQ(first.chat.messages[1].text.find("98765"), std::string::npos);
}

}  // namespace
}  // namespace geniai::analysis
