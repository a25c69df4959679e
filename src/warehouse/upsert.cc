#include "warehouse/upsert.h"

namespace geniai::warehouse {

namespace {

std::string Assignments(std::span<const std::string_view> columns) {
    std::string list;
    for (const std::string_view column : columns) {
        if (!list.empty()) list += ", ";
        list.append(column).append(" = excluded.").append(column);
    }
    return list;
}

}  // namespace

std::string Join(std::span<const std::string_view> names, std::string_view prefix) {
    std::string list;
    for (const std::string_view name : names) {
        if (!list.empty()) list += ", ";
        list.append(prefix).append(name);
    }
    return list;
}

std::string UpsertStatement(const UpsertTable& upsert) {
    const std::string table(upsert.table);
    const std::string key(upsert.key);
    const std::string hash(upsert.hash);
    std::string sql = "with written as (insert into " + table + " as t (tenant_id, " + key + ", " +
                      Join(upsert.values) + ") select (select current_tenant_id()), s." + key +
                      ", " + Join(upsert.values, "s.") + " from " + std::string(upsert.staging) +
                      " s";
    if (!upsert.staged_when.empty()) sql.append(" where ").append(upsert.staged_when);
    sql += " on conflict (tenant_id, " + key + ") do update set " + Assignments(upsert.values);
    if (!upsert.on_change.empty()) sql.append(", ").append(upsert.on_change);
    sql += " where t." + hash + " is distinct from excluded." + hash;
    if (!upsert.or_when.empty()) sql.append(" or ").append(upsert.or_when);
    sql += " returning (xmax = 0) as is_new) select count(*) filter (where is_new) as inserted, "
           "count(*) filter (where not is_new) as updated from written";
    return sql;
}

LoadCounts CountsOf(const pg::Result& written, std::int64_t staged) {
    const pg::Row row = written.One();
    LoadCounts counts;
    counts.inserted = row["inserted"].Int64();
    counts.updated = row["updated"].Int64();
    counts.unchanged = staged - counts.inserted - counts.updated;
    return counts;
}

}  // namespace geniai::warehouse
