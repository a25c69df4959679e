#include "chatwoot/verification.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "chatwoot/view_installer.h"

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

const pg::Query kViewMark{"chatwoot.verify.view_mark", R"sql(
    select coalesce(obj_description(to_regclass($1), 'pg_class'), '') as mark
)sql"};

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

// Inboxes and contacts are read from their tables in every run, through whatever path conversations are.
bool IsReadInEveryRun(const ColumnCheck& check) {
    return check.relation == "inboxes" || check.relation == "contacts";
}

bool IsHarmless(const ColumnCheck& check) {
    return check.state == ColumnState::kFits ||
           (check.state == ColumnState::kMissing && check.expected.need == Need::kOptional);
}

bool AllFit(const std::vector<ColumnCheck>& checks) {
    return !checks.empty() && std::ranges::all_of(checks, IsHarmless);
}

// Why conversations are not read in the best way, or not at all.
std::vector<std::string> DescribeProblems(const Verification& verification) {
    std::vector<std::string> problems;
    const bool through_view = verification.path == ReadPath::kInstalledView;
    if (!verification.view.empty() && !verification.view_is_current) {
        problems.push_back(
            "the installed view is not the one of this program; run geniai source install-view");
    }
    for (const ColumnCheck& check : verification.view) {
        if (!IsHarmless(check)) problems.push_back(Describe(check));
    }
    for (const ColumnCheck& check : verification.tables) {
        if (!IsHarmless(check) && (!through_view || IsReadInEveryRun(check))) {
            problems.push_back(Describe(check));
        }
    }
    return problems;
}

}  // namespace

Verification Verify(Snapshot& snapshot, std::string_view view_sql) {
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
    const std::string view = std::string(kViewSchema) + "." + kViewName;
    verification.view_is_current =
        installed && transaction.Execute(kViewMark, view).One()["mark"].text() == ViewMark(view_sql);
    // A view of another version has our names but perhaps not our meaning: the tables are surer.
    const bool view_fits = AllFit(verification.view);
    const bool tables_fit = AllFit(verification.tables);
    if (view_fits && (verification.view_is_current || !tables_fit)) {
        verification.path = ReadPath::kInstalledView;
    } else if (tables_fit) {
        verification.path = ReadPath::kBaseTables;
    }
    verification.problems = DescribeProblems(verification);
    return verification;
}

void RequireReadable(const Verification& verification) {
    for (const ColumnCheck& check : verification.tables) {
        if (check.state == ColumnState::kFits) continue;
        if (verification.path != ReadPath::kNone && !IsReadInEveryRun(check)) continue;
        throw base::Error(base::ErrorCode::kFailed,
                          "the source is not a Chatwoot that we can read: " + Describe(check) +
                              "; geniai source verify shows all columns");
    }
}

}  // namespace geniai::chatwoot
