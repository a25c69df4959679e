#include "llm/batch_lines.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

namespace geniai::llm {

namespace {

namespace json = boost::json;

constexpr std::size_t kCauseBytesMax = 60;

const json::value* Member(const json::value* value, std::string_view key) {
    return value != nullptr && value->is_object() ? value->get_object().if_contains(key) : nullptr;
}

std::string_view WordOf(const json::value* value) {
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::optional<CallId> CallOf(std::string_view custom_id) {
    std::int64_t id = 0;
    const auto [end, error] =
        std::from_chars(custom_id.data(), custom_id.data() + custom_id.size(), id);
    if (error != std::errc() || end != custom_id.data() + custom_id.size() || id <= 0) {
        return std::nullopt;
    }
    return CallId(id);
}

// An answer is read as a live one is.
void ReadAnswer(int status, const json::value& body, std::chrono::system_clock::time_point now,
                BatchLine& line) {
    http::ClientAnswer received;
    received.was_sent = true;
    received.response.status = status;
    received.response.body = json::serialize(body);
    ChatAnswer answer = ReadChatAnswer(received, now);
    line.end.outcome = answer.fault.empty() ? "ok" : answer.fault;
    line.content = std::move(answer.content);
    if (answer.usage) {
        line.end.input_tokens = answer.usage->input_tokens;
        line.end.cached_input_tokens = answer.usage->cached_input_tokens;
        line.end.output_tokens = answer.usage->output_tokens;
    } else if (status == 200) {
        line.end.entry = CallEnd::Entry::kUnconfirmed;
    }
}

}  // namespace

std::string EncodeBatchLine(CallId call, std::string_view body) {
    std::string line = R"({"custom_id":")" + call.ToString() +
                       R"(","method":"POST","url":"/v1/chat/completions","body":)";
    line.append(body);
    line += "}\n";
    return line;
}

std::optional<BatchLine> ReadBatchLine(std::string_view text,
                                       std::chrono::system_clock::time_point now) {
    boost::system::error_code error;
    const json::value root = json::parse({text.data(), text.size()}, error);
    if (error) return std::nullopt;
    const auto call = CallOf(WordOf(Member(&root, "custom_id")));
    if (!call) return std::nullopt;
    BatchLine line;
    line.call = *call;
    const json::value* response = Member(&root, "response");
    const json::value* status = Member(response, "status_code");
    if (status != nullptr && status->is_int64()) {
        const json::value* body = Member(response, "body");
        ReadAnswer(static_cast<int>(status->get_int64()), body == nullptr ? json::value() : *body,
                   now, line);
        return line;
    }
    const json::value* said = Member(&root, "error");
    if (said == nullptr || !said->is_object()) return std::nullopt;
    line.was_made = false;
    line.end.entry = CallEnd::Entry::kReleased;
    line.end.outcome = CauseOf(WordOf(Member(said, "code")), "batch_error");
    return line;
}

std::string CauseOf(std::string_view code, std::string_view otherwise) {
    const bool is_word =
        !code.empty() && code.size() <= kCauseBytesMax && std::ranges::all_of(code, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
    return std::string(is_word ? code : otherwise);
}

}  // namespace geniai::llm
