#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

// Whether a set of questions is asked one by one, or by the provider's batch interface.
namespace geniai::llm {

enum class Way { kLive, kBatch };

// A provider has so long for a batch, and somebody has to collect it after.
inline constexpr std::chrono::hours kBatchWindow{24};
inline constexpr std::chrono::hours kBatchCollection{1};
// Fewer are not worth a file.
inline constexpr std::int64_t kBatchRequestsMin = 10;

// A batch, when it is cheaper, the answers may take the provider's whole window, and there are more
// than a handful. No `time_left`: whenever. No `batch_percent`: the model has no price, and whoever
// calls it is told so.
Way ChooseWay(std::optional<std::chrono::seconds> time_left, std::int64_t count,
              std::optional<std::int64_t> batch_percent);

}  // namespace geniai::llm
