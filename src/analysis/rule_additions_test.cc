#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/rules.h"
#include "base/error.h"

namespace geniai::analysis {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using warehouse::Author;
using warehouse::Classification;

const std::filesystem::path kRoot = GENIAI_SOURCE_DIR;

std::string TextOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file.good()) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

const std::string& BuiltIn() {
    static const std::string text = TextOf(kRoot / "src/analysis/rules_ptbr.toml");
    return text;
}

const RuleClassifier& BuiltInRules() {
    static const RuleClassifier rules(ParseRuleSet(BuiltIn()));
    return rules;
}

Classification Read(const RuleClassifier& rules, const std::string& text) {
    const std::vector<warehouse::Message> messages{{1, Author::kContact, text}};
    return rules.Classify(messages, {});
}

const RuleGroup& GroupOf(const RuleSet& rules, const std::string& name) {
    return *std::ranges::find(rules.groups, name, &RuleGroup::name);
}

std::string RefusalOf(const std::string& additions) {
    try {
        ParseRuleSet(BuiltIn(), additions);
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), base::ErrorCode::kInvalidInput);
        EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
        return error.what();
    }
    return "accepted";
}

// Compiling takes longer than a test, so that those who look at verdicts share these rules.
const RuleClassifier& OwnRules() {
    static const RuleClassifier rules(ParseRuleSet(BuiltIn(), R"(
        [terms]
        oferta = ["Bioimpedância"]
        [[group]]
        name = "customer.says_so"
        add = ["meu crachazinho", "sou ~ filiado"]
        [[group]]
        name = "lead.price_word"
        remove = ["sinal", "custo"]
        [[category]]
        key = "SUPORTE"
        add = ["crachazinho"]
        [[category]]
        key = "CANCELAMENTO"
        remove = ["defeito", "ruim"]
    )"));
    return rules;
}

TEST(RuleAdditionsTest, WordsAreFoundAsTheBuiltInOnesAre) {
    EXPECT_FALSE(Read(BuiltInRules(), "queria duas bioimpedâncias").is_lead);
    EXPECT_TRUE(Read(OwnRules(), "queria duas bioimpedâncias").is_lead);
    for (const char* text :
         {"quanto custa? é para o meu CRACHAZINHO", "quanto custa? sou um antigo filiado"}) {
        EXPECT_TRUE(Read(BuiltInRules(), text).is_lead) << text;
        EXPECT_FALSE(Read(OwnRules(), text).is_lead) << text;
    }
    EXPECT_EQ(Read(OwnRules(), "vi uns crachazinhos").category, "SUPORTE");
    EXPECT_EQ(Read(BuiltInRules(), "vi uns crachazinhos").category, "OUTROS");
}

TEST(RuleAdditionsTest, AWordIsTakenOutOfItsGroupAndOfNoOther) {
    EXPECT_TRUE(Read(BuiltInRules(), "o sinal").is_lead);
    EXPECT_FALSE(Read(OwnRules(), "o sinal").is_lead);
    EXPECT_FALSE(Read(OwnRules(), "os sinais e os custos").is_lead);
    EXPECT_TRUE(Read(OwnRules(), "o desconto").is_lead);
    EXPECT_TRUE(Read(OwnRules(), "quanto custa o sinal?").is_lead) << "lead.price says so";
    EXPECT_EQ(Read(BuiltInRules(), "defeito ruim").category, "CANCELAMENTO");
    EXPECT_EQ(Read(OwnRules(), "defeito ruim").category, "OUTROS");
    EXPECT_EQ(Read(OwnRules(), "péssimo").category, "CANCELAMENTO");
}

TEST(RuleAdditionsTest, WeightsChangeAndTheOthersStay) {
    const RuleSet before = ParseRuleSet(BuiltIn());
    const RuleSet rules = ParseRuleSet(BuiltIn(), R"(
        [score]
        visit = 25
        lead_strength_min = 3
        [[group]]
        name = "lead.price"
        weight = 1
        [[category]]
        key = "SUPORTE"
        weight = 7
    )");
    EXPECT_EQ(rules.score.visit, 25);
    EXPECT_EQ(rules.score.lead_strength_min, 3);
    EXPECT_EQ(rules.score.per_topic, before.score.per_topic);
    EXPECT_EQ(GroupOf(rules, "lead.price").weight, 1);
    EXPECT_EQ(GroupOf(rules, "lead.intent").weight, GroupOf(before, "lead.intent").weight);
    EXPECT_EQ(GroupOf(rules, "category SUPORTE").weight, 7);
    EXPECT_EQ(rules.groups.size(), before.groups.size());
}

TEST(RuleAdditionsTest, WhatIsTheTenantsIsMarkedAndKeepsItsSpelling) {
    const RuleSet before = ParseRuleSet(BuiltIn());
    const RuleSet rules = ParseRuleSet(BuiltIn(), R"(
        [[group]]
        name = "outsider"
        add = ["  Cobrança   de  Água "]
        remove = ["estágio"]
    )");
    const RuleGroup& group = GroupOf(rules, "outsider");
    EXPECT_EQ(group.patterns.size(), GroupOf(before, "outsider").patterns.size() + 1);
    EXPECT_FALSE(group.patterns.front().is_own);
    EXPECT_TRUE(group.patterns.back().is_own);
    EXPECT_EQ(group.patterns.back().written, "Cobrança de Água");
    EXPECT_EQ(group.patterns.back().source_line, 4);
    EXPECT_EQ(rules.groups.size(), before.groups.size() + 1);
    EXPECT_EQ(rules.groups.back().kind, RuleKind::kException);
    EXPECT_EQ(rules.groups.back().patterns.front().written, "estágio");
}

TEST(RuleAdditionsTest, AWordThatIsThereAlreadyDoesNotCountTwice) {
    const RuleSet before = ParseRuleSet(BuiltIn());
    const RuleSet rules = ParseRuleSet(BuiltIn(), R"(
        [[category]]
        key = "SUPORTE"
        add = ["Ajuda", "carteirinha", "carteirinha"]
    )");
    EXPECT_EQ(GroupOf(rules, "category SUPORTE").patterns.size(),
              GroupOf(before, "category SUPORTE").patterns.size() + 1);
}

TEST(RuleAdditionsTest, TheVersionNamesBothTexts) {
    const std::string built_in = VersionOfRules(BuiltIn());
    const std::string one = VersionOfRules(BuiltIn(), "[score]\nvisit = 1");
    EXPECT_EQ(VersionOfRules(BuiltIn(), ""), built_in);
    EXPECT_EQ(one.substr(0, built_in.size() + 1), built_in + "+");
    EXPECT_NE(VersionOfRules(BuiltIn(), "[score]\nvisit = 2"), one);
    EXPECT_EQ(ParseRuleSet(BuiltIn(), "[score]\nvisit = 1").version, one);
}

TEST(RuleAdditionsTest, WhatIsWrongIsRefusedWithItsLine) {
    const std::string group = "\n[[group]]\nname = \"customer.word\"\n";
    const std::pair<std::string, std::string> refusals[] = {
        {"x = [", "line 1: "},
        {"\xff\xfe", "line 1: "},
        {"# nothing", "line 1: the text changes nothing"},
        {std::string(70'000, '#'), "longer than 64 KiB"},
        {"\nwords = [\"a\"]", "line 2: unknown key \"words\""},
        {"[[group]]\nadd = [\"a\"]", "line 1: \"name\" is missing"},
        {"[group]\nname = \"a\"",
         "line 1: \"group\" must be a list of tables, each under [[group]]"},
        {group, "line 2: \"customer.word\" needs add, remove or weight"},
        {group + "words = [\"a\"]", "line 4: unknown key \"words\""},
        {group + "add = \"boleto\"", "line 4: \"add\" must be a list of texts"},
        {group + "add = [\n\"a\",\n7]", "line 6: \"add\" must be a list of texts"},
        {group + "remove = [\"\"]", "line 4: \"\" has no letter"},
        {group + "add = [\"👍\"]", "line 4: \"👍\" has no letter"},
        {group + "add = [\"oi, tudo bem\"]", "line 4: \"oi, tudo bem\" has punctuation"},
        {group + "add = [\"boleto 👍\"]", "line 4: \"boleto 👍\" has punctuation or signs"},
        {group + "add = [\"(boleto\"]", "line 4: \"(boleto\" is no valid pattern: "},
        {group + "add = [\"quero .* boleto\"]", "line 4: \"quero .* boleto\" is no valid pattern"},
        {group + "add = [\"<nada> boleto\"]", "line 4: unknown term <nada>"},
        {group + "add = [\"a|b ~ boleto\"]", "line 4: each side of \" ~ \""},
        {group + "add = [\"boleto ~\"]", "line 4: \" ~ \" stands between two words"},
        {group + "add = [\"" + std::string(201, 'a') + "\"]", "line 4: a text has at most 200"},
        {group + "add = [\"a\"]\nremove = [\"A\"]", "line 4: \"a\" is added and removed"},
        {group + "weight = 2", "line 2: \"customer.word\" has no weight"},
        {group + "weight = 99", "line 4: \"weight\" must be between 1 and 3"},
        {group + "weight = \"2\"", "line 4: \"weight\" must be a whole number"},
        {group + "weight = 99999999999", "line 4: \"weight\" must be between"},
        {group + "add = [\"a\"]" + group + "add = [\"b\"]",
         "line 5: \"customer.word\" stands here a second time"},
        {"[[group]]\nname = \"visit.request\"\nweight = 3", "line 1: the weight of"},
        {"[[group]]\nname = \"customer.words\"\nadd = [\"a\"]",
         "line 1: unknown group \"customer.words\"; geniai rules show"},
        {"[[group]]\nname = \"negation\"\nadd = [\"a\"]", "line 1: unknown group \"negation\""},
        {"[[group]]\nname = \"category SUPORTE\"\nadd = [\"a\"]", "line 1: unknown group"},
        {"[[group]]\nname = \"lead.intent except\"\nadd = [\"a\"]", "line 1: unknown group"},
        {"[[category]]\nkey = \"AJUDA\"\nadd = [\"a\"]", "line 1: unknown category \"AJUDA\""},
        {"[[category]]\nkey = \"OUTROS\"\nadd = [\"a\"]", "line 1: \"OUTROS\" is for what has no"},
        {"[[category]]\nname = \"SUPORTE\"\nadd = [\"a\"]", "line 1: \"key\" is missing"},
        {"[score]\nvisits = 3", "line 2: unknown key \"visits\""},
        {"[score]\nvisit = 101", "line 2: \"visit\" must be between 0 and 100"},
        {"[score]\nvisit = -1", "line 2: \"visit\" must be between 0 and 100"},
        {"[score]\nvisit = 2.5", "line 2: \"visit\" must be a whole number"},
        {"[score]\nlead_strength_min = 0",
         "line 2: \"lead_strength_min\" must be between 1 and 10"},
        {"terms = 3", "line 1: \"terms\" must be a table"},
        {"[terms]\nofertas = [\"a\"]", "line 2: unknown term \"ofertas\""},
        {"[terms]\noferta = \"a\"", "line 2: \"oferta\" must be a list of texts"},
        {"[terms]\noferta = [\"<dia>\"]", "line 2: under [terms] stand words alone"},
        {"[terms]\noferta = [\"a(b\"]", "line 2: \"a(b\" is no valid pattern"},
        {"[terms]\noferta = [\"" + std::string(61, 'a') + "\"]", "line 2: a text has at most 60"},
    };
    for (const auto& [additions, problem] : refusals) {
        EXPECT_THAT(RefusalOf(additions),
                    AllOf(HasSubstr("The rules are not usable: line "), HasSubstr(problem)))
            << additions.substr(0, 200);
    }
}

TEST(RuleAdditionsTest, TooManyWordsAreRefused) {
    std::string words;
    for (int i = 0; i < 1'001; ++i)
        words += "\"palavra " + std::to_string(i) + "\", ";
    EXPECT_THAT(RefusalOf("[[group]]\nname = \"outsider\"\nadd = [" + words + "]"),
                HasSubstr("more than 1000 texts"));
    EXPECT_THAT(RefusalOf("[terms]\noferta = [" + words + "]"), HasSubstr("more than 100 words"));
    std::string hours;
    for (int i = 0; i < 100; ++i)
        hours += "\"hora " + std::to_string(i) + "\", ";
    EXPECT_THAT(RefusalOf("[terms]\ndia = [" + hours + "]\nhora = [" + hours + "]"),
                AllOf(HasSubstr("line 2"), HasSubstr("[terms] are too many")));
}

// Many words of every kind are still compiled.
TEST(RuleAdditionsTest, AFullFileIsUsable) {
    std::string words;
    for (int i = 0; i < 100; ++i)
        words += "\"palavra numero " + std::to_string(i) + "\", ";
    const RuleClassifier rules(ParseRuleSet(BuiltIn(), "[terms]\noferta = [" + words +
                                                           "]\n[[group]]\nname = \"outsider\"\n"
                                                           "add = [" +
                                                           words + "]\nremove = [\"estágio\"]"));
    EXPECT_FALSE(Read(rules, "palavra número 99, quanto custa?").is_lead);
}

// The example of the documentation is what people start from.
TEST(RuleAdditionsTest, TheExampleOfTheDocumentationIsUsable) {
    const std::string page = TextOf(kRoot / "docs/tenant-rules.md");
    const std::string start = "```toml\n";
    const std::size_t from = page.find(start) + start.size();
    const RuleSet rules = ParseRuleSet(BuiltIn(), page.substr(from, page.find("```", from) - from));
    EXPECT_THAT(rules.version, HasSubstr("+"));
    EXPECT_EQ(rules.score.visit, 25);
    EXPECT_TRUE(GroupOf(rules, "customer.word").patterns.back().is_own);
}

}  // namespace
}  // namespace geniai::analysis
