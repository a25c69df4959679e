#pragma once

#include <span>

#include "sync/pipeline.h"

namespace geniai::sync {

inline constexpr std::string_view kContactStream = "contacts";
inline constexpr std::string_view kConversationStream = "conversations";

// Copies the streams of one run: reads one ordered COPY, and commits every batch with the watermark
// that it reaches. All members outlive it.
struct StreamCopy {
    pg::Connection& warehouse;
    chatwoot::Snapshot& snapshot;
    const chatwoot::Reader& reader;
    const tenancy::Tenant& tenant;
    const Settings& settings;
    const RunOptions& options;

    warehouse::LoadCounts CopyContacts() const;
    // Counts into `summary` batch by batch, so that a run that fails tells what it committed.
    void CopyConversations(std::span<const base::InboxId> inboxes, const Classifier& classifier,
                           RunSummary& summary) const;

private:
    std::optional<warehouse::Watermark> WatermarkOf(std::string_view stream) const;
    void Report(std::string_view stream, std::int64_t rows) const;
};

}  // namespace geniai::sync
