#pragma once

#include <string>
#include <string_view>

namespace geniai::pg {

// One SQL statement with a name. The name stands in errors and slow-query logs; the text takes $1, $2 …
// parameters, except in COPY, where PostgreSQL allows none.
//
// A statement is planned each time, for its values. One that runs for every conversation, finds its rows
// by key, and takes longer to plan than to run, is planned once a connection.
enum class Planning { kEachTime, kOnce };

struct Query {
    std::string_view name;
    std::string sql;
    Planning planning = Planning::kEachTime;
};

}  // namespace geniai::pg
