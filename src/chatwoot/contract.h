#pragma once

#include <span>
#include <string_view>

namespace geniai::chatwoot {

// Types as far as they matter to a reader: Chatwoot has changed int4 to int8 and varchar to text
// between versions, and both are fine.
enum class TypeFamily { kInteger, kText, kTextArray, kTimestamp, kUuid, kJson, kBoolean };

enum class Need {
    kRequired,  // nothing is read without it
    kOptional,  // NULL where it is missing, of another type or not readable
};

struct Column {
    std::string_view name;
    TypeFamily family;
    Need need = Need::kRequired;
    std::string_view cost = "";  // of an optional one: what its absence costs, without a full stop
};

// What a source row of a conversation is made of, in the order in which the reader delivers it. The
// names are those of the source view and of the warehouse's table.
std::span<const Column> ConversationColumns();

// The same for a contact.
std::span<const Column> ContactColumns();

// What the view tells besides, for a user who may not read the tables of accounts, contacts and
// inboxes.
std::span<const Column> ViewOnlyColumns();

// What the search for changes reads besides the rows themselves.
enum class Detects {
    kNothing,
    kChanges,        // needed by the way in through the tables
    kSurveyAnswers,  // needed to see that a rating was given
};

// A column of Chatwoot's own tables that the view or a reader needs.
struct TableColumn {
    std::string_view table;
    Column column;
    Detects detects = Detects::kNothing;
};
// Those of one table stand together.
std::span<const TableColumn> BaseTableColumns();

// What it costs when nothing of an optional table can be read; empty for a required one.
std::string_view CostOfTable(std::string_view table);

// What came with a release of Chatwoot, oldest first: a column, or the newest migration that it
// had.
struct ReleaseSign {
    std::string_view release;
    std::string_view table;
    std::string_view column;          // empty: only the migration tells
    std::string_view schema_version;  // empty: only the column tells
};
std::span<const ReleaseSign> ReleaseSigns();

// "integer", "timestamp" …: for messages to people.
std::string_view NameOf(TypeFamily family);

// Whether a PostgreSQL type ("int8", "varchar", "timestamp") is of the family.
bool IsOfFamily(std::string_view pg_type, TypeFamily family);

}  // namespace geniai::chatwoot
