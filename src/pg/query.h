#pragma once

#include <string>
#include <string_view>

namespace geniai::pg {

// One SQL statement with a name. The name stands in errors and slow-query logs; the text takes $1, $2 …
// parameters, except in COPY, where PostgreSQL allows none.
struct Query {
    std::string_view name;
    std::string sql;
};

}  // namespace geniai::pg
