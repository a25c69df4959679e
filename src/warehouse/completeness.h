#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.h"
#include "tenancy/scope.h"

namespace geniai::warehouse {

// The kinds of rows whose hashes reconcile compares.
enum class Facts { kConversations, kContacts };

// Rows that are here and not deleted, with ids in (after, through], of these inboxes where the kind has
// one: id → row hash in ascending order. In memory: the caller chooses the range.
struct StoredFingerprint {
    std::int64_t id = 0;
    std::int64_t row_hash = 0;
};
std::vector<StoredFingerprint> ListFingerprints(tenancy::TenantScope& scope, Facts facts,
                                                std::span<const base::InboxId> inboxes,
                                                std::int64_t after, std::int64_t through);

// Marks rows as deleted in the source. Returns how many were not yet.
std::int64_t MarkDeleted(tenancy::TenantScope& scope, Facts facts, std::span<const std::int64_t> ids);

// Count and sum of row hashes. The halves are added up apart, so that no sum overflows.
struct Checksum {
    std::int64_t rows = 0;
    std::int64_t high = 0;
    std::int64_t low = 0;

    void Add(std::int64_t row_hash);
    Checksum& operator+=(const Checksum& other);
    friend bool operator==(const Checksum&, const Checksum&) = default;
};
// Of what is here and not deleted, of these inboxes where the kind has one.
Checksum ReadChecksum(tenancy::TenantScope& scope, Facts facts,
                      std::span<const base::InboxId> inboxes);

// What reconcile found out about a tenant.
struct CompletenessProof {
    std::int64_t proven_at = 0;  // the source's clock, microseconds since 1970
    bool holds = false;
    std::int64_t conversations = 0;
    std::int64_t contacts = 0;
    Checksum source;
    Checksum stored;
    std::int64_t repaired = 0;
    std::int64_t marked_deleted = 0;
    std::int64_t rejected = 0;
    std::int64_t held_back_deletes = 0;
};
void StoreProof(tenancy::TenantScope& scope, const CompletenessProof& proof);

}  // namespace geniai::warehouse
