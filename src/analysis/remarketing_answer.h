#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "analysis/answer_reader.h"
#include "analysis/masking.h"
#include "analysis/spoken_lines.h"
#include "analysis/suggestion.h"
#include "warehouse/lead_analyses.h"

namespace geniai::analysis {

// Reads what a model has answered to MakeRemarketingPrompt() and holds it against the conversation. What
// the conversation does not bear out is dropped and lowers the confidence: quotes that nobody said, a
// name that nobody gave. A message that cannot be sent is replaced by the template; `facts` are for that,
// but for name and interest. Numbers as text are read; anything else that breaks the schema makes the
// answer bad as a whole.
std::variant<warehouse::LeadFindings, BadAnswer> ReadRemarketingAnswer(
    std::string_view answer, const Mask& mask, std::span<const SpokenLine> lines,
    SuggestionFacts facts);

}  // namespace geniai::analysis
