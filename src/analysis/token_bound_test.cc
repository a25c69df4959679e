#include "analysis/token_bound.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

namespace geniai::analysis {
namespace {

// tests/labelled/tokens_o200k.txt has the tokens of each labelled conversation as o200k_base counts
// them: the tokenizer of gpt-4o and gpt-4o-mini.
TEST(TokenBoundTest, IsABoundForConversationsAndNotFarFromTheTruth) {
    const std::string folder = std::string(GENIAI_SOURCE_DIR) + "/tests/labelled/";
    std::ifstream counts(folder + "tokens_o200k.txt");
    std::ifstream conversations(folder + "conversations_ptbr.jsonl");
    std::int64_t bound = 0;
    std::int64_t tokens = 0;
    int read = 0;
    for (std::string line; std::getline(conversations, line); ++read) {
        std::string id;
        std::int32_t real = 0;
        counts >> id >> real;
        const boost::json::value conversation = boost::json::parse(line);
        ASSERT_EQ(conversation.at("id").as_string(), id);
        std::string text;
        for (const auto& message : conversation.at("messages").as_array()) {
            text += std::string(message.at("author").as_string()) + ": " +
                    std::string(message.at("text").as_string()) + "\n";
        }
        EXPECT_GE(TokenBound(text), real) << text;
        bound += TokenBound(text);
        tokens += real;
    }
    EXPECT_EQ(read, 560);
    EXPECT_LE(bound, tokens * 3 / 2);
}

TEST(TokenBoundTest, TakesAnyBytes) {
    EXPECT_GT(TokenBound("日本語のテキスト 🎉🎉"), 7);
    EXPECT_GE(TokenBound(std::string(1000, '\xff')), 1);
    EXPECT_LE(TokenBound(""), 5);
    EXPECT_GE(TokenBound("!!!!????...."), 3);
}

}  // namespace
}  // namespace geniai::analysis
