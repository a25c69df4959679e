#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pg/copy.h"
#include "tenancy/scope.h"
#include "warehouse/upsert.h"

namespace geniai::warehouse {

// The columns of a contact, in the order in which a row brings them; the first is its id.
std::span<const std::string_view> ContactColumns();

// Loads one batch of contacts, as ConversationLoader does.
class ContactLoader {
public:
    explicit ContactLoader(tenancy::TenantScope& scope);

    // `search_text` is what the search box looks in; `row_hash` is over the row.
    void Add(std::span<const std::optional<std::string_view>> columns, std::string_view search_text,
             std::string_view row_hash);
    LoadCounts Finish();

private:
    tenancy::TenantScope& scope_;
    std::optional<pg::CopyIn> copy_;
    pg::CopyRow row_;
};

}  // namespace geniai::warehouse
