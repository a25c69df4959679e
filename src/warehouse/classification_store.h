#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "pg/copy.h"
#include "tenancy/scope.h"
#include "warehouse/classification.h"
#include "warehouse/upsert.h"

namespace geniai::warehouse {

// The columns of a classification beside its key, in the order in which AddVerdict() writes them.
std::span<const std::string_view> VerdictColumns();

// Appends the columns of a classification to a COPY row; the hash among them is over the verdict and
// the version of the rules, so that an unchanged verdict costs no write. Returns that hash.
std::string AddVerdict(const Classification& classification, std::string_view rules_version,
                       pg::CopyRow& row);

// The upsert of staged classifications from a staging table that has the columns.
std::string VerdictUpsert(std::string_view staging);

// What a classifier needs of a stored conversation.
struct StoredConversation {
    base::ConversationId id;
    int status = 0;
    std::int64_t user_messages = 0;
    std::string_view message_compiled;  // this and the next are valid until the next Next()
    std::string_view verdict_hash;      // of the verdict that is stored; empty for none
};

// Writes classifications of conversations that are there already: what `geniai classify` does.
class ClassificationLoader {
public:
    // `scope` is of the etl_service role and outlives the loader.
    explicit ClassificationLoader(tenancy::TenantScope& scope);

    // A verdict that is stored already is counted and not written.
    void Add(const StoredConversation& conversation, const Classification& classification,
             std::string_view rules_version);
    LoadCounts Finish();

private:
    tenancy::TenantScope& scope_;
    std::optional<pg::CopyIn> copy_;
    pg::CopyRow row_;
    std::int64_t unchanged_ = 0;
};

// Streams a tenant's conversations in order of id, in constant memory.
class StoredConversations {
public:
    // `scope` outlives the stream and does nothing else until it has ended.
    explicit StoredConversations(tenancy::TenantScope& scope);
    std::optional<StoredConversation> Next();

private:
    pg::CopyOut copy_;
    pg::CopyFields fields_;
};

}  // namespace geniai::warehouse
