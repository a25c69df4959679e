#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.h"

// The interface that OpenAI made and most providers speak: POST {base}/chat/completions.
namespace geniai::llm {

struct ChatMessage {
    std::string role;  // "system", "user"
    std::string text;
};

enum class AnswerFormat {
    kJsonSchema,  // the provider holds the answer to the schema
    kJsonObject,  // some JSON object, for providers that know no schemas: they are told in words
};

struct ChatRequest {
    std::string model;
    std::vector<ChatMessage> messages;
    std::string schema_name;
    std::string schema;  // JSON schema, as text
    AnswerFormat format = AnswerFormat::kJsonSchema;
    std::int32_t output_tokens_max = 0;
    double temperature = 0.3;
};

// The body of the request.
std::string EncodeChatRequest(const ChatRequest& request);

struct Usage {
    std::int32_t input_tokens = 0;  // with the cached ones
    std::int32_t cached_input_tokens = 0;
    std::int32_t output_tokens = 0;
};

// What a provider lets through from now on, where it says so.
struct Pace {
    std::optional<std::int64_t> requests_left;
    std::optional<std::chrono::milliseconds> requests_reset;  // from now
    std::optional<std::int64_t> tokens_left;
    std::optional<std::chrono::milliseconds> tokens_reset;
    std::optional<std::chrono::milliseconds> retry_after;
};

// An answer as far as it can be read without knowing what was asked.
struct ChatAnswer {
    std::string fault;           // empty: `content` is a whole answer; else its cause, "http_500", "cut" …
    std::string content;         // what the model wrote; only without a fault
    std::optional<Usage> usage;  // what is billed, where the provider says
    bool may_retry = false;      // the same request may succeed later
    bool format_refused = false; // the provider does not know json_schema
    Pace pace;
};

// Reads the answer to a chat request. `now` is for dates in Retry-After. Never throws: whatever comes
// back is an answer or a fault.
ChatAnswer ReadChatAnswer(const http::ClientAnswer& answer,
                          std::chrono::system_clock::time_point now);

// "6m0s", "1h2m3.5s", "12ms", "500us"; nothing when it is no such duration. Rounded up.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

// Retry-After: seconds, or a date ("Wed, 21 Oct 2026 07:28:00 GMT"); a date in the past is now.
std::optional<std::chrono::milliseconds> ParseRetryAfter(
    std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace geniai::llm
