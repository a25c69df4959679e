#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "analysis/conversation_prompt.h"
#include "warehouse/lead_analyses.h"

namespace geniai::analysis {

// Changes with every change of the instructions, the schema, or what is sent.
inline constexpr std::string_view kRemarketingPromptVersion = "remarketing-1";

// What a model is asked about a silent lead, as if its silence were of this band. `mask` takes what is hidden, for the answer. `tokens_max` is
// for the conversation alone.
ConversationPrompt MakeRemarketingPrompt(const warehouse::Lead& lead, std::string_view band,
                                         std::span<const SpokenLine> lines,
                                         std::int32_t tokens_max, Mask& mask);

}  // namespace geniai::analysis
