#include "llm/chat.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <limits>

namespace geniai::llm {

namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr int kTooManyRequests = 429;
const std::string kInWords = "Answer with one JSON object, and nothing else, of this JSON schema: ";
constexpr std::int64_t kDurationMsMax = std::int64_t{30} * 24 * 3'600'000;

std::optional<double> NumberOf(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value >= 0)) return std::nullopt;
    return value;
}

milliseconds RoundedUp(double ms) {
    return milliseconds(
        static_cast<std::int64_t>(std::ceil(std::min(ms, static_cast<double>(kDurationMsMax)))));
}

std::optional<std::int64_t> CountOf(std::optional<std::string_view> header) {
    if (!header) return std::nullopt;
    const auto number = NumberOf(*header);
    if (!number || *number > 1e15) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

std::optional<milliseconds> DurationOf(std::optional<std::string_view> header) {
    return header ? ParseDuration(*header) : std::nullopt;
}

Pace ReadPace(const http::Response& response, std::chrono::system_clock::time_point now) {
    Pace pace;
    pace.requests_left = CountOf(response.Header("x-ratelimit-remaining-requests"));
    pace.requests_reset = DurationOf(response.Header("x-ratelimit-reset-requests"));
    pace.tokens_left = CountOf(response.Header("x-ratelimit-remaining-tokens"));
    pace.tokens_reset = DurationOf(response.Header("x-ratelimit-reset-tokens"));
    if (const auto header = response.Header("retry-after")) {
        pace.retry_after = ParseRetryAfter(*header, now);
    }
    return pace;
}

const json::value* At(const json::value* value, std::string_view key) {
    if (value == nullptr || !value->is_object()) return nullptr;
    return value->get_object().if_contains(key);
}

std::string_view TextOf(const json::value* value) {
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

// A count of tokens that can be true; nothing for anything else.
std::optional<std::int32_t> TokensOf(const json::value* value) {
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::system::error_code error;
    const auto count = value->to_number<std::int64_t>(error);
    if (error || count < 0 || count > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    return static_cast<std::int32_t>(count);
}

std::optional<Usage> ReadUsage(const json::value& root) {
    const json::value* usage = At(&root, "usage");
    const auto input = TokensOf(At(usage, "prompt_tokens"));
    const auto output = TokensOf(At(usage, "completion_tokens"));
    if (!input || !output) return std::nullopt;
    const auto cached = TokensOf(At(At(usage, "prompt_tokens_details"), "cached_tokens"));
    return Usage{*input, std::min(cached.value_or(0), *input), *output};
}

// Statuses after which the same request may succeed: too many, time-outs, and troubles of the server.
bool MayPassWithTime(int status) {
    return status == kTooManyRequests || status == 408 || status == 409 || status >= 500;
}

std::string_view NameOf(http::ClientFailure failure) {
    switch (failure) {
        case http::ClientFailure::kTimeout: return "timeout";
        case http::ClientFailure::kTooLarge: return "too_large";
        case http::ClientFailure::kBroken: return "broken_connection";
    }
    return "broken_connection";
}

void ReadErrorStatus(const http::Response& response, ChatAnswer& answer) {
    answer.fault = "http_" + std::to_string(response.status);
    answer.may_retry = MayPassWithTime(response.status);
    // A quota that is used up comes as 429 too, and no waiting helps.
    boost::system::error_code error;
    const json::value root = json::parse({response.body.data(), response.body.size()}, error);
    if (error) return;
    const json::value* said = At(&root, "error");
    if (TextOf(At(said, "code")) == "insufficient_quota") {
        answer.fault = "insufficient_quota";
        answer.may_retry = false;
    }
    const std::string_view message = TextOf(At(said, "message"));
    const std::string_view param = TextOf(At(said, "param"));
    answer.format_refused =
        response.status == 400 &&
        (param.starts_with("response_format") || message.find("response_format") != message.npos);
}

void ReadChoice(const json::value& root, ChatAnswer& answer) {
    const json::value* choices = At(&root, "choices");
    if (choices == nullptr || !choices->is_array() || choices->get_array().empty()) {
        answer.fault = "no_choices";
        return;
    }
    const json::value& choice = choices->get_array().front();
    const json::value* message = At(&choice, "message");
    const std::string_view finish = TextOf(At(&choice, "finish_reason"));
    const json::value* content = At(message, "content");
    if (!TextOf(At(message, "refusal")).empty()) {
        answer.fault = "refusal";
    } else if (finish == "content_filter") {
        answer.fault = "content_filter";
    } else if (finish == "length") {
        answer.fault = "cut";
    } else if (content == nullptr || !content->is_string() || TextOf(content).empty()) {
        answer.fault = "no_content";
    } else {
        answer.content = TextOf(content);
    }
}

// Days since 1970 of a date of the Gregorian calendar.
std::optional<std::chrono::system_clock::time_point> ParseHttpDate(std::string_view text) {
    std::tm parts{};
    const std::string owned(text);
    const char* end = strptime(owned.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace

std::string EncodeChatRequest(const ChatRequest& request) {
    json::array messages;
    if (request.format == AnswerFormat::kJsonObject) {
        messages.push_back({{"role", "system"}, {"content", kInWords + request.schema}});
    }
    for (const ChatMessage& message : request.messages) {
        messages.push_back({{"role", message.role}, {"content", message.text}});
    }
    json::object format;
    if (request.format == AnswerFormat::kJsonSchema) {
        format = {{"type", "json_schema"},
                  {"json_schema",
                   {{"name", request.schema_name},
                    {"strict", true},
                    {"schema", json::parse(request.schema)}}}};
    } else {
        format = {{"type", "json_object"}};
    }
    return json::serialize(json::object{{"model", request.model},
                                        {"messages", std::move(messages)},
                                        {"response_format", std::move(format)},
                                        {"temperature", request.temperature},
                                        {"max_tokens", request.output_tokens_max}});
}

ChatAnswer ReadChatAnswer(const http::ClientAnswer& received,
                          std::chrono::system_clock::time_point now) {
    ChatAnswer answer;
    answer.pace = ReadPace(received.response, now);
    if (received.failure) {
        answer.fault = NameOf(*received.failure);
        answer.may_retry = *received.failure != http::ClientFailure::kTooLarge;
        return answer;
    }
    if (received.response.status != 200) {
        ReadErrorStatus(received.response, answer);
        return answer;
    }
    answer.may_retry = true;  // a model answers differently each time
    boost::system::error_code error;
    const std::string& body = received.response.body;
    const json::value root = json::parse({body.data(), body.size()}, error);
    if (error || !root.is_object()) {
        answer.fault = "not_json";
        return answer;
    }
    answer.usage = ReadUsage(root);
    ReadChoice(root, answer);
    if (answer.fault == "refusal" || answer.fault == "content_filter") answer.may_retry = false;
    return answer;
}

std::optional<milliseconds> ParseDuration(std::string_view text) {
    struct Unit {
        std::string_view name;
        double ms;
    };
    // The longer of two that begin alike comes first.
    static constexpr std::array<Unit, 7> kUnits{{{"ms", 1},
                                                 {"us", 0.001},
                                                 {"ns", 0.000001},
                                                 {"d", 86'400'000},
                                                 {"h", 3'600'000},
                                                 {"m", 60'000},
                                                 {"s", 1'000}}};
    if (text.empty()) return std::nullopt;
    double total = 0;
    while (!text.empty()) {
        const std::size_t digits = text.find_first_not_of("0123456789.");
        if (digits == 0 || digits == text.npos) return std::nullopt;
        const auto number = NumberOf(text.substr(0, digits));
        text.remove_prefix(digits);
        const auto unit = std::ranges::find_if(
            kUnits, [&](const Unit& each) { return text.starts_with(each.name); });
        if (!number || unit == kUnits.end()) return std::nullopt;
        total += *number * unit->ms;
        text.remove_prefix(unit->name.size());
    }
    return RoundedUp(total);
}

std::optional<milliseconds> ParseRetryAfter(std::string_view text,
                                            std::chrono::system_clock::time_point now) {
    if (const auto seconds = NumberOf(text)) return RoundedUp(*seconds * 1'000);
    const auto date = ParseHttpDate(text);
    if (!date) return std::nullopt;
    if (*date <= now) return milliseconds(0);
    return RoundedUp(std::chrono::duration<double, std::milli>(*date - now).count());
}

}  // namespace geniai::llm
