#pragma once

#include <span>
#include <string_view>

#include "analysis/spoken_lines.h"
#include "warehouse/lead_analyses.h"

namespace geniai::analysis {

inline constexpr std::string_view kLocalAnalystVersion = "local-1";

// The same fields without a model: from what the rules have found in the conversation, and templates.
// For installations without a provider; its results are marked as such.
warehouse::LeadFindings AnalyseLocally(const warehouse::Lead& lead, std::span<const SpokenLine> lines);

}  // namespace geniai::analysis
