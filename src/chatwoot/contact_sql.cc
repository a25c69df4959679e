#include "chatwoot/contact_sql.h"

#include "chatwoot/contract.h"
#include "chatwoot/inlined_view.h"

namespace geniai::chatwoot {

std::string ContactHashSql(std::int64_t seed) {
    std::string list;
    for (const Column& column : ContactColumns()) {
        if (!list.empty()) list += ", ";
        list.append("x.").append(column.name);
    }
    return "hashtextextended(row(" + list + ")::text, " + std::to_string(seed) + ")";
}

std::string ContactHashesSql(const Verification& verification, std::int64_t seed,
                             const std::string& condition) {
    return "select " + ContactHashSql(seed) + " as row_hash from (select " +
           kContactListSql + " from " + TableSql(verification, "contacts") + " as k where " +
           condition + ") as x";
}

}  // namespace geniai::chatwoot
