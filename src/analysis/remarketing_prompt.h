#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "analysis/masking.h"
#include "analysis/spoken_lines.h"
#include "llm/chat.h"
#include "warehouse/lead_analyses.h"

namespace geniai::analysis {

// Changes with every change of the instructions, the schema, or what is sent.
inline constexpr std::string_view kRemarketingPromptVersion = "remarketing-1";

// What a model is asked about a silent lead. Instructions and schema come first and are the same bytes
// for every lead and tenant, so that the provider can cache them. Then the conversation as JSON: the
// newest messages that fit, personal data masked, and none that speaks to the analyst.
struct RemarketingPrompt {
    llm::ChatRequest chat;
    std::int32_t input_tokens = 0;  // at the most
    std::string input_hash;         // over all that decides the answer but the model
    int lines_left_out = 0;         // older than what fits
    int lines_hidden = 0;           // that speak to the analyst
};

// `mask` takes what is hidden, for the answer. `tokens_max` is for the conversation alone.
RemarketingPrompt MakeRemarketingPrompt(const warehouse::Lead& lead,
                                        std::span<const SpokenLine> lines, std::int32_t tokens_max,
                                        Mask& mask);

}  // namespace geniai::analysis
