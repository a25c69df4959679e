#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "analysis/answer_reader.h"
#include "analysis/conversation_prompt.h"
#include "warehouse/model_verdicts.h"

namespace geniai::analysis {

// Changes with every change of the instructions, the schema, or what is sent.
inline constexpr std::string_view kVerdictPromptVersion = "classification-1";

// What a model is asked for its verdict on a conversation. As MakeRemarketingPrompt().
ConversationPrompt MakeVerdictPrompt(std::string_view inbox_name, std::span<const SpokenLine> lines,
                                     std::int32_t tokens_max, Mask& mask);

// Reads the answer and holds it against the conversation; flags and score follow from what is left:
//
//   visit, conversion  only with a quote of the customer that is really there
//   lead               any interest, or a visit, or a conversion
//   score              ScoreOf()
//
// Quotes that nobody said are dropped and lower the confidence; a name that nobody gave is dropped; a
// message that cannot be sent, or that nobody needs, is dropped. Throws BadAnswer.
warehouse::ModelVerdict ReadVerdictAnswer(std::string_view answer, const Mask& mask,
                                          std::span<const SpokenLine> lines);

// 0 to 100: 95 for a booked visit or a sale; else by how the conversation stands, plus 20 for high and 5 for
// medium interest, minus 10 for low, plus 3 for each positive sign (at most 12), minus 5 for each
// objection (at most 15); at most 15 for whom nobody needs to contact. 0 for no lead.
int ScoreOf(const warehouse::ModelVerdict& verdict);

}  // namespace geniai::analysis
