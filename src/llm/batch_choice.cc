#include "llm/batch_choice.h"

namespace geniai::llm {

Way ChooseWay(std::optional<std::chrono::seconds> time_left, std::int64_t count,
              std::optional<std::int64_t> batch_percent) {
    if (time_left && *time_left < kBatchWindow + kBatchCollection) return Way::kLive;
    if (count < kBatchRequestsMin) return Way::kLive;
    return batch_percent && *batch_percent < 100 ? Way::kBatch : Way::kLive;
}

}  // namespace geniai::llm
