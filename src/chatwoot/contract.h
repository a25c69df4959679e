#pragma once

#include <span>
#include <string_view>

namespace geniai::chatwoot {

// Types as far as they matter to a reader: Chatwoot has changed int4 to int8 and varchar to text
// between versions, and both are fine.
enum class TypeFamily { kInteger, kText, kTextArray, kTimestamp, kUuid, kJson, kBoolean };

enum class Need {
    kRequired,  // nothing is read without it
    kOptional,  // NULL where it is missing
};

struct Column {
    std::string_view name;
    TypeFamily family;
    Need need = Need::kRequired;
};

// What a source row of a conversation is made of, in the order in which the reader delivers it. The
// names are those of the source view and of the warehouse's table.
std::span<const Column> ConversationColumns();

// The same for a contact.
std::span<const Column> ContactColumns();

// A column of Chatwoot's own tables that the view or a reader needs.
struct TableColumn {
    std::string_view table;
    Column column;
};
std::span<const TableColumn> BaseTableColumns();

// "integer", "timestamp" …: for messages to people.
std::string_view NameOf(TypeFamily family);

// Whether a PostgreSQL type ("int8", "varchar", "timestamp") is of the family.
bool IsOfFamily(std::string_view pg_type, TypeFamily family);

}  // namespace geniai::chatwoot
