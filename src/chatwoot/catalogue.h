#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "chatwoot/source.h"

// What the source's own catalogue says about its tables and about our rights on them.
namespace geniai::chatwoot {

struct FoundColumn {
    std::string type;  // PostgreSQL's name of it: "int4"
    bool readable = false;
};

struct FoundRelation {
    std::string kind;             // "table", "partitioned table", "foreign table", "view" …
    bool whole_readable = false;  // also what a grant on columns does not cover: the system columns
    bool row_security = false;    // hides rows from us
    std::map<std::string, FoundColumn, std::less<>> columns;
};

struct FoundSchema {
    bool usable = true;  // nothing in it can be read without the right to use it
    std::map<std::string, FoundRelation, std::less<>> relations;

    // Null when there is none of this name.
    const FoundRelation* Find(std::string_view relation) const;
    const FoundColumn* Find(std::string_view relation, std::string_view column) const;
};

// Of the schema's relations, the ones with these names. Empty when there is no such schema.
FoundSchema ReadCatalogue(Snapshot& snapshot, const char* schema,
                          std::span<const std::string> names);

}  // namespace geniai::chatwoot
