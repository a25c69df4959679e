#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "llm/admission.h"
#include "llm/chat.h"

// The lines of the files that the batch interface takes and gives: one JSON object each.
namespace geniai::llm {

// More than a request's line has beside its body.
inline constexpr std::size_t kBatchLineFrameBytes = 120;

// A request's line, with its end. `body` is that of EncodeChatRequest().
std::string EncodeBatchLine(CallId call, std::string_view body);

// What a line says of a request.
struct BatchLine {
    CallId call;
    bool was_made = true;  // false: the provider never began it, and bills nothing
    CallEnd end;           // as it is booked; `outcome` is the cause of a failure
    std::string content;   // what the model wrote; only without a failure
};

// Reads a line of the provider's; nothing when it is cut, or no line of ours. Never throws.
std::optional<BatchLine> ReadBatchLine(std::string_view line,
                                       std::chrono::system_clock::time_point now);

// A cause as it is stored: a short word of the provider's, or `otherwise`.
std::string CauseOf(std::string_view code, std::string_view otherwise);

}  // namespace geniai::llm
