#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "pg/connection.h"

namespace geniai::demo {

struct SourceSize {
    int conversations = 3000;
};

// Creates Chatwoot's tables in an empty database and fills them with the invented conversations of
// three companies, in one transaction and in memory that does not grow with the size. The same size
// and the same `now` give the same rows, byte by byte; the newest conversations end shortly before
// `now`, the oldest begin about eight months earlier. What `schema_sql` has below its line
// `-- [rows]` runs when the rows are in. Throws base::Error(kInvalidInput) for a negative size, and
// pg::SqlError, with nothing done, when the database is not empty.
void FillChatwootSource(pg::Connection& owner, std::string_view schema_sql, SourceSize size,
                        base::TimePoint now);

struct DemoAccount {
    base::AccountId account;
    std::string name;
    std::string slug;
    std::string trade;
};

// The accounts that FillChatwootSource makes: a gym, a clinic, a school.
std::vector<DemoAccount> DemoAccounts();

}  // namespace geniai::demo
