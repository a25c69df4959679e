#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chatwoot/contract.h"
#include "chatwoot/source.h"

namespace geniai::chatwoot {

// How conversations can be read here.
enum class ReadPath {
    kInstalledView,  // the view in our schema
    kBaseTables,     // the same SQL inlined over Chatwoot's own tables
    kNone,           // neither: `problems` says what is missing
};

enum class ColumnState { kFits, kMissing, kOtherType, kNoRight };

struct ColumnCheck {
    std::string relation;
    Column expected;
    ColumnState state = ColumnState::kMissing;
    std::string found_type;  // PostgreSQL's name of it; empty when missing
};

struct Verification {
    ReadPath path = ReadPath::kNone;
    std::string postgres_version;
    std::optional<std::string> schema_version;  // Chatwoot's newest migration
    std::vector<ColumnCheck> view;              // empty when the view is not installed
    bool view_is_current = false;               // made from the SQL of this program
    std::vector<ColumnCheck> tables;
    std::vector<std::string> problems;          // why `path` is not better, one line each
};

// Compares the source with the contract, column by column. Reads the catalogue only. `view_sql` is the
// text of the view as this program would install it.
Verification Verify(Snapshot& snapshot, std::string_view view_sql);

// Throws base::Error(kFailed), one line with the first problem and the next step, when nothing can be
// read or the tables that every run needs (accounts' inboxes and contacts) are not there.
void RequireReadable(const Verification& verification);

}  // namespace geniai::chatwoot
