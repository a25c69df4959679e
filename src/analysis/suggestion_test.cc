#include "analysis/suggestion.h"

#include <gtest/gtest.h>

namespace geniai::analysis {
namespace {

const std::vector<SpokenLine> kLines{
    {1, true, "Vocês dão desconto? Vi por R$ 80 no concorrente"},
    {2, false, "O plano mensal sai por R$ 129,90, e a aula experimental é grátis. "
               "Veja em https://exemplo.com.br/planos"},
};

TEST(WhyNotSendableTest, WhatTheTeamHasSaidMayBeSaidAgain) {
    for (const char* fine :
         {"Oi, Marina! Ainda pensa no plano mensal de R$ 129,90? Posso ajudar.",
          "Oi! A aula experimental grátis continua à disposição. Vamos marcar?",
          "Olá! Detalhes em https://exemplo.com.br/planos. Alguma dúvida?",
          "Oi! Ficou alguma dúvida sobre o plano? Estou por aqui às 10h."}) {
        EXPECT_FALSE(WhyNotSendable(fine, kLines).has_value())
            << fine << *WhyNotSendable(fine, kLines);
    }
}

TEST(WhyNotSendableTest, PromisesThatNobodyMadeAreNotSent) {
    const std::pair<const char*, const char*> cases[] = {
        {"Oi! Consigo R$ 99,90 para você hoje.", "price"},
        {"Oi! Por 80 reais fechamos agora.", "price"},
        {"Oi! Te dou 10% na matrícula.", "price"},
        {"Oi! Parcelo em 12x sem problema.", "price"},
        {"Oi! Tenho um desconto especial para você.", "offer"},
        {"Oi! Hoje a matrícula é cortesia.", "offer"},
        {"Oi! Últimas vagas, corra!", "offer"},
        {"Oi! Clique em www.outro.com.br para ver.", "link"},
        {"Olá {nome}, tudo bem com você?", "variable"},
        {"Olá [CPF_1], tudo bem com você?", "variable"},
        {"Ligue para 11987654321 quando puder.", "price"},
        {"Oi", "too_short"}};
    for (const auto& [message, why] : cases) {
        EXPECT_EQ(WhyNotSendable(message, kLines).value_or("fine"), why) << message;
    }
    EXPECT_EQ(WhyNotSendable(std::string(601, 'a'), kLines), "too_long");
}

TEST(SuggestionByTemplateTest, SaysWhatIsKnownAndPromisesNothing) {
    const SuggestionFacts facts{"marina souza 🌻", "o plano mensal", "Academia Centro", "REMARKETING_MEDIO", 75};
    EXPECT_EQ(SuggestionByTemplate(facts),
              "Olá, Marina! Aqui é da equipe Academia Centro. Faz 3 dias que conversamos sobre o plano "
              "mensal. Ainda faz sentido para você? Posso retomar de onde paramos.");
    EXPECT_EQ(SuggestionByTemplate({"", "", "", "REMARKETING_RECENTE", 30}),
              "Oi! Tudo bem? Nossa conversa ficou pela metade. Ficou alguma dúvida? Se quiser, "
              "continuo te ajudando por aqui.");
    for (const char* band : {"REMARKETING_RECENTE", "REMARKETING_MEDIO", "REMARKETING_FRIO", "?"}) {
        for (const char* interest : {"", "crossfit"}) {
            const std::string text = SuggestionByTemplate({"{nome}", interest, "X", band, 500});
            EXPECT_EQ(text.find("nome"), std::string::npos) << "that is no first name";
            EXPECT_EQ(WhyNotSendable(SuggestionByTemplate({"Ana", interest, "Loja", band, 500}), {}),
                      std::nullopt);
            EXPECT_EQ(text.find("{interesse}"), std::string::npos);
        }
    }
    // A long interest is cut, and not inside a character.
    EXPECT_LT(SuggestionByTemplate({"A", std::string(300, 'x') + "ção", "L", "REMARKETING_FRIO", 9})
                  .size(),
              400U);
}

TEST(DescribeIdleTimeTest, AsPeopleSayIt) {
    EXPECT_EQ(DescribeIdleTime(24), "24 horas");
    EXPECT_EQ(DescribeIdleTime(47.9), "47 horas");
    EXPECT_EQ(DescribeIdleTime(48), "2 dias");
    EXPECT_EQ(DescribeIdleTime(168), "1 semana");
    EXPECT_EQ(DescribeIdleTime(400), "2 semanas");
    EXPECT_EQ(DescribeIdleTime(28 * 24), "1 mês");
    EXPECT_EQ(DescribeIdleTime(5000), "7 meses");
}

}  // namespace
}  // namespace geniai::analysis
