#include "warehouse/known_rows.h"

#include <string>

namespace geniai::warehouse {

namespace {

const pg::Query kKnownConversations{"warehouse.conversations.known", R"sql(
    select c.conversation_id as id, c.row_hash
      from conversations c
     where c.conversation_id = any($1::bigint[]) and c.deleted_at is null
       and ($2::text is null
            or exists (select from classifications k
                        where k.tenant_id = c.tenant_id
                          and k.conversation_id = c.conversation_id and k.rules_version = $2))
)sql"};

const pg::Query kKnownContacts{"warehouse.contacts.known", R"sql(
    select contact_id as id, row_hash from contacts
     where contact_id = any($1::bigint[]) and deleted_at is null
)sql"};

KnownRows KnownRowsOf(const pg::Result& rows) {
    KnownRows known;
    known.reserve(static_cast<std::size_t>(rows.size()));
    for (const pg::Row row : rows) known.emplace(row["id"].Int64(), row["row_hash"].Int64());
    return known;
}

}  // namespace

KnownRows FindKnownConversations(tenancy::TenantScope& scope, std::span<const std::int64_t> ids,
                                 const std::optional<std::string>& rules_version) {
    return KnownRowsOf(scope.Execute(kKnownConversations, pg::IntegerArray(ids), rules_version));
}

KnownRows FindKnownContacts(tenancy::TenantScope& scope, std::span<const std::int64_t> ids) {
    return KnownRowsOf(scope.Execute(kKnownContacts, pg::IntegerArray(ids)));
}

}  // namespace geniai::warehouse
