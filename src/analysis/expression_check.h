#pragma once

#include <string>

namespace geniai::analysis {

// Why an expression that people wrote is not taken: what Vectorscan says to it, or that it would
// find whole messages, whose number of hits is not bounded by their words. Empty when it is.
std::string WhyRefused(const std::string& expression);

}  // namespace geniai::analysis
