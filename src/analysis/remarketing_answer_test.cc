#include "analysis/remarketing_answer.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace geniai::analysis {
namespace {

namespace json = boost::json;

const std::vector<SpokenLine> kLines{
    {1, true, "Oi, sou a Marina, quanto custa o plano mensal?"},
    {2, false, "Oi Marina! R$ 129,90."},
    {3, true, "Achei caro, vou pensar"},
};
const SuggestionFacts kFacts{"Contato", "", "WhatsApp", "REMARKETING_MEDIO", 72};

json::object GoodAnswer() {
    return {{"resumo", "Marina quer o plano mensal e achou caro."},
            {"mensagem_sugerida", "Oi, Marina! Ainda pensa no plano mensal? Posso ajudar."},
            {"prioridade", 4},
            {"palavras_chave", {"plano mensal", "caro"}},
            {"confianca", 0.8},
            {"interesse", "plano mensal"},
            {"objecoes", {"preço"}},
            {"urgencia", "media"},
            {"proximo_passo", "Retomar a conversa."},
            {"nome_cliente", "Marina"},
            {"evidencias", {"quanto custa o plano mensal", "achei caro"}}};
}

std::string CauseOf(const std::string& answer) {
    const Mask mask;
    const auto read = ReadRemarketingAnswer(answer, mask, kLines, kFacts);
    const auto* bad = std::get_if<BadAnswer>(&read);
    return bad == nullptr ? "good" : bad->cause;
}

std::string CauseWith(const char* field, const json::value& value) {
    json::object answer = GoodAnswer();
    answer[field] = value;
    return CauseOf(json::serialize(answer));
}

warehouse::LeadFindings Read(const json::object& answer, const Mask& mask = {}) {
    return std::get<warehouse::LeadFindings>(
        ReadRemarketingAnswer(json::serialize(answer), mask, kLines, kFacts));
}

TEST(RemarketingAnswerTest, AGoodAnswerIsTakenAsItIs) {
    const auto findings = Read(GoodAnswer());
    EXPECT_EQ(findings.priority, 4);
    EXPECT_DOUBLE_EQ(findings.confidence, 0.8);
    EXPECT_EQ(findings.customer_name, "Marina");
    EXPECT_EQ(findings.message_source, "model");
    ASSERT_EQ(findings.evidence.size(), 2U);
    EXPECT_EQ(findings.evidence[1].text, "Achei caro");
    EXPECT_EQ(findings.evidence[1].message_id, 3);
}

TEST(RemarketingAnswerTest, WhatBreaksTheSchemaIsBadAsAWholeAndSaysWhy) {
    EXPECT_EQ(CauseOf(""), "not_an_object");
    EXPECT_EQ(CauseOf("[]"), "not_an_object");
    EXPECT_EQ(CauseOf("null"), "not_an_object");
    EXPECT_EQ(CauseOf("Claro! Aqui está: {}"), "not_an_object");
    EXPECT_EQ(CauseOf(R"({"resumo": "cor)"), "not_an_object");
    EXPECT_EQ(CauseOf(std::string(100'000, '[')), "not_an_object");
    EXPECT_EQ(CauseOf("\xff\xfe"), "not_an_object");
    for (const auto& [field, value] : GoodAnswer()) {
        json::object answer = GoodAnswer();
        answer.erase(field);
        EXPECT_EQ(CauseOf(json::serialize(answer)), "missing:" + std::string(field));
        EXPECT_EQ(CauseWith(std::string(field).c_str(), json::object{{"a", 1}}),
                  "type:" + std::string(field));
    }
    EXPECT_EQ(CauseWith("prioridade", 6), "range:prioridade");
    EXPECT_EQ(CauseWith("prioridade", -1), "range:prioridade");
    EXPECT_EQ(CauseWith("prioridade", "muito alta"), "type:prioridade");
    EXPECT_EQ(CauseWith("prioridade", nullptr), "type:prioridade");
    EXPECT_EQ(CauseWith("prioridade", true), "type:prioridade");
    EXPECT_EQ(CauseWith("confianca", 80), "range:confianca");
    EXPECT_EQ(CauseWith("confianca", "nan"), "range:confianca");
    EXPECT_EQ(CauseWith("urgencia", "altíssima"), "enum:urgencia");
    EXPECT_EQ(CauseWith("urgencia", ""), "enum:urgencia");
    EXPECT_EQ(CauseWith("resumo", "   "), "empty:resumo");
    EXPECT_EQ(CauseWith("resumo", nullptr), "type:resumo");
    EXPECT_EQ(CauseWith("resumo", json::value(std::string(3'000, 'a'))), "too_long:resumo");
    EXPECT_EQ(CauseWith("palavras_chave", {1, 2}), "type:palavras_chave");
    EXPECT_EQ(CauseWith("palavras_chave", "plano"), "type:palavras_chave");
    EXPECT_EQ(CauseWith("objecoes", nullptr), "type:objecoes");
    EXPECT_EQ(CauseWith("evidencias", {nullptr}), "type:evidencias");
}

TEST(RemarketingAnswerTest, NumbersAsTextAndEnumsWithAccentsAreRead) {
    json::object answer = GoodAnswer();
    answer["prioridade"] = "4.5";
    answer["confianca"] = "0,7";
    answer["urgencia"] = "MÉDIA";
    const auto findings = Read(answer);
    EXPECT_EQ(findings.priority, 5);
    EXPECT_DOUBLE_EQ(findings.confidence, 0.7);
    EXPECT_EQ(findings.urgency, "media");
}

TEST(RemarketingAnswerTest, WhatTheConversationDoesNotBearOutIsDropped) {
    json::object answer = GoodAnswer();
    answer["evidencias"] = {"achei caro", "quero comprar hoje", "sou o diretor"};
    answer["nome_cliente"] = "Roberto";
    answer["interesse"] = "Não mencionado";
    answer["mensagem_sugerida"] = "Oi, Roberto! Hoje com 50% de desconto.";
    const auto findings = Read(answer);
    EXPECT_EQ(findings.evidence.size(), 1U);
    EXPECT_NEAR(findings.confidence, 0.8 * 0.7 * 0.7, 1e-9);
    EXPECT_FALSE(findings.customer_name.has_value());
    EXPECT_FALSE(findings.interest.has_value());
    EXPECT_EQ(findings.message_source, "template");
    EXPECT_EQ(findings.suggested_message->find("desconto"), std::string::npos);
}

TEST(RemarketingAnswerTest, WhatWasHiddenComesBackAndNulBytesDoNot) {
    Mask mask;
    ASSERT_EQ(mask.Hide("CPF 529.982.247-25"), "CPF [CPF_1]");
    json::object answer = GoodAnswer();
    answer["resumo"] = std::string("O cliente com CPF [CPF_1] espera") + '\0' + ".";
    const auto findings = Read(answer, mask);
    EXPECT_EQ(findings.summary, "O cliente com CPF 529.982.247-25 espera\xEF\xBF\xBD.");
    // A placeholder that was never given out is no message for a customer.
    answer["mensagem_sugerida"] = "Oi, [NOME_9], tudo bem? Vamos retomar?";
    EXPECT_EQ(Read(answer, mask).message_source, "template");
}

}  // namespace
}  // namespace geniai::analysis
