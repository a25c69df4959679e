#pragma once

#include <array>
#include <string_view>

namespace geniai::sync {

// The moments that a run names with base::TestPoint(), in the order of a run. The tests kill it at each.
inline constexpr std::array<std::string_view, 27> kTestPoints{
    "run.locked",
    "run.started",
    "pass.snapshot_taken",
    "pass.before_open",
    "pass.opened",
    "pass.conversations_found",
    "contacts.begun",
    "contacts.read",
    "contacts.merged",
    "contacts.counted",
    "contacts.before_commit",
    "contacts.committed",
    "conversations.begun",
    "conversations.read",
    "conversations.merged",
    "conversations.counted",
    "conversations.before_commit",
    "conversations.committed",
    "reject.before_commit",
    "pass.contacts_found",
    "pass.copied",
    "pass.before_complete",
    "pass.complete",
    "reconcile.compared",
    "reconcile.window_done",
    "reconcile.before_deletes_commit",
    "reconcile.before_proof_commit",
};

}  // namespace geniai::sync
