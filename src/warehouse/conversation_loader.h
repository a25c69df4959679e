#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pg/copy.h"
#include "tenancy/scope.h"
#include "warehouse/classification.h"
#include "warehouse/upsert.h"

namespace geniai::warehouse {

// The facts of a conversation, in the order in which a row brings them; the first is its id.
std::span<const std::string_view> ConversationFactColumns();

// One conversation on its way in. The views live until Add() returns.
struct ConversationRow {
    std::span<const std::optional<std::string_view>> facts;  // as ConversationFactColumns() lists them
    std::string_view message_compiled;                       // JSON that jsonb takes
    std::string_view row_hash;                               // over all of the row, a number
    std::string_view text_hash;                              // over message_compiled, a number
    const Classification* classification = nullptr;          // not classified now
    std::string_view rules_version;
};

// Loads one batch: rows go by COPY into a staging table, then one upsert a table writes what differs.
// All of it is in the scope's transaction, which the caller commits with the watermark.
class ConversationLoader {
public:
    // `scope` is of the etl_service role and outlives the loader.
    explicit ConversationLoader(tenancy::TenantScope& scope);

    // Of rows that are not here as they are, in their facts or by the rules of their verdict.
    void Add(const ConversationRow& row);
    // Ends the COPY and writes; returns how many were inserted, and updated, which are all others.
    LoadCounts Finish();

private:
    tenancy::TenantScope& scope_;
    std::optional<pg::CopyIn> copy_;
    pg::CopyRow row_;
};

}  // namespace geniai::warehouse
