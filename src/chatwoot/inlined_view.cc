#include "chatwoot/inlined_view.h"

#include <algorithm>
#include <set>

namespace geniai::chatwoot {

namespace {

std::string TypedNull(TypeFamily family) {
    switch (family) {
        case TypeFamily::kInteger: return "null::bigint";
        case TypeFamily::kText: return "null::text";
        case TypeFamily::kTextArray: return "null::text[]";
        case TypeFamily::kTimestamp: return "null::timestamp";
        case TypeFamily::kUuid: return "null::uuid";
        case TypeFamily::kJson: return "null::json";
        case TypeFamily::kBoolean: return "null::boolean";
    }
    return "null";
}

// Whether a column is read as it is, or NULL.
using IsTaken = bool (*)(const ColumnCheck&);

bool Exists(const ColumnCheck& check) {
    return check.state == ColumnState::kFits || check.state == ColumnState::kNoRight;
}

std::vector<ColumnCheck> ChecksOf(const std::vector<ColumnCheck>& checks,
                                  std::string_view relation) {
    std::vector<ColumnCheck> of_relation;
    for (const ColumnCheck& check : checks) {
        if (check.relation == relation) of_relation.push_back(check);
    }
    return of_relation;
}

std::string SelectList(const std::vector<ColumnCheck>& columns, IsTaken is_taken) {
    std::string list;
    for (const ColumnCheck& column : columns) {
        const std::string name(column.expected.name);
        if (!list.empty()) list += ", ";
        list += is_taken(column) ? name : TypedNull(column.expected.family) + " as " + name;
    }
    return list;
}

std::string ReadTable(const std::vector<ColumnCheck>& columns, IsTaken is_taken) {
    const std::string name = "public." + columns.front().relation;
    if (std::ranges::all_of(columns, is_taken)) return name;
    const std::string list = SelectList(columns, is_taken);
    // Not even its name may be used where nothing of it is readable.
    if (std::ranges::none_of(columns, is_taken)) return "(select " + list + " where false)";
    return "(select " + list + " from " + name + ")";
}

std::string ReplaceAll(std::string text, const std::string& part, const std::string& by) {
    for (std::size_t at = text.find(part); at != std::string::npos;
         at = text.find(part, at + by.size())) {
        text.replace(at, part.size(), by);
    }
    return text;
}

// The view's text names a table as `public.table as alias`, and nothing else that way.
std::string ReplaceTables(const Verification& verification, std::string_view view_sql,
                          IsTaken is_taken) {
    std::set<std::string> tables;
    for (const ColumnCheck& check : verification.tables) tables.insert(check.relation);
    std::string sql(view_sql);
    for (const std::string& table : tables) {
        const std::string read = ReadTable(ChecksOf(verification.tables, table), is_taken);
        sql = ReplaceAll(std::move(sql), "public." + table + " as ", read + " as ");
    }
    return sql;
}

}  // namespace

std::string ConversationsSql(const Verification& verification, std::string_view view_sql) {
    if (verification.path != ReadPath::kInstalledView) {
        return InlinedViewSql(verification, view_sql);
    }
    return "select " + SelectList(verification.view, Fits) + " from " + kViewSchema + "." +
           kViewName;
}

std::string InlinedViewSql(const Verification& verification, std::string_view view_sql) {
    return ReplaceTables(verification, view_sql, Fits);
}

std::string InstalledViewSql(const Verification& verification, std::string_view view_sql) {
    return ReplaceTables(verification, view_sql, Exists);
}

std::string TableSql(const Verification& verification, std::string_view table) {
    return ReadTable(ChecksOf(verification.tables, table), Fits);
}

}  // namespace geniai::chatwoot
