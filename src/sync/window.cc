#include "sync/window.h"

#include <limits>

namespace geniai::sync {

std::optional<chatwoot::Position> ReadAfter(const std::optional<warehouse::Watermark>& watermark,
                                            Mode mode, std::chrono::seconds overlap) {
    if (!watermark || mode == Mode::kFull) return std::nullopt;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(overlap).count();
    // Every row of that very microsecond is read again, so the id starts below all ids.
    return chatwoot::Position{watermark->at - micros, std::numeric_limits<std::int64_t>::min()};
}

std::optional<warehouse::Watermark> Advance(const std::optional<warehouse::Watermark>& watermark,
                                            chatwoot::Position position,
                                            chatwoot::SourceTime snapshot_at) {
    if (position.updated_at > snapshot_at) return watermark;
    const warehouse::Watermark reached{position.updated_at, position.id};
    if (watermark && *watermark > reached) return watermark;
    return reached;
}

}  // namespace geniai::sync
