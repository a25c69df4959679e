#include "warehouse/transcript.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "warehouse/classification.h"

namespace geniai::warehouse {
namespace {

Author AuthorOf(const std::string& fields) {
    const auto messages = ParseTranscript(R"([{"message_id":1,"text":"oi",)" + fields + "}]");
    return messages.at(0).author;
}

TEST(TranscriptTest, ReadsIdAuthorAndText) {
    const auto messages = ParseTranscript(R"([
        {"message_id": 7, "text": "Amanh\u00e3 \ud83d\ude00", "sender": "Contact", "sender_id": 3,
         "sender_name": "Ana", "sent_at": "2026-03-01T10:00:00Z", "message_type": 0, "private": false,
         "author": "contact", "content_type": 0, "attachments": ["image"]},
        {"message_id": 8, "text": null, "author": "human"}])");
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].id, 7);
    EXPECT_EQ(messages[0].author, Author::kContact);
    EXPECT_EQ(messages[0].text, "Amanhã 😀");
    EXPECT_EQ(messages[1].author, Author::kHuman);
    EXPECT_EQ(messages[1].text, "");
}

TEST(TranscriptTest, KnowsEachAuthor) {
    EXPECT_EQ(AuthorOf(R"("author":"bot")"), Author::kBot);
    EXPECT_EQ(AuthorOf(R"("author":"template")"), Author::kTemplate);
    EXPECT_EQ(AuthorOf(R"("author":"activity")"), Author::kActivity);
    EXPECT_EQ(AuthorOf(R"("author":"note")"), Author::kNote);
    EXPECT_EQ(AuthorOf(R"("author":"campaign")"), Author::kCampaign);
}

TEST(TranscriptTest, DerivesAnUnknownAuthorFromTheMessage) {
    EXPECT_EQ(AuthorOf(R"("author":"alien","message_type":0)"), Author::kContact);
    EXPECT_EQ(AuthorOf(R"("message_type":1,"sender":"User")"), Author::kHuman);
    EXPECT_EQ(AuthorOf(R"("message_type":1,"sender":null)"), Author::kBot);
    EXPECT_EQ(AuthorOf(R"("message_type":2)"), Author::kActivity);
    EXPECT_EQ(AuthorOf(R"("message_type":3)"), Author::kTemplate);
    EXPECT_EQ(AuthorOf(R"("message_type":0,"private":true)"), Author::kNote);
}

TEST(TranscriptTest, AMessageOfUnknownOriginIsNobodysWords) {
    EXPECT_EQ(AuthorOf(R"("sender":"Contact")"), Author::kActivity);
}

TEST(TranscriptTest, AnEmptyArrayIsAnEmptyConversation) {
    EXPECT_TRUE(ParseTranscript("[]").empty());
}

TEST(TranscriptTest, RefusesWhatIsNoArrayOfMessages) {
    for (const char* text :
         {"", "null", "{}", "[1]", "[", "[{\"text\":\"oi\"}]", "[{\"message_id\":\"7\"}]",
          "[{\"message_id\":1.5}]", "[{\"message_id\":1,\"text\":5}]", "[] x",
          "[{\"message_id\":1,\"author\":7}]", "[{\"message_id\":1,\"text\":\"\xC3\"}]"}) {
        try {
            ParseTranscript(text);
            FAIL() << text;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), base::ErrorCode::kInvalidInput) << text;
        }
    }
}

TEST(ClassificationTest, LabelsBeginAtTheirScore) {
    EXPECT_EQ(LabelOf(0), "N/A");
    EXPECT_EQ(LabelOf(1), "Baixo");
    EXPECT_EQ(LabelOf(39), "Baixo");
    EXPECT_EQ(LabelOf(40), "Médio");
    EXPECT_EQ(LabelOf(69), "Médio");
    EXPECT_EQ(LabelOf(70), "Alto");
    EXPECT_EQ(LabelOf(100), "Alto");
}

}  // namespace
}  // namespace geniai::warehouse
