#include "chatwoot/verification.h"

#include <algorithm>
#include <map>

#include "base/error.h"

namespace geniai::chatwoot {

namespace {

const pg::Query kColumns{"chatwoot.verify.columns", R"sql(
    select c.relname as relation, a.attname as name, t.typname as type,
           has_schema_privilege(n.oid, 'usage')
               and has_column_privilege(c.oid, a.attnum, 'select') as readable
      from pg_namespace n
      join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'v', 'm', 'p', 'f')
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
     where n.nspname = $1
)sql"};

const pg::Query kServerVersion{"chatwoot.verify.server", "show server_version"};

const pg::Query kSchemaVersionReadable{"chatwoot.verify.schema_version_readable", R"sql(
    select coalesce(has_table_privilege(to_regclass('public.schema_migrations'), 'select'), false)
           as readable
)sql"};

const pg::Query kSchemaVersion{"chatwoot.verify.schema_version",
                               "select max(version) as version from public.schema_migrations"};

struct FoundColumn {
    std::string type;
    bool readable = false;
};
using FoundColumns = std::map<std::pair<std::string, std::string>, FoundColumn, std::less<>>;

FoundColumns ReadColumns(Snapshot& snapshot, const char* schema) {
    FoundColumns columns;
    for (const pg::Row row : snapshot.transaction().Execute(kColumns, schema)) {
        columns[{row["relation"].String(), row["name"].String()}] = {row["type"].String(),
                                                                     row["readable"].Bool()};
    }
    return columns;
}

ColumnCheck Check(const FoundColumns& found, std::string_view relation, const Column& expected) {
    ColumnCheck check{std::string(relation), expected, ColumnState::kMissing, ""};
    const auto column = found.find(std::pair(std::string(relation), std::string(expected.name)));
    if (column == found.end()) return check;
    check.found_type = column->second.type;
    if (!IsOfFamily(check.found_type, expected.family)) {
        check.state = ColumnState::kOtherType;
    } else {
        check.state = column->second.readable ? ColumnState::kFits : ColumnState::kNoRight;
    }
    return check;
}

std::string Describe(const ColumnCheck& check) {
    const std::string column = check.relation + "." + std::string(check.expected.name);
    switch (check.state) {
        case ColumnState::kFits: return column + " fits";
        case ColumnState::kMissing: return "column " + column + " is missing";
        case ColumnState::kOtherType:
            return "column " + column + " is " + check.found_type + ", expected " +
                   std::string(NameOf(check.expected.family));
        case ColumnState::kNoRight:
            return "no right to read " + column + "; grant select on it to this user";
    }
    return "";
}

// Adds a line for every column without which nothing can be read; true when there is none.
bool Fits(const std::vector<ColumnCheck>& checks, std::vector<std::string>& problems) {
    bool fits = true;
    for (const ColumnCheck& check : checks) {
        if (check.state == ColumnState::kFits) continue;
        if (check.state == ColumnState::kMissing && check.expected.need == Need::kOptional) continue;
        problems.push_back(Describe(check));
        fits = false;
    }
    return fits;
}

}  // namespace

Verification Verify(Snapshot& snapshot) {
    Verification verification;
    pg::Transaction& transaction = snapshot.transaction();
    verification.postgres_version =
        transaction.Execute(kServerVersion).One()["server_version"].String();
    if (transaction.Execute(kSchemaVersionReadable).One()["readable"].Bool()) {
        verification.schema_version =
            transaction.Execute(kSchemaVersion).One()["version"].OptionalString();
    }
    const FoundColumns ours = ReadColumns(snapshot, kViewSchema);
    const bool installed = std::ranges::any_of(
        ours, [](const auto& column) { return column.first.first == kViewName; });
    if (installed) {
        for (const Column& column : ConversationColumns()) {
            verification.view.push_back(Check(ours, kViewName, column));
        }
    }
    const FoundColumns theirs = ReadColumns(snapshot, "public");
    for (const TableColumn& column : BaseTableColumns()) {
        verification.tables.push_back(Check(theirs, column.table, column.column));
    }
    const bool view_fits = Fits(verification.view, verification.problems) && installed;
    const bool tables_fit = Fits(verification.tables, verification.problems);
    if (view_fits) {
        verification.path = ReadPath::kInstalledView;
    } else if (tables_fit) {
        verification.path = ReadPath::kBaseTables;
    }
    return verification;
}

void RequireReadable(const Verification& verification) {
    for (const ColumnCheck& check : verification.tables) {
        const bool every_run = check.relation == "inboxes" || check.relation == "contacts";
        if (check.state == ColumnState::kFits) continue;
        if (verification.path != ReadPath::kNone && !every_run) continue;
        throw base::Error(base::ErrorCode::kFailed,
                          "the source is not a Chatwoot that we can read: " + Describe(check) +
                              "; geniai source verify shows all columns");
    }
}

}  // namespace geniai::chatwoot
