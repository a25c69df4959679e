#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "analysis/masking.h"
#include "analysis/spoken_lines.h"
#include "llm/chat.h"

namespace geniai::analysis {

// What is the same for every question of a kind.
struct PromptForm {
    std::string_view schema_name;
    std::string_view instructions;
    std::string_view schema;
    std::int32_t answer_tokens_max = 0;
};

// What a model is asked about a conversation. Instructions and schema come first and are the same bytes
// for every conversation and tenant, so that the provider can cache them. Then the conversation as JSON:
// the newest messages that fit, personal data masked, and none that speaks to the analyst.
struct ConversationPrompt {
    llm::ChatRequest chat;
    std::int32_t input_tokens = 0;  // at the most
    std::string input_hash;         // over all that decides the answer but the model
    int lines_left_out = 0;         // older than what fits
    int lines_hidden = 0;           // that speak to the analyst
};

// `about` stands before the messages. `mask` takes what is hidden, for the answer. `tokens_max` is for
// the conversation alone.
ConversationPrompt MakeConversationPrompt(const PromptForm& form, boost::json::object about,
                                          std::span<const SpokenLine> lines, std::int32_t tokens_max,
                                          Mask& mask);

}  // namespace geniai::analysis
