#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "chatwoot/detectors.h"

// What decides which rows a run reads. Pure functions; COMPLETENESS.md beside this file has the drawing
// and the argument why no committed row can be missed.
namespace geniai::sync {

// How far a tenant's source has been read. A pass goes through the changed conversations in ascending
// order of id; where it is interrupted, what lies up to `position` is newer than what lies beyond.
struct PassState {
    std::string source_identity;
    std::optional<chatwoot::Bound> since;  // for ids beyond `position`; nothing: never read
    std::optional<chatwoot::Bound> until;  // for ids up to `position`
    std::optional<std::int64_t> position;  // nothing: no pass is open
    std::vector<base::InboxId> loading;    // the inboxes that the open pass reads from the start

    friend bool operator==(const PassState&, const PassState&) = default;
};

// A moment at which the source was looked at, kept for the bounds of later passes.
struct SeenMoment {
    chatwoot::Moment moment;
    std::int64_t last_message_id = 0;
};

// The bound that a pass over `now` leaves. `earlier` are the moments kept before, in any order, of the
// same source. What is committed and not seen at `now` was written by a transaction whose id is not
// below now.xmin; it drew stamps and sequence values at most `margin` before it got that id.
chatwoot::Bound NextBound(const SeenMoment& now, std::span<const SeenMoment> earlier,
                          std::chrono::seconds margin);

// Moments before this one serve no later bound.
chatwoot::SourceTime OldestUseful(const SeenMoment& now, std::span<const SeenMoment> earlier,
                                  std::chrono::seconds margin);

// The state from which a pass over `now` starts: an open pass goes on only when it reads the same
// inboxes from the start; a state of another server, or one whose transaction ids have wrapped around
// since, is no state at all.
PassState Resume(PassState state, const std::string& source_identity, const chatwoot::Moment& now,
                 std::span<const base::InboxId> not_loaded);

// True when the source shows an older moment than was read already: a replica that lags.
bool IsBehind(const PassState& state, const chatwoot::Moment& now);

// The state once all changed conversations up to `position` are loaded.
PassState Advance(PassState state, std::int64_t position, const chatwoot::Bound& next);

// The state once the pass is complete.
PassState Complete(PassState state, const chatwoot::Bound& next);

}  // namespace geniai::sync
