#include "testing/warehouse_equality.h"

#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "embedded/files.h"
#include "pg/transaction.h"
#include "tenancy/scope.h"

namespace geniai::testing {

namespace {

constexpr std::size_t kDifferingRowsMax = 5;

// The columns that view and table have in common under one name; stamps are zoneless in the source.
constexpr std::array kPlainFacts{
    "conversation_id",        "display_id",          "conversation_uuid", "account_id",
    "inbox_id",               "contact_id",          "assignee_id",       "team_id",
    "campaign_id",            "status",              "priority",          "assignee_name",
    "team_name",              "labels",              "t_messages",        "contact_messages_count",
    "user_messages_count",    "bot_messages_count",  "private_notes_count", "csat_rating",
    "csat_feedback",
};
constexpr std::array kStampFacts{
    "conversation_created_at", "conversation_updated_at",  "last_activity_at",
    "first_reply_created_at",  "waiting_since",            "snoozed_until",
    "mc_first_message_at",     "mc_last_message_at",       "first_public_message_at",
    "last_public_message_at",  "first_contact_message_at", "last_contact_message_at",
    "first_human_reply_at",
};

enum class Side { kSource, kWarehouse };

std::string FactList(Side side) {
    std::string list;
    for (const char* name : kPlainFacts) list += std::string("v.") + name + ", ";
    for (const char* name : kStampFacts) {
        list += std::string("v.") + name;
        if (side == Side::kSource) list += std::string(" at time zone 'UTC' as ") + name;
        list += ", ";
    }
    return list;
}

constexpr std::string_view kContactList = "k.name, k.email, k.phone_number, k.identifier";

// Where only the view can be read, a contact is what conversations say of it, even when it is gone.
constexpr std::string_view kContactsOfTables = R"sql(
    select 'contact', k.id, to_jsonb(x)
      from contacts k
      cross join lateral (
          select k.name, k.email, k.phone_number, k.identifier,
                 k.created_at at time zone 'UTC' as created_at, k.blocked) x
     where k.account_id = $1
       and exists (select from conversations c
                    where c.contact_id = k.id and c.account_id = $1
                      and c.inbox_id = any($2::bigint[])))sql";
constexpr std::string_view kContactsOfView = R"sql(
    select 'contact', c.contact_id, to_jsonb(x)
      from (select distinct contact_id from conversations
             where account_id = $1 and inbox_id = any($2::bigint[]) and contact_id is not null) c
      left join contacts k on k.id = c.contact_id and k.account_id = $1
      cross join lateral (
          select k.name, k.email, k.phone_number, k.identifier,
                 null::timestamptz as created_at, null::boolean as blocked) x)sql";

// Written apart from the view, so that a mistake in its SQL is not compared with itself.
constexpr std::string_view kByHandOfSource = R"sql(
    select 'by hand' as kind, c.id,
           jsonb_build_object(
               'status', c.status, 'assignee_id', c.assignee_id, 'contact_id', c.contact_id,
               'updated_at', c.updated_at at time zone 'UTC', 'messages', count(m.id),
               'texts', md5(coalesce(string_agg(coalesce(m.content, '-'), chr(31)
                                                order by m.created_at, m.id)
                                         filter (where m.id is not null), ''))) as row
      from conversations c
      left join messages m on m.conversation_id = c.id and m.account_id = c.account_id
     where c.account_id = $1 and c.inbox_id = any($2::bigint[])
     group by c.id)sql";

constexpr std::string_view kByHandOfWarehouse = R"sql(
    select 'by hand', c.conversation_id,
           jsonb_build_object(
               'status', c.status, 'assignee_id', c.assignee_id, 'contact_id', c.contact_id,
               'updated_at', c.conversation_updated_at, 'messages', texts.count, 'texts', texts.hash)
      from shown c
      cross join lateral (
          select count(*) as count,
                 md5(coalesce(string_agg(coalesce(message ->> 'text', '-'), chr(31)
                                         order by number), '')) as hash
            from jsonb_array_elements(c.message_compiled) with ordinality as e (message, number)
      ) as texts)sql";

