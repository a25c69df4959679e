#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

#include "tenancy/scope.h"

namespace geniai::warehouse {

// id → row hash of rows that are here, not deleted, and need nothing as long as the source has the same
// hash.
using KnownRows = std::unordered_map<std::int64_t, std::int64_t>;

// Of these ids. With a version of the rules, only conversations with a verdict of that version.
KnownRows FindKnownConversations(tenancy::TenantScope& scope, std::span<const std::int64_t> ids,
                                 const std::optional<std::string>& rules_version);
KnownRows FindKnownContacts(tenancy::TenantScope& scope, std::span<const std::int64_t> ids);

}  // namespace geniai::warehouse
