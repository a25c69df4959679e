#include "chatwoot/catalogue.h"

#include "pg/parameter.h"

namespace geniai::chatwoot {

namespace {

const pg::Query kReadCatalogue{"chatwoot.catalogue", R"sql(
    select c.relname as relation, a.attname as name, t.typname as type,
           has_schema_privilege(n.oid, 'usage') as usable,
           has_column_privilege(c.oid, a.attnum, 'select') as readable,
           has_table_privilege(c.oid, 'select') as whole_readable,
           row_security_active(c.oid) as row_security,
           case c.relkind when 'p' then 'partitioned table'
                          when 'f' then 'foreign table'
                          when 'v' then 'view'
                          when 'm' then 'materialized view'
                          else case coalesce(m.amname, 'heap')
                                   when 'heap' then 'table'
                                   else 'table of type ' || m.amname end
           end as kind
      from pg_namespace n
      join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'v', 'm', 'p', 'f')
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      left join pg_am m on m.oid = c.relam
     where n.nspname = $1 and c.relname = any ($2::text[])
)sql"};

}  // namespace

const FoundRelation* FoundSchema::Find(std::string_view relation) const {
    const auto found = relations.find(relation);
    return found == relations.end() ? nullptr : &found->second;
}

const FoundColumn* FoundSchema::Find(std::string_view relation, std::string_view column) const {
    const FoundRelation* of_name = Find(relation);
    if (of_name == nullptr) return nullptr;
    const auto found = of_name->columns.find(column);
    return found == of_name->columns.end() ? nullptr : &found->second;
}

FoundSchema ReadCatalogue(Snapshot& snapshot, const char* schema,
                          std::span<const std::string> names) {
    FoundSchema found;
    for (const pg::Row row :
         snapshot.transaction().Execute(kReadCatalogue, schema, pg::TextArray(names))) {
        found.usable = row["usable"].Bool();
        FoundRelation& relation = found.relations[row["relation"].String()];
        relation.kind = row["kind"].String();
        relation.whole_readable = found.usable && row["whole_readable"].Bool();
        relation.row_security = row["row_security"].Bool();
        relation.columns[row["name"].String()] = {row["type"].String(),
                                                  found.usable && row["readable"].Bool()};
    }
    return found;
}

}  // namespace geniai::chatwoot
