#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"

namespace geniai::pg {

// One numbered change of the schema: "0001_tenancy" and its SQL.
struct Migration {
    int version = 0;
    std::string name;
    std::string_view sql;
};

struct MigrationState {
    int version = 0;
    std::string name;
    std::string applied_at;  // empty: not applied yet
};

// Applies migrations in order, each in a transaction of its own, and records a checksum of each. Two
// migrators at once are safe: the second waits and then finds nothing to do.
class Migrator {
public:
    // `migrations` are in ascending order and outlive the migrator.
    Migrator(Connection& connection, std::span<const Migration> migrations);

    // Brings the database up to date; returns what it applied now. Throws base::Error(kConflict) when
    // an applied migration differs from ours (somebody edited it), or when the database has one that
    // we do not know (a newer program made it). Then nothing is changed.
    std::vector<Migration> Apply();

    // Every migration with the time at which it was applied. Reads only.
    std::vector<MigrationState> List();

private:
    void RequireUnedited();

    Connection& connection_;
    std::span<const Migration> migrations_;
};

}  // namespace geniai::pg