std::string SourceSql(ContactStamps contact_stamps) {
    return "select 'conversation' as kind, s.conversation_id::bigint as id, to_jsonb(s) as row from ("
           "select " + FactList(Side::kSource) + "v.message_compiled::jsonb as message_compiled from (" +
           std::string(embedded::Get("db/source/view.sql")) +
           "\n) v where v.account_id = $1 and v.inbox_id = any($2::bigint[])) s union all " +
           std::string(contact_stamps == ContactStamps::kKnown ? kContactsOfTables
                                                               : kContactsOfView) +
           " union all " + std::string(kByHandOfSource);
}

std::string WarehouseSql() {
    return "with shown as materialized (select c.*, t.message_compiled from conversations c"
           " left join conversation_transcripts t using (tenant_id, conversation_id)"
           " where c.deleted_at is null and c.inbox_id in"
           " (select inbox_id from inbox_tenant_mapping where is_active))"
           " select 'conversation' as kind, s.conversation_id as id, to_jsonb(s) as row from (select " +
           FactList(Side::kWarehouse) + "v.message_compiled from shown v) s"
           " union all select 'contact', k.contact_id, to_jsonb(x) from contacts k"
           " cross join lateral (select " + std::string(kContactList) +
           ", k.contact_created_at as created_at, k.blocked) x"
           " where k.deleted_at is null and exists"
           " (select from shown c where c.contact_id = k.contact_id) union all " +
           std::string(kByHandOfWarehouse);
}

const pg::Query kActiveInboxes{"test.equality.inboxes", R"sql(
    select coalesce(array_agg(inbox_id), '{}')::text as inboxes
      from inbox_tenant_mapping where is_active)sql"};

const pg::Query kCompareRows{"test.equality.compare", R"sql(
    select key, left(coalesce(s.value::text, 'nothing'), 300) as source,
           left(coalesce(w.value::text, 'nothing'), 300) as warehouse
      from jsonb_each($1::jsonb) s full join jsonb_each($2::jsonb) w using (key)
     where s.value is distinct from w.value order by key)sql"};

using RowKey = std::pair<std::string, std::int64_t>;  // kind and id
// What each side has of a row, as jsonb's canonical text.
using Sides = std::pair<std::optional<std::string>, std::optional<std::string>>;

std::map<RowKey, Sides> Collect(const pg::Result& of_source, const pg::Result& of_warehouse) {
    std::map<RowKey, Sides> rows;
    for (const pg::Row row : of_source) {
        rows[{row["kind"].String(), row["id"].Int64()}].first = row["row"].String();
    }
    for (const pg::Row row : of_warehouse) {
        rows[{row["kind"].String(), row["id"].Int64()}].second = row["row"].String();
    }
    return rows;
}

std::string Describe(pg::Transaction& transaction, const RowKey& key, const Sides& sides) {
    const std::string name = key.first + " " + std::to_string(key.second) + ": ";
    if (!sides.second) return name + "not in the warehouse\n";
    if (!sides.first) return name + "in the warehouse, not in the source\n";
    std::string text;
    for (const pg::Row row : transaction.Execute(kCompareRows, sides.first, sides.second)) {
        text += name + row["key"].String() + " is " + row["source"].String() +
                " in the source, in the warehouse " + row["warehouse"].String() + "\n";
    }
    return text;
}

}  // namespace

std::string DifferencesFromSource(pg::Connection& warehouse, const tenancy::Tenant& tenant,
                                  pg::Connection& source, ContactStamps contact_stamps) {
    static const pg::Query of_warehouse{"test.equality.warehouse", WarehouseSql()};
    const pg::Query of_source{"test.equality.source", SourceSql(contact_stamps)};

    tenancy::TenantScope scope(warehouse, tenancy::DatabaseRole::kAuthenticatedUsers, tenant.id);
    const std::string inboxes = scope.Execute(kActiveInboxes).One()["inboxes"].String();
    pg::Transaction reading(source, pg::Transaction::Mode::kReadOnlySnapshot);
    const auto rows = Collect(reading.Execute(of_source, tenant.account, inboxes),
                              scope.Execute(of_warehouse));
    std::string differences;
    std::size_t differing = 0;
    for (const auto& [key, sides] : rows) {
        if (sides.first == sides.second) continue;
        if (++differing <= kDifferingRowsMax) {
            differences += Describe(scope.transaction(), key, sides);
        }
    }
    if (differing > kDifferingRowsMax) {
        differences += "and " + std::to_string(differing - kDifferingRowsMax) + " rows more\n";
    }
    return differences;
}

}  // namespace geniai::testing
