#include "sync/pass.h"

#include <algorithm>
#include <limits>

namespace geniai::sync {

namespace {

// Half of the transaction ids lie in the past and half in the future of any id; a good distance off the
// border, age() cannot err.
constexpr std::int64_t kTransactionIdsBackMax = (std::int64_t{1} << 31) - (std::int64_t{1} << 27);

// The latest of the moments that no transaction was open over which is open at `now`, not later than
// `not_after`.
const SeenMoment* LatestBelow(std::span<const SeenMoment> moments, std::int64_t xmin,
                              chatwoot::SourceTime not_after) {
    const SeenMoment* latest = nullptr;
    for (const SeenMoment& seen : moments) {
        if (seen.moment.xmax > xmin || seen.moment.taken_at > not_after) continue;
        if (latest == nullptr || latest->moment.taken_at < seen.moment.taken_at) latest = &seen;
    }
    return latest;
}

std::vector<SeenMoment> With(const SeenMoment& now, std::span<const SeenMoment> earlier) {
    std::vector<SeenMoment> all(earlier.begin(), earlier.end());
    all.push_back(now);
    return all;
}

struct Anchors {
    std::optional<SeenMoment> stamp;    // stamps were drawn after it, but for the margin
    std::optional<SeenMoment> message;  // ids were drawn after it
};

Anchors FindAnchors(const SeenMoment& now, std::span<const SeenMoment> earlier,
                    std::chrono::seconds margin) {
    const std::vector<SeenMoment> all = With(now, earlier);
    Anchors anchors;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(margin).count();
    const SeenMoment* stamp =
        LatestBelow(all, now.moment.xmin, std::numeric_limits<chatwoot::SourceTime>::max());
    if (stamp == nullptr) return anchors;
    anchors.stamp = *stamp;
    const SeenMoment* message =
        LatestBelow(all, now.moment.xmin, stamp->moment.taken_at - micros);
    if (message != nullptr) anchors.message = *message;
    return anchors;
}

std::int64_t GreatestRowVersion(const PassState& state) {
    std::int64_t greatest = 0;
    if (state.since) greatest = std::max(greatest, state.since->row_version);
    if (state.until) greatest = std::max(greatest, state.until->row_version);
    return greatest;
}

bool HasWrapped(const std::optional<chatwoot::Bound>& bound, const chatwoot::Moment& now) {
    return bound && now.xmax - bound->row_version > kTransactionIdsBackMax;
}

}  // namespace

chatwoot::Bound NextBound(const SeenMoment& now, std::span<const SeenMoment> earlier,
                          std::chrono::seconds margin) {
    const Anchors anchors = FindAnchors(now, earlier, margin);
    chatwoot::Bound bound;
    bound.row_version = now.moment.xmin;
    if (anchors.stamp) bound.at = anchors.stamp->moment.taken_at;
    if (anchors.message) bound.message_id = anchors.message->last_message_id;
    return bound;
}

chatwoot::SourceTime OldestUseful(const SeenMoment& now, std::span<const SeenMoment> earlier,
                                  std::chrono::seconds margin) {
    const Anchors anchors = FindAnchors(now, earlier, margin);
    if (anchors.message) return anchors.message->moment.taken_at;
    return std::numeric_limits<chatwoot::SourceTime>::min();
}

PassState Resume(PassState state, const std::string& source_identity, const chatwoot::Moment& now,
                 std::span<const base::InboxId> not_loaded) {
    const bool other_source = state.source_identity != source_identity;
    if (other_source || HasWrapped(state.since, now) || HasWrapped(state.until, now)) {
        state = PassState{source_identity, std::nullopt, std::nullopt, std::nullopt, {}};
    }
    if (!std::ranges::equal(state.loading, not_loaded)) {
        state.position.reset();
        state.until.reset();
        state.loading.assign(not_loaded.begin(), not_loaded.end());
    }
    return state;
}

bool IsBehind(const PassState& state, const chatwoot::Moment& now) {
    return now.xmax < GreatestRowVersion(state);
}

PassState Advance(PassState state, std::int64_t position, const chatwoot::Bound& next) {
    // Up to an earlier position, an older bound holds, and an older bound is never wrong.
    if (state.position && position < *state.position) return state;
    state.position = position;
    state.until = next;
    return state;
}

PassState Complete(PassState state, const chatwoot::Bound& next) {
    state.since = next;
    state.until.reset();
    state.position.reset();
    state.loading.clear();
    return state;
}

}  // namespace geniai::sync
