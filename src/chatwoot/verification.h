#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chatwoot/contract.h"
#include "chatwoot/source.h"

namespace geniai::chatwoot {

// How conversations can be read here.
enum class ReadPath {
    kInstalledView,  // the view in our schema
    kBaseTables,     // the same SQL inlined over Chatwoot's own tables
    kNone,           // neither: `lacks` says what is missing
};

// What this source allows.
struct Capabilities {
    ReadPath path = ReadPath::kNone;
    // Changes can be searched in conversations and messages, contacts and inboxes be read by
    // themselves. False: the view is all there is. True whenever `path` is kBaseTables.
    bool tables = false;
    // csat_survey_responses can be searched too: never without `tables`.
    bool survey_answers = false;
    // xmin of these tables' rows can be read and says which transaction wrote them: conversations,
    // contacts, messages and, if `survey_answers`, csat_survey_responses. Never without `tables`.
    bool row_versions = false;
};

// "tables with row versions", "tables by stamps", "view only" or "none".
std::string_view NameOfWayIn(const Capabilities& capabilities);

enum class ColumnState { kFits, kMissing, kOtherType, kNoRight };

struct ColumnCheck {
    std::string relation;
    Column expected;
    ColumnState state = ColumnState::kMissing;
    std::string found_type;  // PostgreSQL's name of it; empty when missing
    Detects detects = Detects::kNothing;
};

inline bool Fits(const ColumnCheck& check) {
    return check.state == ColumnState::kFits;
}

// A column of a table that we read in part; nothing follows from it. Forks have many.
struct ExtraColumn {
    std::string relation;
    std::string name;
    std::string type;
};

// Something that is not as it could be. One line each.
struct Lack {
    bool stops = false;  // nothing is read before it is mended
    std::string what;    // "no right to read csat_survey_responses"
    std::string cost;    // "ratings stay empty"
    std::string mend;    // the statement or command that mends it; empty where there is none
};

struct Verification {
    Capabilities capabilities;
    ReadPath path = ReadPath::kNone;  // that of `capabilities`
    std::string postgres_version;
    bool standby = false;
    std::optional<std::string> schema_version;    // Chatwoot's newest migration, if it can be read
    std::optional<std::string> chatwoot_release;  // "3.4": it is at least that; nothing: none known
    std::vector<ColumnCheck> view;                // empty when the view is not installed
    bool view_is_current = false;                 // made from InstalledViewSql() as it is now
    std::vector<ColumnCheck> tables;
    std::vector<ExtraColumn> extra_columns;
    std::vector<Lack> lacks;  // what stops first; empty when nothing could be better
};

// Compares the source with the contract, column by column. Reads the catalogue and Chatwoot's list
// of migrations only, in schema `public` whatever the search path is. `view_sql` is the text of the
// source view.
Verification Verify(Snapshot& snapshot, std::string_view view_sql);

// Throws base::Error(kFailed), one line with the first lack that stops and the next step, when
// nothing can be read.
void RequireReadable(const Verification& verification);

}  // namespace geniai::chatwoot
