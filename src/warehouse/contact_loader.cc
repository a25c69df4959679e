#include "warehouse/contact_loader.h"

#include <array>
#include <string>
#include <vector>

namespace geniai::warehouse {

namespace {

// Not the contact's own stamp: every message moves it, and each would have the row written anew.
constexpr std::array<std::string_view, 7> kContactColumns{
    "contact_id", "name", "email", "phone_number", "identifier", "contact_created_at", "blocked",
};

const pg::Query kCreateContactStaging{
    "warehouse.contacts.staging",
    "create temporary table if not exists staging_contacts on commit delete rows as select " +
        Join(kContactColumns) + ", search_text, row_hash from contacts with no data"};

const pg::Query kCopyContacts{
    "warehouse.contacts.copy",
    "copy staging_contacts (" + Join(kContactColumns) + ", search_text, row_hash) from stdin"};

const pg::Query& UpsertContacts() {
    static const std::vector<std::string_view> values = [] {
        std::vector<std::string_view> columns(kContactColumns.begin() + 1, kContactColumns.end());
        columns.insert(columns.end(), {"search_text", "row_hash"});
        return columns;
    }();
    static const pg::Query query{
        "warehouse.contacts.upsert",
        UpsertStatement({.table = "contacts",
                         .staging = "staging_contacts",
                         .key = "contact_id",
                         .values = values,
                         .hash = "row_hash",
                         .or_when = "t.deleted_at is not null",
                         .on_change = "synced_at = now(), deleted_at = null",
                         .staged_when = ""})};
    return query;
}

}  // namespace

std::span<const std::string_view> ContactColumns() {
    return kContactColumns;
}

ContactLoader::ContactLoader(tenancy::TenantScope& scope) : scope_(scope) {
    scope_.transaction().RunScript(kCreateContactStaging);
    copy_.emplace(scope_.transaction(), kCopyContacts);
}

void ContactLoader::Add(std::span<const std::optional<std::string_view>> columns,
                        std::string_view search_text, std::string_view row_hash) {
    for (const auto& column : columns) row_.Add(column);
    row_.Add(search_text).Add(row_hash);
    copy_->Write(row_.Finish());
}

LoadCounts ContactLoader::Finish() {
    const std::int64_t staged = copy_->Complete();
    return CountsOf(scope_.Execute(UpsertContacts()), staged);
}

}  // namespace geniai::warehouse
