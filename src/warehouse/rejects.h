#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenancy/scope.h"

namespace geniai::warehouse {

// A row of the source that could not be loaded.
struct Reject {
    std::string_view stream;  // "conversations" or "contacts"
    std::int64_t source_id = 0;
    std::optional<std::int64_t> inbox;  // of a conversation
    std::string reason;                 // one line
    std::string payload;                // the row as it came
};

// Puts a row into quarantine, or counts one more attempt when it is there already. All in the caller's
// transaction, role etl_service.
void StoreReject(tenancy::TenantScope& scope, const Reject& reject);

// The rows in quarantine, in ascending order.
std::vector<std::int64_t> ListRejected(tenancy::TenantScope& scope, std::string_view stream);

// Frees the rows with these ids, which are loaded now or gone from the source.
void ResolveRejects(tenancy::TenantScope& scope, std::string_view stream,
                    std::span<const std::int64_t> ids);

// How many rows are in quarantine.
std::int64_t CountRejected(tenancy::TenantScope& scope);

}  // namespace geniai::warehouse
