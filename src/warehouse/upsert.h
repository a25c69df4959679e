#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "pg/result.h"

namespace geniai::warehouse {

struct LoadCounts {
    std::int64_t inserted = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;

    LoadCounts& operator+=(const LoadCounts& other) {
        inserted += other.inserted;
        updated += other.updated;
        unchanged += other.unchanged;
        return *this;
    }
    std::int64_t total() const { return inserted + updated + unchanged; }
};

// What an upsert from a staging table is made of. The staging table has the same column names.
struct UpsertTable {
    std::string_view table;
    std::string_view staging;
    std::string_view key;                      // with tenant_id the primary key
    std::span<const std::string_view> values;  // the columns beside the key
    std::string_view hash;                     // one of `values`: equal means unchanged
    std::string_view or_when;                  // "t.x is null": changed in spite of an equal hash
    std::string_view on_change;                // further assignments of an update: "synced_at = now()"
    std::string_view staged_when;              // a condition on the staged row `s`; empty for all
};

// One statement that inserts new rows and updates those whose hash differs; it answers with the columns
// inserted and updated. The conflict clause locks, and so touches, the rows that it leaves as they are:
// who knows them already does not stage them (see known_rows.h). No join: its plan would be made for a
// staging table that nobody has analysed, and is the same whatever the size of the table.
std::string UpsertStatement(const UpsertTable& upsert);

// The counts of an upsert that staged so many rows.
LoadCounts CountsOf(const pg::Result& written, std::int64_t staged);

// "a, b, c".
std::string Join(std::span<const std::string_view> names, std::string_view prefix = "");

}  // namespace geniai::warehouse
