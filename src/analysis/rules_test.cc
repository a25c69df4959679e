#include "analysis/rules.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "analysis/clause_text.h"
#include "base/error.h"

namespace geniai::analysis {
namespace {

using warehouse::Author;
using warehouse::Classification;
using warehouse::Message;

std::string DefaultRulesText() {
    const auto path = std::filesystem::path(__FILE__).parent_path() / "rules_ptbr.toml";
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

const RuleClassifier& DefaultRules() {
    static const RuleClassifier classifier(ParseRuleSet(DefaultRulesText()));
    return classifier;
}

struct Said {
    Author author;
    std::string text;
};

Said Contact(std::string text) {
    return {Author::kContact, std::move(text)};
}
Said Agent(std::string text) {
    return {Author::kHuman, std::move(text)};
}

std::vector<Message> Conversation(const std::vector<Said>& said) {
    std::vector<Message> messages;
    for (const Said& line : said) {
        messages.push_back(
            {static_cast<std::int64_t>(messages.size() + 1), line.author, line.text});
    }
    return messages;
}

Classification Classified(const std::vector<Said>& said, ConversationFacts facts = {}) {
    return DefaultRules().Classify(Conversation(said), facts);
}

bool HasEvidence(const Classification& found, const std::string& rule, const std::string& quote) {
    return std::any_of(found.evidence.begin(), found.evidence.end(), [&](const auto& evidence) {
        return evidence.rule == rule && evidence.quote == quote;
    });
}

// ---- the eight defects of the rules that these replace

TEST(RulesTest, Defect1AClockTimeOrADateAloneMakesNoVisit) {
    for (const char* text : {"18:00", "18h30", "amanhã", "sábado de manhã", "segunda 18h",
                             "de noite", "cheguei ontem às 10:00 e fechou às 18:00"}) {
        const Classification found = Classified({Contact(text)});
        EXPECT_FALSE(found.visit_scheduled) << text;
        EXPECT_FALSE(found.is_lead) << text;
    }
}

TEST(RulesTest, Defect2AccentsMatchWrittenOrNot) {
    EXPECT_TRUE(Classified({Contact("Vocês têm NATAÇÃO? Qual o preço?")}).is_lead);
    EXPECT_TRUE(Classified({Contact("voces tem natacao? qual o preco?")}).is_lead);
    EXPECT_EQ(Classified({Contact("qual é a promoção do cartão?")}).category, "PRECO_PLANOS");
}

TEST(RulesTest, Defect3NaoQueroIsNoInterest) {
    for (const char* text : {"Não quero", "Não quero agendar", "não tenho interesse, obrigado",
                             "NÃO QUERO plano nenhum", "n quero mais"}) {
        const Classification found = Classified({Contact(text)});
        EXPECT_FALSE(found.is_lead) << text;
        EXPECT_EQ(found.score, 0) << text;
    }
}

TEST(RulesTest, Defect4OnlyTheContactsWordsCount) {
    const std::string menu = "1 - Planos e valores 2 - Quero agendar aula experimental amanhã 18h";
    for (const Author author : {Author::kHuman, Author::kBot, Author::kTemplate, Author::kNote,
                                Author::kActivity, Author::kCampaign}) {
        const Classification found = Classified({Contact("oi"), {author, menu}});
        EXPECT_FALSE(found.is_lead);
        EXPECT_FALSE(found.visit_scheduled);
        EXPECT_EQ(found.category, "OUTROS");
        EXPECT_TRUE(found.evidence.empty());
    }
    EXPECT_FALSE(Classified({Contact("oi"), Agent("já paguei, fiz a matrícula")}).crm_converted);
}

TEST(RulesTest, Defect5ResolvedAndHumanRaiseALeadsScore) {
    const std::vector<Said> said = {Contact("quanto custa a mensalidade?")};
    const int score = Classified(said).score;
    ASSERT_GT(score, 0);
    EXPECT_EQ(Classified(said, {.resolved = true}).score, score + 10);
    EXPECT_EQ(Classified(said, {.resolved = true, .human_answered = true}).score, score + 20);
    EXPECT_EQ(Classified({Contact("oi")}, {.resolved = true, .human_answered = true}).score, 0);
}

TEST(RulesTest, Defect6ALaterWishReopensALead) {
    EXPECT_TRUE(Classified({Contact("não tenho interesse"), Agent("ok"),
                            Contact("mudei de ideia, quero fazer a matrícula")})
                    .is_lead);
    EXPECT_FALSE(Classified({Contact("quero fazer a matrícula"), Agent("ok"),
                             Contact("desisti, não quero mais")})
                     .is_lead);
    EXPECT_TRUE(
        Classified({Contact("quanto custa o plano?"), Agent("Não tenho interesse")}).is_lead);
}

TEST(RulesTest, Defect7EachDecisionKeepsTheWordsItStandsOn) {
    const Classification found = Classified({Contact("Oi! Quero AGENDAR uma visita amanhã às 10h"),
                                             Agent("Agendado!"), Contact("já paguei")});
    EXPECT_TRUE(HasEvidence(found, "visit", "Quero AGENDAR"));
    EXPECT_TRUE(HasEvidence(found, "conversion", "paguei"));
    for (const auto& evidence : found.evidence) {
        const std::string& text =
            evidence.message_id == 1 ? "Oi! Quero AGENDAR uma visita amanhã às 10h" : "já paguei";
        EXPECT_NE(text.find(evidence.quote), std::string::npos) << evidence.quote;
        EXPECT_FALSE(evidence.quote.empty());
    }
}

TEST(RulesTest, Defect8WordsFarApartAreNoPhrase) {
    EXPECT_FALSE(Classified({Contact("quero"), Contact("agendar não é comigo, fala com o Pedro")})
                     .visit_scheduled);
    EXPECT_FALSE(
        Classified({Contact("quero dizer. ontem na rua vi um amigo seu. aula hoje foi boa")})
            .is_lead);
}

// ---- single words, negation, order

TEST(RulesTest, ASingleVagueWordMakesNoLead) {
    for (const char* text : {"agora", "rápido", "horário", "hoje mesmo", "quero", "preciso", "sim",
                             "ok", "qual o horário?", "onde fica?"}) {
        EXPECT_FALSE(Classified({Contact(text)}).is_lead) << text;
    }
}

TEST(RulesTest, ANegationStaysInItsClause) {
    EXPECT_TRUE(Classified({Contact("não quero musculação, quero natação")}).is_lead);
    EXPECT_TRUE(Classified({Contact("quero natação, não quero musculação")}).is_lead);
    EXPECT_TRUE(Classified({Contact("não sabia que vocês tinham pilates, quanto custa?")}).is_lead);
    EXPECT_FALSE(Classified({Contact("quero não")}).is_lead);
}

TEST(RulesTest, AnExistingCustomerWhoWantsSupportIsNoLead) {
    for (const char* text : {"já sou aluno, quero a segunda via", "quanto deu meu boleto?",
                             "paguei a mensalidade e a catraca não libera"}) {
        const Classification found = Classified({Contact(text)});
        EXPECT_FALSE(found.is_lead) << text;
        EXPECT_FALSE(found.crm_converted) << text;
    }
}

TEST(RulesTest, JobSeekersAndSuppliersAreNoLeadsAndBookNoVisits) {
    for (const char* text : {"posso deixar meu currículo amanhã às 10h?",
                             "sou representante comercial, quero agendar uma visita sexta às 9h"}) {
        const Classification found = Classified({Contact(text), Agent("Agendado!")});
        EXPECT_FALSE(found.is_lead) << text;
        EXPECT_FALSE(found.visit_scheduled) << text;
        EXPECT_EQ(found.category, "OUTROS") << text;
    }
}

// ---- whose business it is

TEST(RulesTest, ASingleNounInAQuestionMakesNoLead) {
    for (const char* text :
         {"Perdi um fone na sala de spinning, acharam?", "Oi amor, chegou em casa?",
          "é aqui que entrega a consulta?", "A sala está fria, pode ver?", "cadê o bolo?"}) {
        EXPECT_FALSE(Classified({Contact(text)}).is_lead) << text;
    }
    EXPECT_TRUE(Classified({Contact("E pilates?")}).is_lead);
    EXPECT_TRUE(Classified({Contact("Oi, bom dia! Musculação é paga à parte?")}).is_lead);
}

TEST(RulesTest, AnExistingCustomersBusinessIsNoLead) {
    for (const char* text :
         {"Perdi um fone na sala de spinning", "Preciso remarcar minha consulta",
          "Preciso remarcar minha consulta de quinta", "Amanhã tem aula normal?",
          "Cobraram a consulta mas o convênio cobre", "Cobraram material que já paguei",
          "O resultado do teste ergométrico já saiu?", "Como pego o resultado do ultrassom?",
          "Não vou conseguir ir na quarta, dá pra trocar?", "Tem estacionamento aí?",
          "Paguei a parcela do aparelho, podem dar baixa?", "Perdi a aula de segunda"}) {
        const Classification found = Classified({Contact(text)});
        EXPECT_FALSE(found.is_lead) << text;
        EXPECT_FALSE(found.crm_converted) << text;
    }
}

TEST(RulesTest, HowToCancelIsNoLead) {
    for (const char* text : {"Como faço pra cancelar a academia?", "prefiro cancelar mesmo"}) {
        const Classification found = Classified({Contact(text)});
        EXPECT_FALSE(found.is_lead) << text;
        EXPECT_EQ(found.category, "CANCELAMENTO") << text;
    }
}

TEST(RulesTest, CouriersSuppliersAndWrongNumbersAreNoLeads) {
    for (const char* text :
         {"Entrega para vocês, tem alguém?", "Oi, aqui é o motoboy, estou na porta",
          "Oi, tem vaga de limpeza?", "Oi, tem vaga de portaria?",
          "Trabalho com equipamentos a laser, posso agendar com o gestor?",
          "Personal trainer aqui, vocês alugam espaço?", "É da pizzaria?"}) {
        EXPECT_FALSE(Classified({Contact(text)}).is_lead) << text;
    }
    EXPECT_TRUE(Classified({Contact("tem vaga no maternal?")}).is_lead);
}

TEST(RulesTest, ABuyersBoletoIsNoCustomersBusiness) {
    const Classification found =
        Classified({Contact("Quero fazer a matrícula"), Agent("Seguem contrato e boleto"),
                    Contact("Assinei o contrato e já paguei o boleto")});
    EXPECT_TRUE(found.is_lead);
    EXPECT_TRUE(found.crm_converted);
    EXPECT_FALSE(Classified({Contact("já paguei o boleto")}).crm_converted);
}

TEST(RulesTest, GivingUpBecauseNobodyAnswersIsNoRefusal) {
    EXPECT_TRUE(Classified({Contact("qual o valor do plano?"), Contact("oi?"),
                            Contact("desisto, ninguém responde")})
                    .is_lead);
    EXPECT_FALSE(Classified({Contact("qual o valor do plano?"), Contact("desisto")}).is_lead);
}

TEST(RulesTest, SomebodyWhoRefusedHasNoBuyersCategory) {
    EXPECT_EQ(Classified({Contact("quanto custa?"), Contact("não quero mais, obrigada")}).category,
              "CANCELAMENTO");
    EXPECT_EQ(Classified({Contact("não quero agendar, obrigado")}).category, "OUTROS");
}

// ---- visits

TEST(RulesTest, ThanksForAnAnswerBookNothing) {
    for (const char* text : {"ok, obrigada", "blz, obrigado", "A escola de hoje fechou o turno"}) {
        EXPECT_FALSE(Classified({Contact("Amanhã tem aula normal?"),
                                 Agent("A reunião é na segunda às 19h."), Contact(text)})
                         .visit_scheduled)
            << text;
        EXPECT_FALSE(Classified({Contact("queria saber o preço do plano com natação"),
                                 Agent("Tem! Terça e quinta às 19h30, R$ 129."), Contact(text)})
                         .visit_scheduled)
            << text;
    }
}

TEST(RulesTest, AnAcceptanceMayGoOnWithAQuestion) {
    for (const char* text : {"Pode, confirmado. Precisa levar algo?", "Sim, onde fica?",
                             "pode, confirmado precisa levar algo?"}) {
        EXPECT_TRUE(Classified({Contact("queria fazer uma avaliação"),
                                Agent("Pode ser terça às 9h?"), Contact(text)})
                        .visit_scheduled)
            << text;
    }
}

TEST(RulesTest, AnotherDayInsteadWaitsForTheTeam) {
    const std::vector<Said> said = {Contact("quero conhecer a casa"), Agent("Sábado 11h?"),
                                    Contact("sábado não consigo, domingo?")};
    EXPECT_FALSE(Classified(said).visit_scheduled);
    std::vector<Said> agreed = said;
    agreed.push_back(Agent("Domingo 10h então"));
    agreed.push_back(Contact("isso, domingo 10h"));
    EXPECT_TRUE(Classified(agreed).visit_scheduled);
}

TEST(RulesTest, ADayThatNobodyAnsweredBooksNothing) {
    EXPECT_FALSE(Classified({Contact("quanto é a aula de dança?"), Contact("pode ser terça")})
                     .visit_scheduled);
}

TEST(RulesTest, AProspectMayMoveTheFirstVisit) {
    const Classification found =
        Classified({Contact("preciso remarcar minha avaliação de quinta"),
                    Agent("Pode ser sexta às 10h?"), Contact("sexta 10h, perfeito")});
    EXPECT_TRUE(found.is_lead);
    EXPECT_TRUE(found.visit_scheduled);
}

TEST(RulesTest, AgreeingToAProposalBooksTheVisit) {
    for (const char* text :
         {"sim, pode marcar", "confirmado", "fechado", "simmm", "pode ser", "👍"}) {
        const Classification found = Classified(
            {Contact("quero conhecer"), Agent("Temos amanhã às 10h, pode ser?"), Contact(text)});
        EXPECT_TRUE(found.visit_scheduled) << text;
        EXPECT_TRUE(found.is_lead) << text;
        EXPECT_EQ(found.evidence.empty(), false);
    }
}

TEST(RulesTest, TheSameWordsWithoutAProposalBookNothing) {
    for (const char* text :
         {"sim, pode marcar", "confirmado", "fechado", "simmm", "pode ser", "👍"}) {
        EXPECT_FALSE(Classified({Contact("quero conhecer"), Agent("Tudo bem?"), Contact(text)})
                         .visit_scheduled)
            << text;
        EXPECT_FALSE(
            Classified({Contact("oi"), Agent("Funcionamos de segunda a sexta, das 8h às 18h, ok?"),
                        Contact(text)})
                .visit_scheduled)
            << text;
    }
}

TEST(RulesTest, DecliningOrPuttingOffBooksNothing) {
    for (const char* text : {"não", "não posso", "vou ver e te aviso", "amanhã não dá",
                             "ok, vou pensar", "tem outro dia?"}) {
        EXPECT_FALSE(Classified({Contact("quero conhecer"), Agent("Amanhã às 10h, pode ser?"),
                                 Contact(text)})
                         .visit_scheduled)
            << text;
    }
}

TEST(RulesTest, ABareWishIsBookedByTheTeamsConfirmationOnly) {
    EXPECT_FALSE(Classified({Contact("quero agendar uma visita")}).visit_scheduled);
    EXPECT_TRUE(
        Classified({Contact("quero agendar uma visita"), Agent("Agendado!")}).visit_scheduled);
    EXPECT_FALSE(Classified({Contact("oi"), Agent("Agendado!")}).visit_scheduled);
    EXPECT_FALSE(Classified({Contact("quero agendar uma visita"), Agent("Já está agendado?")})
                     .visit_scheduled);
}

TEST(RulesTest, AWishForADayStandsUnlessTheTeamDeclines) {
    EXPECT_TRUE(Classified({Contact("quero agendar para amanhã às 10h")}).visit_scheduled);
    EXPECT_FALSE(Classified({Contact("quero agendar para amanhã às 10h"),
                             Agent("Infelizmente não temos esse horário")})
                     .visit_scheduled);
}

TEST(RulesTest, ACancelledVisitLeavesTheLead) {
    const Classification found =
        Classified({Contact("quero agendar para amanhã às 10h"), Agent("Agendado!"),
                    Contact("não vou poder ir, depois remarco")});
    EXPECT_FALSE(found.visit_scheduled);
    EXPECT_TRUE(found.is_lead);
}

// ---- conversions

TEST(RulesTest, AConversionIsAStatementOfTheContact) {
    for (const char* text : {"paguei", "já fiz a matrícula", "enviei o comprovante",
                             "assinei o contrato", "acabei de fazer o pix", "pix feito", "pago!"}) {
        const Classification found = Classified({Contact(text)});
        EXPECT_TRUE(found.crm_converted) << text;
        EXPECT_TRUE(found.is_lead) << text;
    }
}

TEST(RulesTest, AQuestionAConditionOrANegationIsNoConversion) {
    for (const char* text :
         {"como pago?", "se eu pagar hoje tem desconto?", "ainda não paguei", "pagamento feito?",
          "quando assinei vocês disseram outra coisa", "vou pagar amanhã", "não fiz a matrícula"}) {
        EXPECT_FALSE(Classified({Contact(text)}).crm_converted) << text;
    }
}

// ---- writing

TEST(RulesTest, ReadsHowPeopleWrite) {
    EXPECT_TRUE(Classified({Contact("qro agendar pra hj 18h pfv")}).visit_scheduled);
    EXPECT_TRUE(Classified({Contact("qto custaaaa???")}).is_lead);
    EXPECT_TRUE(Classified({Contact("*QUERO* _fazer_ a matri\xCC\x81"
                                    "cula!!!")})
                    .is_lead);
}

TEST(RulesTest, TakesAnyBytesAndLongMessages) {
    std::string bytes = "quero agendar \xFF\xC3 amanh\xE3 \xF0\x9F";
    bytes += '\0';
    EXPECT_NO_THROW(Classified({Contact(bytes)}));
    std::string long_text;
    for (int i = 0; i < 5000; ++i) {
        long_text += "quero agendar, não quero. ";
    }
    const Classification found = Classified({Contact(long_text)});
    EXPECT_LE(found.evidence.size(), 64U);
}

TEST(RulesTest, AnEmptyConversationIsNothing) {
    const Classification found = Classified({});
    EXPECT_FALSE(found.is_lead);
    EXPECT_EQ(found.score, 0);
    EXPECT_EQ(found.category, "OUTROS");
}

// ---- score and category

TEST(RulesTest, AllThreeBandsAreReached) {
    const auto label = [](const std::vector<Said>& said) {
        return std::string(warehouse::LabelOf(Classified(said, {.human_answered = true}).score));
    };
    EXPECT_EQ(label({Contact("tenho interesse")}), "Baixo");
    EXPECT_EQ(label({Contact("quero fazer natação"), Contact("me passa o valor da mensalidade")}),
              "Médio");
    EXPECT_EQ(label({Contact("quero fazer natação"), Contact("qual o preço?"),
                     Contact("quero agendar aula experimental amanhã às 10h"), Agent("Agendado!")}),
              "Alto");
}

TEST(RulesTest, CategoriesTakePluralsAndWholeWords) {
    EXPECT_EQ(Classified({Contact("planos")}).category, "PRECO_PLANOS");
    EXPECT_EQ(Classified({Contact("cartões")}).category, "PRECO_PLANOS");
    EXPECT_EQ(Classified({Contact("reclamações")}).category, "CANCELAMENTO");
    EXPECT_EQ(Classified({Contact("planície e pixel")}).category, "OUTROS");
    EXPECT_EQ(Classified({Contact("quero cancelar meu plano")}).category, "CANCELAMENTO");
}

TEST(RulesTest, CategoriesHaveLabelAndColour) {
    const auto categories = DefaultRules().categories();
    ASSERT_EQ(categories.size(), 6U);
    EXPECT_EQ(categories[0].key, "AGENDAMENTO");
    EXPECT_EQ(categories[1].label, "Preços & Planos");
    EXPECT_EQ(categories[5].key, "OUTROS");
    EXPECT_EQ(categories[5].color, "#6c757d");
}

// ---- the rule set

TEST(RulesTest, AThreadMayShareTheClassifier) {
    const std::vector<Message> messages =
        Conversation({Contact("quero agendar para amanhã às 10h"), Contact("paguei")});
    const Classification expected = DefaultRules().Classify(messages, {});
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                wrong += DefaultRules().Classify(messages, {}) != expected;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, 0);
}

TEST(RulesTest, TheVersionFollowsTheContent) {
    const std::string text = DefaultRulesText();
    EXPECT_EQ(ParseRuleSet(text).version, DefaultRules().version());
    EXPECT_NE(ParseRuleSet(text + "# more\n").version, DefaultRules().version());
    EXPECT_EQ(DefaultRules().version().size(), 12U);
}

std::string RefusalOf(const std::string& toml) {
    try {
        RuleClassifier classifier(ParseRuleSet(toml));
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kInvalidInput);
        return error.what();
    }
    return "accepted";
}

TEST(RulesTest, BadRulesAreRefusedWithTheirLine) {
    const std::string text = DefaultRulesText();
    const auto with = [&](const std::string& group) { return text + "\n[[group]]\n" + group; };
    const auto lines = std::count(text.begin(), text.end(), '\n');
    const auto line = [&](long after) { return "line " + std::to_string(lines + after) + ":"; };
    EXPECT_NE(RefusalOf("x = [").find("line 1"), std::string::npos);
    EXPECT_NE(RefusalOf("").find("\"score\" is missing"), std::string::npos);
    const std::string head = "name = \"x\"\nkind = \"lead\"\n";
    EXPECT_NE(RefusalOf(with(head + "patterns = [\"(oi\"]\n")).find(line(5)), std::string::npos);
    EXPECT_NE(RefusalOf(with(head + "patterns = [\"<nada>\"]\n")).find("unknown term <nada>"),
              std::string::npos);
    EXPECT_NE(RefusalOf(with(head + "patterns = [\"a|b ~ c\"]\n")).find("whole expression"),
              std::string::npos);
    EXPECT_NE(RefusalOf(with(head + "patterns = [7]\n")).find("list of texts"), std::string::npos);
    EXPECT_NE(RefusalOf(with(head + "patterns = []\nwieght = 2\n")).find("unknown key \"wieght\""),
              std::string::npos);
    EXPECT_NE(RefusalOf(with("name = \"x\"\nkind = \"y\"\npatterns = []\n")).find("unknown kind"),
              std::string::npos);
    EXPECT_NE(RefusalOf(with(head)).find("\"patterns\" is missing"), std::string::npos);
}

// ---- who does not want to be written to, and who waits for us

TEST(RulesTest, WhoAsksToBeLeftAloneHasOptedOut) {
    const Said interest = Contact("quanto custa a mensalidade?");
    for (const char* text :
         {"Não me mande mais mensagens", "por favor parem de me mandar mensagem",
          "PARA DE ME LIGAR", "não quero receber propaganda", "não quero mais receber mensagens",
          "tira meu número da lista", "me remove dessa lista por favor", "quero sair da lista",
          "remova meus dados", "me deixa em paz", "SAIR", "Stop", "pare", "descadastrar",
          "nunca autorizei esse contato", "se mandar de novo vou bloquear",
          "Não me chamem mais, já fechei com outra", "não enviem mais nada",
          "por favor não entrem mais em contato", "não quero que me liguem mais",
          "não precisa mais me mandar mensagem", "não me mande essas mensagens",
          "para de ficar mandando mensagem", "parem com as ligações", "não me perturba mais",
          "me tira do grupo", "não quero mais receber msgs", "vou te bloquear"}) {
        const Classification found = Classified({interest, Agent("Oi, vamos fechar?"), Contact(text)});
        EXPECT_TRUE(found.opted_out) << text;
        EXPECT_FALSE(found.is_lead) << text;
        EXPECT_FALSE(found.awaits_call) << text;
    }
    EXPECT_TRUE(HasEvidence(Classified({interest, Contact("chega! não me mande mais mensagens")}),
                            "negative", "não me mande mais"));
}

TEST(RulesTest, WhoOnlyRefusesOrPutsOffHasNotOptedOut) {
    for (const char* text :
         {"não quero mais, obrigado", "não tenho interesse", "não me liga hoje, estou no trabalho",
          "me manda mais fotos", "não precisa mandar mais fotos", "não recebi a mensagem",
          "pode parar de chover amanhã?", "quero sair da academia atual e ir para aí",
          "vou sair agora, me manda o preço", "para de manhã tem vaga?",
          "não me mandou o valor ainda", "meu celular não liga mais, quanto custa o conserto?",
          "desculpa não mandar mensagem antes", "o site não envia mensagem de confirmação",
          "não me manda mensagem agora", "não quero receber ligação, me chama no whatsapp",
          "não quero mensagem automática, quero falar com atendente",
          "conseguem tirar meu nome do serasa?", "quando posso retirar o celular?",
          "como faço para sair da lista de espera?", "espero que não incomode, quanto custa?",
          "perdi o cartão, vou bloquear", "não me liga mais tarde, só de manhã"}) {
        EXPECT_FALSE(Classified({Contact("quanto custa?"), Contact(text)}).opted_out) << text;
    }
    EXPECT_FALSE(Classified({Contact("oi"), Agent("Se não quiser receber, responda SAIR")}).opted_out);
}

TEST(RulesTest, LaterInterestTakesAnOptOutBackAndTheSameMessageDoesNot) {
    const Said left = Contact("não me mande mais mensagens");
    const Classification back =
        Classified({left, Agent("ok"), Contact("oi, quanto custa o plano anual?")});
    EXPECT_FALSE(back.opted_out);
    EXPECT_TRUE(back.is_lead);
    EXPECT_TRUE(Classified({left, Agent("ok"), Contact("obrigado")}).opted_out);
    const Classification same =
        Classified({Contact("não me mandem mais preço de plano nenhum, quero agendar com outro")});
    EXPECT_TRUE(same.opted_out);
    EXPECT_FALSE(same.is_lead);
}

TEST(RulesTest, APromisedCallIsAwaitedUntilTheTeamComesBack) {
    const Said interest = Contact("quanto custa a mensalidade?");
    for (const char* text :
         {"Vou te ligar amanhã cedo", "Te ligo mais tarde!", "Entraremos em contato",
          "Em breve um consultor vai entrar em contato com você", "vou verificar e te retorno",
          "Retorno ainda hoje com os valores", "vou estar entrando em contato",
          "Vou pedir para o consultor te ligar", "te aviso assim que chegar"}) {
        const Classification found = Classified({interest, Agent(text)});
        EXPECT_TRUE(found.awaits_call) << text;
        EXPECT_TRUE(found.is_lead) << text;
    }
    for (const char* text : {"Pode me ligar amanhã?", "fico no aguardo", "aguardo retorno",
                             "me liga depois das 18h", "vocês podem entrar em contato?"}) {
        EXPECT_TRUE(Classified({interest, Agent("Oi!"), Contact(text)}).awaits_call) << text;
    }
    const Said promise = Agent("Vou te ligar amanhã");
    const Said thanks = Contact("ok, obrigada");
    EXPECT_TRUE(Classified({interest, promise, thanks, Agent("Combinado!")}).awaits_call);
    EXPECT_FALSE(Classified({interest, promise, thanks, Agent("Combinado!"), Contact("oi"),
                             Agent("A mensalidade é R$ 90")})
                     .awaits_call)
        << "they came back";
    EXPECT_TRUE(HasEvidence(Classified({interest, promise}), "call", "Vou te ligar"));
    const Said machine{Author::kTemplate, "Estamos fechados. Retornamos assim que a recepção abrir."};
    EXPECT_TRUE(Classified({interest, machine}).awaits_call);
    EXPECT_FALSE(Classified({interest, machine, Agent("Oi! A mensalidade é R$ 90")}).awaits_call)
        << "a person came, without a word of the contact between";
}

TEST(RulesTest, WhatWasDoneIsNoPromiseAndWhoWaitsForOthersWaitsNotForUs) {
    const Said interest = Contact("quanto custa a mensalidade?");
    for (const char* text :
         {"Oi! Entramos em contato ontem e não tivemos resposta", "Te ligamos mais cedo e não atendeu",
          "Entramos em contato para saber se ainda tem interesse",
          "Qualquer dúvida, entra em contato", "Se precisar te ligo", "Seu retorno amanhã é às 10h"}) {
        EXPECT_FALSE(Classified({interest, Agent(text)}).awaits_call) << text;
    }
    for (const char* text : {"estou esperando meu salário cair", "tô esperando bebê",
                             "estou aguardando resposta do meu chefe"}) {
        EXPECT_FALSE(Classified({interest, Contact(text)}).awaits_call) << text;
    }
    EXPECT_TRUE(Classified({interest, Contact("pode me ligar amanhã?"),
                            {Author::kTemplate, "Retornaremos em breve"}, Agent("Bom dia!")})
                    .awaits_call)
        << "a machine's word takes nothing from what the contact asked for";
}

TEST(RulesTest, ACallIsNotAwaitedByWhoHasWhatHeWanted) {
    const Said interest = Contact("quero agendar uma visita amanhã às 10h");
    const Said promise = Agent("Vou te ligar amanhã");
    EXPECT_FALSE(Classified({interest, Agent("Posso te ligar?")}).awaits_call);
    EXPECT_FALSE(Classified({interest, Agent("Não vou te ligar")}).awaits_call);
    EXPECT_FALSE(Classified({Contact("não me liga por favor")}).awaits_call);
    EXPECT_FALSE(Classified({promise, Contact("já paguei a matrícula")}).awaits_call);
    EXPECT_FALSE(Classified({promise, Contact("não tenho interesse")}).awaits_call);
}

TEST(ClauseTextTest, WritesWordsAndMarksApart) {
    const ClauseReader reader({{"qro", "quero"}, {"pq", "por que"}}, {"mas"});
    EXPECT_EQ(reader.Read("Simmm, qro agendar às 18:30").text(),
              " sim , quero agendar as 18:30 . ");
    EXPECT_EQ(reader.Read("caro carro R$ 1.200,00?!").text(), " caro carro r 1_200_00 ? ");
    EXPECT_EQ(reader.Read("sim mas pq").text(), " sim , mas por que . ");
    EXPECT_EQ(reader.Read("😀 ...").text(), "");
}

TEST(ClauseTextTest, FindsTheWordsInTheSource) {
    const ClauseReader reader({{"qro", "quero muito"}}, {});
    const std::string source = "Ééé: qro amanhãã!";
    const ClauseText clauses = reader.Read(source);
    const std::size_t from = clauses.text().find("quero");
    const auto [begin, end] = clauses.SourceSpan(from, clauses.text().find(" ."));
    EXPECT_EQ(source.substr(begin, end - begin), "qro amanhãã");
}

}  // namespace
}  // namespace geniai::analysis
