#pragma once

#include <string_view>

// What a question's failure tells: whether to blame the provider, and whether to go on.
namespace geniai::analysis {

// When the provider fails so often in a row, it fails for the others too.
inline constexpr int kTroublesInARowMax = 10;

// What is the provider's trouble, and no fault of the conversation or of what was answered about it.
bool IsProvidersTrouble(std::string_view cause);

// What nobody mends by asking again: a wrong key, a model that does not exist, an empty account.
bool IsHopeless(std::string_view cause);

}  // namespace geniai::analysis
