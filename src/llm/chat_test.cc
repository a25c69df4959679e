#include "llm/chat.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <random>

namespace geniai::llm {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

const system_clock::time_point kNow = system_clock::from_time_t(1'792'567'680);  // 2026-10-21 07:28:00

http::ClientAnswer Answered(int status, std::string body, http::Fields headers = {}) {
    http::ClientAnswer answer;
    answer.was_sent = true;
    answer.response.status = status;
    answer.response.body = std::move(body);
    answer.response.headers = std::move(headers);
    return answer;
}

ChatAnswer Read(int status, const std::string& body, http::Fields headers = {}) {
    return ReadChatAnswer(Answered(status, body, std::move(headers)), kNow);
}

std::string BodyWith(const std::string& choice) {
    return R"({"choices":[)" + choice +
           R"(],"usage":{"prompt_tokens":1200,"completion_tokens":80,)"
           R"("prompt_tokens_details":{"cached_tokens":1024}}})";
}

TEST(ChatRequestTest, SaysTheSchemaAndTheLongestAnswer) {
    const ChatRequest request{"gpt-4o-mini",
                              {{"system", "Responda em JSON."}, {"user", "Oi, \"tudo\" bem?\n"}},
                              "analysis",
                              R"({"type":"object"})",
                              AnswerFormat::kJsonSchema,
                              800};
    const auto body = boost::json::parse(EncodeChatRequest(request));
    EXPECT_EQ(body.at_pointer("/messages/1/content").as_string(), "Oi, \"tudo\" bem?\n");
    EXPECT_EQ(body.at_pointer("/max_tokens").as_int64(), 800);
    EXPECT_TRUE(body.at_pointer("/response_format/json_schema/strict").as_bool());
    EXPECT_EQ(body.at_pointer("/response_format/json_schema/schema/type").as_string(), "object");
}

TEST(ChatAnswerTest, AWholeAnswerHasContentAndUsage) {
    const ChatAnswer answer =
        Read(200, BodyWith(R"({"message":{"content":"{\"a\":1}"},"finish_reason":"stop"})"));
    EXPECT_EQ(answer.fault, "");
    EXPECT_EQ(answer.content, "{\"a\":1}");
    ASSERT_TRUE(answer.usage.has_value());
    EXPECT_EQ(answer.usage->input_tokens, 1'200);
    EXPECT_EQ(answer.usage->cached_input_tokens, 1'024);
    EXPECT_EQ(answer.usage->output_tokens, 80);
}

TEST(ChatRequestTest, ToldInWordsWhereSchemasAreUnknown) {
    ChatRequest request{"m", {{"user", "Oi"}}, "analysis", R"({"type":"object"})",
                        AnswerFormat::kJsonObject, 10};
    const auto body = boost::json::parse(EncodeChatRequest(request));
    EXPECT_EQ(body.at_pointer("/response_format/type").as_string(), "json_object");
    EXPECT_NE(body.at_pointer("/messages/0/content").as_string().find(R"({"type":"object"})"),
              std::string::npos);
}

struct BadAnswer {
    const char* choice;
    const char* fault;
    bool may_retry;
};

TEST(ChatAnswerTest, WhatIsNoAnswerIsAFaultAndKeepsWhatItCost) {
    const BadAnswer kBad[] = {
        {R"({"message":{"refusal":"Não posso.","content":null},"finish_reason":"stop"})", "refusal", false},
        {R"({"message":{"content":"{\"a\":"},"finish_reason":"length"})", "cut", true},
        {R"({"message":{"content":"x"},"finish_reason":"content_filter"})", "content_filter", false},
        {R"({"message":{"content":null},"finish_reason":"stop"})", "no_content", true},
        {R"({"message":{"content":""},"finish_reason":"stop"})", "no_content", true},
        {R"({"message":{"content":7},"finish_reason":"stop"})", "no_content", true},
        {R"({"message":null})", "no_content", true},
        {"7", "no_content", true},
        {"", "no_choices", true},
    };
    for (const BadAnswer& bad : kBad) {
        const ChatAnswer answer = Read(200, BodyWith(bad.choice));
        EXPECT_EQ(answer.fault, bad.fault) << bad.choice;
        EXPECT_EQ(answer.may_retry, bad.may_retry) << bad.choice;
        EXPECT_EQ(answer.content, "") << bad.choice;
        EXPECT_EQ(answer.usage.value_or(Usage{}).output_tokens, 80) << bad.choice;
    }
}

TEST(ChatAnswerTest, ABodyThatIsNoJsonIsAFault) {
    for (const char* body : {"", "<html>502</html>", "[1]", "null", "{\"choices\":", "\xff\xfe"}) {
        EXPECT_EQ(Read(200, body).fault, "not_json") << body;
    }
}

TEST(ChatAnswerTest, AUsageThatCannotBeTrueIsNone) {
    for (const char* usage : {R"({"prompt_tokens":-1,"completion_tokens":1})",
                              R"({"prompt_tokens":"12","completion_tokens":1})",
                              R"({"prompt_tokens":1e18,"completion_tokens":1})", "null", "[]"}) {
        const ChatAnswer answer =
            Read(200, R"({"choices":[{"message":{"content":"{}"}}],"usage":)" + std::string(usage) + "}");
        EXPECT_FALSE(answer.usage.has_value()) << usage;
        EXPECT_EQ(answer.content, "{}");
    }
}

TEST(ChatAnswerTest, StatusesSayWhetherItMayPass) {
    for (const int status : {408, 429, 500, 502, 503, 529}) EXPECT_TRUE(Read(status, "").may_retry);
    for (const int status : {400, 401, 403, 404, 413, 422}) EXPECT_FALSE(Read(status, "").may_retry);
    EXPECT_EQ(Read(503, "oops").fault, "http_503");
    EXPECT_FALSE(Read(429, R"({"error":{"code":"insufficient_quota"}})").may_retry);
    EXPECT_TRUE(Read(400, R"({"error":{"param":"response_format","message":"x"}})").format_refused);
    EXPECT_FALSE(Read(400, R"({"error":{"param":"model","message":"x"}})").format_refused);
}

TEST(ChatAnswerTest, NoAnswerIsAFaultWithItsCause) {
    http::ClientAnswer nothing;
    nothing.failure = http::ClientFailure::kTimeout;
    EXPECT_EQ(ReadChatAnswer(nothing, kNow).fault, "timeout");
    nothing.failure = http::ClientFailure::kTooLarge;
    EXPECT_FALSE(ReadChatAnswer(nothing, kNow).may_retry);
}

TEST(ChatAnswerTest, TheProviderTellsItsPace) {
    const Pace pace = Read(429, "", {{"X-RateLimit-Remaining-Requests", "0"},
                                     {"x-ratelimit-reset-requests", "6m0s"},
                                     {"x-ratelimit-remaining-tokens", "149"},
                                     {"x-ratelimit-reset-tokens", "12ms"},
                                     {"Retry-After", "Wed, 21 Oct 2026 07:28:30 GMT"}})
                          .pace;
    EXPECT_EQ(pace.requests_left, 0);
    EXPECT_EQ(pace.requests_reset, milliseconds(360'000));
    EXPECT_EQ(pace.tokens_left, 149);
    EXPECT_EQ(pace.tokens_reset, milliseconds(12));
    EXPECT_EQ(pace.retry_after, milliseconds(30'000));
}

TEST(DurationTest, IsReadAsProvidersWriteIt) {
    EXPECT_EQ(ParseDuration("1h2m3.5s"), milliseconds(3'723'500));
    EXPECT_EQ(ParseDuration("500us"), milliseconds(1));
    EXPECT_EQ(ParseDuration("0s"), milliseconds(0));
    EXPECT_EQ(ParseDuration("99999d"), milliseconds(std::int64_t{30} * 24 * 3'600'000));
    for (const char* text : {"", "12", "s", "1x", "-1s", "1s ", "1.2.3s", "nans", "1e9s", "m5"}) {
        EXPECT_FALSE(ParseDuration(text).has_value()) << text;
    }
}

TEST(RetryAfterTest, IsSecondsOrADate) {
    EXPECT_EQ(ParseRetryAfter("20", kNow), milliseconds(20'000));
    EXPECT_EQ(ParseRetryAfter("0.5", kNow), milliseconds(500));
    EXPECT_EQ(ParseRetryAfter("Wed, 21 Oct 2026 07:00:00 GMT", kNow), milliseconds(0));
    for (const char* text : {"", "soon", "-5", "Wed, 21 Oct", "21/10/2026"}) {
        EXPECT_FALSE(ParseRetryAfter(text, kNow).has_value()) << text;
    }
}

TEST(HeaderFuzzTest, NoValueBreaksThePace) {
    std::mt19937 random(11);
    const std::string alphabet = "0123456789.hmsudn -e+:,GMTWedOct\xc3\xa7";
    for (int i = 0; i < 20'000; ++i) {
        std::string value;
        const std::size_t size = random() % 24;
        while (value.size() < size) value += alphabet[random() % alphabet.size()];
        const auto duration = ParseDuration(value);
        const auto retry = ParseRetryAfter(value, kNow);
        EXPECT_GE(duration.value_or(milliseconds(0)).count(), 0) << value;
        EXPECT_GE(retry.value_or(milliseconds(0)).count(), 0) << value;
    }
}

}  // namespace
}  // namespace geniai::llm
