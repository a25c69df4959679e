#include "analysis/labelled_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"

namespace geniai::analysis {
namespace {

using ::testing::EndsWith;

constexpr const char* kGood =
    R"({"id": "g1", "inbox": "WhatsApp", "messages": [)"
    R"({"author": "contact", "text": "Quanto custa?"}, {"author": "note", "text": "x"}],)"
    R"( "is_lead": true, "visit_scheduled": false,)"
    R"( "crm_converted": false, "note": "passed over"})";

class LabelledSetTest : public ::testing::Test {
protected:
    ~LabelledSetTest() override { std::filesystem::remove(path_); }

    const std::string& File(const std::string& text) {
        std::ofstream(path_, std::ios::binary) << text;
        return path_;
    }

    std::string WhyNot(const std::string& text) {
        try {
            CheckLabelledSet(File(text));
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), base::ErrorCode::kInvalidInput);
            return error.what();
        }
        return "nothing is wrong";
    }

    const std::string path_ = ::testing::TempDir() + "labelled_set_test_" +
                              ::testing::UnitTest::GetInstance()->current_test_info()->name() +
                              ".jsonl";
};

TEST_F(LabelledSetTest, AConversationIsReadWithItsLabels) {
    LabelledFile file(File("\n" + std::string(kGood) + "\r\n  \n"));
    const auto conversation = file.Next();
    ASSERT_TRUE(conversation);
    EXPECT_EQ(conversation->id, "g1");
    EXPECT_EQ(conversation->inbox_name, "WhatsApp");
    ASSERT_EQ(conversation->messages.size(), 2U);
    EXPECT_EQ(conversation->messages[0].author, warehouse::Author::kContact);
    EXPECT_EQ(conversation->messages[0].text, "Quanto custa?");
    EXPECT_EQ(conversation->messages[1].id, 2);
    EXPECT_TRUE(conversation->labels[0]);
    EXPECT_FALSE(conversation->labels[1]);
    EXPECT_FALSE(file.Next());
}

TEST_F(LabelledSetTest, OneWithoutANameIsCalledByItsLine) {
    std::string line = kGood;
    line.replace(line.find("\"id\""), 4, "\"no\"");
    LabelledFile file(File(std::string(kGood) + "\n" + line));
    file.Next();
    EXPECT_EQ(file.Next()->id, "line 2");
}

TEST_F(LabelledSetTest, TheDigestIsOfTheConversationsThatAreTaken) {
    const std::string two = std::string(kGood) + "\n" + kGood + "\n";
    const LabelledSet both = CheckLabelledSet(File(two));
    EXPECT_EQ(both.conversations, 2);
    const LabelledSet first = CheckLabelledSet(path_, 1);
    EXPECT_EQ(first.conversations, 1);
    EXPECT_NE(first.digest, both.digest);
    EXPECT_EQ(CheckLabelledSet(File(kGood)).digest, first.digest) << "without its end of line";
    EXPECT_EQ(CheckLabelledSet(File("\n" + two)).digest, both.digest);
}

TEST_F(LabelledSetTest, WhatIsWrongIsToldWithItsLine) {
    const auto with = [](const std::string& from, const std::string& to) {
        std::string line = kGood;
        return line.replace(line.find(from), from.size(), to);
    };
    EXPECT_THAT(WhyNot(""), EndsWith(" holds no conversation"));
    EXPECT_THAT(WhyNot("\n \n"), EndsWith(" holds no conversation"));
    EXPECT_THAT(WhyNot(kGood + std::string("\n{\"id\": ")),
                EndsWith(" line 2: this is no JSON object"));
    EXPECT_THAT(WhyNot("\n[]"), EndsWith(" line 2: this is no JSON object"));
    EXPECT_THAT(WhyNot("{\"id\": \"\xff\"}"), EndsWith(" line 1: this is no JSON object"));
    EXPECT_THAT(WhyNot(with("\"is_lead\"", "\"lead\"")),
                EndsWith(" line 1: there is no label \"is_lead\""));
    EXPECT_THAT(WhyNot(with("\"is_lead\": true", "\"is_lead\": \"yes\"")),
                EndsWith(" line 1: the label \"is_lead\" must be true or false"));
    EXPECT_THAT(WhyNot(with("\"messages\"", "\"said\"")),
                EndsWith(" line 1: \"messages\" must be a list with an author and a text for each"));
    EXPECT_THAT(WhyNot(with("\"contact\"", "\"somebody\"")),
                EndsWith("template, activity, note or campaign"));
    EXPECT_THAT(WhyNot(with("\"x\"", "7")), EndsWith(" line 1: \"text\" must be a text"));
    EXPECT_THAT(WhyNot(std::string(2'000'000, 'x')),
                EndsWith(" line 1: the line is longer than 1 MiB"));
}

TEST_F(LabelledSetTest, AFileThatCannotBeReadIsRefused) {
    for (const std::string& path : {std::string("/nowhere/set.jsonl"), ::testing::TempDir()}) {
        EXPECT_THROW(LabelledFile{path}, base::Error) << path;
    }
}

}  // namespace
}  // namespace geniai::analysis
