#pragma once

#include <chrono>
#include <optional>

#include "chatwoot/reader.h"
#include "warehouse/watermarks.h"

namespace geniai::sync {

enum class Mode {
    kIncremental,  // what changed since the watermark
    kFull,         // everything again; rows that are equal are not written
};

// From where a run reads a stream. Pure.
//
// The bound is the watermark less an overlap: transactions that were open when the last run took its
// snapshot committed rows with older stamps, and the application servers' clocks differ. What the
// overlap reads again is recognised by its hash and costs no write.
std::optional<chatwoot::Position> ReadAfter(const std::optional<warehouse::Watermark>& watermark,
                                            Mode mode, std::chrono::seconds overlap);

// The watermark after a row at `position` was loaded. A stamp later than the source's own clock when
// the snapshot was taken never moves it: it would hide everything that is written before that moment
// comes. Pure.
std::optional<warehouse::Watermark> Advance(const std::optional<warehouse::Watermark>& watermark,
                                            chatwoot::Position position,
                                            chatwoot::SourceTime snapshot_at);

}  // namespace geniai::sync
