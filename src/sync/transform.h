#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pg/copy.h"
#include "tenancy/scope.h"
#include "warehouse/classification.h"
#include "warehouse/conversation_loader.h"

namespace geniai::sync {

// What a classifier gets to see of a row.
struct RowToClassify {
    int status = 0;
    std::int64_t user_messages = 0;     // public messages of people of the team
    std::string_view message_compiled;  // safe JSON
};

// The seam to the analysis, which the sync does not know: a pure function from a row to its verdict,
// and the version of the rules behind it. Empty: nothing is classified.
struct Classifier {
    std::function<warehouse::Classification(const RowToClassify&)> classify;
    std::string version;
};

// The classifier of the tenant whose scope it is: tenants may have rules of their own, which are
// read in that transaction. Asked once an attempt, when the first conversations come. Thread-safe.
// Empty: nothing is classified.
using TenantClassifier = std::function<Classifier(tenancy::TenantScope& scope)>;

// Goes into every row hash. Raise it when the transform changes what it writes for the same source row:
// then every row differs from what is stored, and is written again.
inline constexpr std::int64_t kRowHashSeed = 1;

// Turns rows of the source into rows of the warehouse: text made safe for PostgreSQL, verdict added.
// Pure but for its buffers.
class ConversationTransform {
public:
    explicit ConversationTransform(const Classifier& classifier);

    // `source` is a row of a chatwoot::RowStream of conversations. The result lives until the next
    // call, and no longer than `source`.
    warehouse::ConversationRow Apply(const pg::CopyFields& source);

private:
    const Classifier& classifier_;
    std::vector<std::optional<std::string_view>> facts_;
    std::vector<std::string> scratch_;
    warehouse::Classification classification_;
};

// The same for contacts.
class ContactTransform {
public:
    struct Row {
        std::span<const std::optional<std::string_view>> columns;
        std::string_view search_text;
        std::string_view row_hash;
    };

    ContactTransform();
    Row Apply(const pg::CopyFields& source);

private:
    std::vector<std::optional<std::string_view>> columns_;
    std::vector<std::string> scratch_;
    std::string search_text_;
};

}  // namespace geniai::sync
