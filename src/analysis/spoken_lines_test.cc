#include "analysis/spoken_lines.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

namespace geniai::analysis {
namespace {

using warehouse::Author;

std::vector<std::string> LinesOfFile(const std::string& name) {
    std::ifstream file(std::string(GENIAI_SOURCE_DIR) + "/tests/labelled/" + name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    EXPECT_FALSE(lines.empty()) << name;
    return lines;
}

TEST(SpokenLinesTest, NotesLogLinesAndCampaignsAreNotSpoken) {
    const std::vector<warehouse::Message> messages{
        {1, Author::kContact, "oi"},   {2, Author::kNote, "caloteiro"},
        {3, Author::kActivity, "x"},   {4, Author::kBot, "Olá!"},
        {5, Author::kContact, ""},     {6, Author::kHuman, "Bom dia"},
        {7, Author::kTemplate, "Menu"}};
    const auto lines = SpokenLines(messages);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_TRUE(lines[0].from_customer);
    EXPECT_FALSE(lines[1].from_customer);
    EXPECT_EQ(lines[3].message_id, 7);
}

TEST(FindQuoteTest, FindsWhatWasSaidAndReturnsItAsItStandsThere) {
    const std::vector<SpokenLine> lines{{1, false, "O plano é R$ 99"},
                                        {2, true, "Olá!  Quero   AGENDAR uma visita, amanhã às 10h"}};
    const auto quote = FindQuote(lines, "quero agendar uma visita, amanha");
    ASSERT_TRUE(quote.has_value());
    EXPECT_EQ(quote->message_id, 2);
    EXPECT_EQ(quote->text, "Quero   AGENDAR uma visita, amanhã");
    EXPECT_EQ(FindQuote(lines, "às 10h")->text, "às 10h");
    EXPECT_FALSE(FindQuote(lines, "O plano é R$ 99").has_value()) << "the team said that";
    EXPECT_FALSE(FindQuote(lines, "quero cancelar").has_value());
    EXPECT_FALSE(FindQuote(lines, "").has_value());
    EXPECT_FALSE(FindQuote(lines, " à ").has_value());
    EXPECT_FALSE(FindQuote(lines, "\xff\xfe\xff").has_value());
}

TEST(SpeaksToTheAnalystTest, EveryInjectionOfTheSetIsRecognised) {
    const auto injections = LinesOfFile("injections_ptbr.txt");
    EXPECT_GE(injections.size(), 50U);
    for (const std::string& line : injections) EXPECT_TRUE(SpeaksToTheAnalyst(line)) << line;
}

TEST(SpeaksToTheAnalystTest, CustomersOfTheLabelledSetSpeakToTheCompany) {
    int customers_lines = 0;
    int wrong = 0;
    for (const std::string& line : LinesOfFile("conversations_ptbr.jsonl")) {
        const boost::json::value conversation = boost::json::parse(line);
        for (const auto& message : conversation.at("messages").as_array()) {
            if (message.at("author").as_string() != "contact") continue;
            ++customers_lines;
            const std::string text(message.at("text").as_string());
            if (!SpeaksToTheAnalyst(text)) continue;
            ++wrong;
            std::printf("[   set    ] taken for an instruction: %s\n", text.c_str());
        }
    }
    EXPECT_GT(customers_lines, 900);
    EXPECT_LE(wrong * 500, customers_lines);  // two in a thousand
}

}  // namespace
}  // namespace geniai::analysis
