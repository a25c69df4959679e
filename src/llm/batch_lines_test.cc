#include "llm/batch_lines.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/temporary_file.h"

namespace geniai::llm {
namespace {

const auto kNow = std::chrono::system_clock::from_time_t(1'792'567'680);

constexpr const char* kAnswered =
    R"({"id":"batch_req_1","custom_id":"17","response":{"status_code":200,"request_id":"req_1",)"
    R"("body":{"choices":[{"message":{"content":"{\"score\":3}"},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":1200,"completion_tokens":80,)"
    R"("prompt_tokens_details":{"cached_tokens":1024}}}},"error":null})";

std::optional<BatchLine> Read(std::string_view line) {
    return ReadBatchLine(line, kNow);
}

TEST(BatchLineTest, ARequestIsOneLine) {
    const std::string line = EncodeBatchLine(CallId(17), R"({"model":"m","messages":[]})");
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    const auto root = boost::json::parse(line);
    EXPECT_EQ(root.at("custom_id").as_string(), "17");
    EXPECT_EQ(root.at("method").as_string(), "POST");
    EXPECT_EQ(root.at("url").as_string(), "/v1/chat/completions");
    EXPECT_EQ(root.at_pointer("/body/model").as_string(), "m");
    EXPECT_LE(EncodeBatchLine(CallId(9'223'372'036'854'775'807), "").size(), kBatchLineFrameBytes);
}

TEST(BatchLineTest, AnAnswerIsReadAsALiveOne) {
    const auto line = Read(kAnswered);
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->call, CallId(17));
    EXPECT_TRUE(line->was_made);
    EXPECT_EQ(line->content, R"({"score":3})");
    EXPECT_EQ(line->end.entry, CallEnd::Entry::kSettled);
    EXPECT_EQ(line->end.outcome, "ok");
    EXPECT_EQ(line->end.input_tokens, 1'200);
    EXPECT_EQ(line->end.cached_input_tokens, 1'024);
    EXPECT_EQ(line->end.output_tokens, 80);
}

TEST(BatchLineTest, AnErrorCostsNothing) {
    const auto line = Read(
        R"({"custom_id":"17","response":{"status_code":500,"body":{"error":{}}},"error":null})");
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->end.entry, CallEnd::Entry::kSettled);
    EXPECT_EQ(line->end.outcome, "http_500");
    EXPECT_EQ(line->end.input_tokens + line->end.output_tokens, 0);
    EXPECT_EQ(line->content, "");
}

TEST(BatchLineTest, AnAnswerWithoutUsageIsUnconfirmed) {
    const auto line = Read(R"({"custom_id":"17","response":{"status_code":200,)"
                           R"("body":{"choices":[{"message":{"content":"x"}}]}}})");
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->end.entry, CallEnd::Entry::kUnconfirmed);
    EXPECT_EQ(line->content, "x");
}

TEST(BatchLineTest, ARequestThatWasNeverMadeIsReleased) {
    const auto line = Read(
        R"({"custom_id":"17","response":null,"error":{"code":"batch_expired","message":"…"}})");
    ASSERT_TRUE(line.has_value());
    EXPECT_FALSE(line->was_made);
    EXPECT_EQ(line->end.entry, CallEnd::Entry::kReleased);
    EXPECT_EQ(line->end.outcome, "batch_expired");
    EXPECT_EQ(Read(R"({"custom_id":"17","error":{"code":"Strange, <b>!"}})")->end.outcome,
              "batch_error");
}

TEST(BatchLineTest, WhatIsCutAnywhereIsNoLine) {
    const std::string whole = kAnswered;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(Read(std::string_view(whole).substr(0, size)).has_value()) << size;
    }
}

TEST(BatchLineTest, WhatIsNoLineOfOursIsPassedOver) {
    for (const char* line :
         {"", "null", "[]", "17", R"({"custom_id":17,"error":{"code":"x"}})",
          R"({"custom_id":"17"})", R"({"custom_id":"","error":{}})",
          R"({"custom_id":"-1","error":{}})", R"({"custom_id":"17x","error":{}})",
          R"({"custom_id":"99999999999999999999","error":{}})",
          R"({"custom_id":"17","response":{"status_code":"200"}})",
          R"({"custom_id":"17","response":[],"error":null})", "\xff\xfe",
          R"({"custom_id":"17"}})"}) {
        EXPECT_FALSE(Read(line).has_value()) << line;
    }
}

TEST(BatchLineTest, TheLinesOfAFileAreReadOneByOne) {
    base::TemporaryFile file;
    file.Append("one\n\n");
    file.Append(std::string(1'000'000, 'x') + "\ncut");
    std::vector<std::size_t> sizes;
    EXPECT_FALSE(file.ReadLines([&](std::string_view line) { sizes.push_back(line.size()); }));
    EXPECT_EQ(sizes, (std::vector<std::size_t>{3, 0, 1'000'000, 3}));
    sizes.clear();
    file.Append("\n");
    EXPECT_TRUE(file.ReadLines([&](std::string_view line) { sizes.push_back(line.size()); }))
        << "it can be read again";
    EXPECT_EQ(sizes.size(), 4U);
}

}  // namespace
}  // namespace geniai::llm
