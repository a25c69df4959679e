#include "chatwoot/verification.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "chatwoot/catalogue.h"
#include "chatwoot/inlined_view.h"
#include "chatwoot/lacks.h"
#include "chatwoot/view_installer.h"

namespace geniai::chatwoot {

namespace {

const pg::Query kServer{"chatwoot.verify.server", R"sql(
    select current_setting('server_version') as version, pg_is_in_recovery() as standby,
           quote_ident(current_user) as reader
)sql"};

const pg::Query kSchemaVersion{"chatwoot.verify.schema_version",
                               "select max(version) as version from public.schema_migrations"};

// By name in the catalogue: a cast to regclass fails without the right to use the schema.
const pg::Query kViewMark{"chatwoot.verify.view_mark", R"sql(
    select coalesce(obj_description(c.oid, 'pg_class'), '') as mark
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2
)sql"};

// The tables that the contract speaks of, each once.
std::vector<std::string> NamesOfTables() {
    std::set<std::string> names{"schema_migrations"};
    for (const TableColumn& column : BaseTableColumns()) names.emplace(column.table);
    for (const ReleaseSign& sign : ReleaseSigns()) names.emplace(sign.table);
    return {names.begin(), names.end()};
}

ColumnCheck CheckColumn(const FoundSchema& schema, std::string_view relation,
                        const Column& expected, Detects detects) {
    ColumnCheck check{std::string(relation), expected, ColumnState::kMissing, "", detects};
    const FoundColumn* found = schema.Find(relation, expected.name);
    if (found == nullptr) return check;
    check.found_type = found->type;
    if (!IsOfFamily(found->type, expected.family)) {
        check.state = ColumnState::kOtherType;
    } else {
        check.state = found->readable ? ColumnState::kFits : ColumnState::kNoRight;
    }
    return check;
}

std::vector<ColumnCheck> CheckView(const FoundSchema& ours) {
    std::vector<ColumnCheck> checks;
    if (ours.Find(kViewName) == nullptr) return checks;
    for (const auto columns : {ConversationColumns(), ViewOnlyColumns()}) {
        for (const Column& column : columns) {
            checks.push_back(CheckColumn(ours, kViewName, column, Detects::kNothing));
        }
    }
    return checks;
}

std::vector<ColumnCheck> CheckTables(const FoundSchema& theirs) {
    std::vector<ColumnCheck> checks;
    for (const TableColumn& column : BaseTableColumns()) {
        checks.push_back(CheckColumn(theirs, column.table, column.column, column.detects));
    }
    return checks;
}

std::vector<ExtraColumn> FindExtraColumns(const FoundSchema& theirs) {
    std::vector<ExtraColumn> extra;
    for (const auto& [table, relation] : theirs.relations) {
        const auto is_of_table = [&](const TableColumn& column) { return column.table == table; };
        if (std::ranges::none_of(BaseTableColumns(), is_of_table)) continue;
        for (const auto& [name, column] : relation.columns) {
            const auto is_it = [&](const TableColumn& known) {
                return known.table == table && known.column.name == name;
            };
            if (std::ranges::any_of(BaseTableColumns(), is_it)) continue;
            extra.push_back({table, name, column.type});
        }
    }
    return extra;
}

// A column counts only when those of all older releases are there: a fork may have taken over one.
std::optional<std::string> FindRelease(const FoundSchema& theirs,
                                       const std::optional<std::string>& schema_version) {
    std::optional<std::string> release;
    bool unbroken = true;
    for (const ReleaseSign& sign : ReleaseSigns()) {
        const bool migrated = schema_version && !sign.schema_version.empty() &&
                              *schema_version >= sign.schema_version;
        unbroken = unbroken && theirs.Find(sign.table, sign.column) != nullptr;
        if (migrated || unbroken) release = sign.release;
    }
    return release;
}

bool RequiredFit(const std::vector<ColumnCheck>& checks) {
    return !checks.empty() && std::ranges::all_of(checks, [](const ColumnCheck& check) {
        return Fits(check) || check.expected.need == Need::kOptional;
    });
}

bool DetectorsFit(const std::vector<ColumnCheck>& checks, Detects detects) {
    return std::ranges::all_of(checks, [&](const ColumnCheck& check) {
        return check.detects != detects || Fits(check);
    });
}

ReadPath ChoosePath(const Verification& verification) {
    const bool tables_fit = RequiredFit(verification.tables);
    // A view of another version has our names but perhaps not our meaning: the tables are surer.
    if (RequiredFit(verification.view) && (verification.view_is_current || !tables_fit)) {
        return ReadPath::kInstalledView;
    }
    return tables_fit ? ReadPath::kBaseTables : ReadPath::kNone;
}

Capabilities FindCapabilities(const Verification& verification, const FoundSchema& theirs) {
    Capabilities capabilities;
    capabilities.path = ChoosePath(verification);
    capabilities.tables = capabilities.path != ReadPath::kNone &&
                          DetectorsFit(verification.tables, Detects::kChanges);
    if (!capabilities.tables) return capabilities;
    capabilities.survey_answers = DetectorsFit(verification.tables, Detects::kSurveyAnswers);
    capabilities.row_versions =
        std::ranges::all_of(VersionedTables(capabilities), [&](const std::string& table) {
            const FoundRelation* found = theirs.Find(table);
            return found->kind == "table" && found->whole_readable;
        });
    return capabilities;
}

}  // namespace

std::string_view NameOfWayIn(const Capabilities& capabilities) {
    if (capabilities.path == ReadPath::kNone) return "none";
    if (!capabilities.tables) return "view only";
    return capabilities.row_versions ? "tables with row versions" : "tables by stamps";
}

Verification Verify(Snapshot& snapshot, std::string_view view_sql) {
    Verification verification;
    pg::Transaction& transaction = snapshot.transaction();
    const pg::Row server = transaction.Execute(kServer).One();
    verification.postgres_version = server["version"].String();
    verification.standby = server["standby"].Bool();

    const FoundSchema theirs = ReadCatalogue(snapshot, "public", NamesOfTables());
    const FoundColumn* migration = theirs.Find("schema_migrations", "version");
    if (migration != nullptr && migration->readable) {
        verification.schema_version =
            transaction.Execute(kSchemaVersion).One()["version"].OptionalString();
    }
    verification.chatwoot_release = FindRelease(theirs, verification.schema_version);
    verification.tables = CheckTables(theirs);
    verification.extra_columns = FindExtraColumns(theirs);

    const std::string view_name(kViewName);
    const FoundSchema ours = ReadCatalogue(snapshot, kViewSchema, {&view_name, 1});
    verification.view = CheckView(ours);
    verification.view_is_current =
        !verification.view.empty() &&
        transaction.Execute(kViewMark, kViewSchema, kViewName).One()["mark"].text() ==
            ViewMark(InstalledViewSql(verification, view_sql));

    verification.capabilities = FindCapabilities(verification, theirs);
    verification.path = verification.capabilities.path;
    verification.lacks = FindLacks(verification, theirs, ours, server["reader"].String());
    return verification;
}

void RequireReadable(const Verification& verification) {
    if (verification.path != ReadPath::kNone) return;
    // The path is missing because of a lack that stops, and those come first.
    const Lack& lack = verification.lacks.front();
    const std::string next_step =
        lack.mend.empty() ? "geniai source verify shows all columns" : lack.mend;
    throw base::Error(base::ErrorCode::kFailed, "the source is not a Chatwoot that we can read: " +
                                                    lack.what + "; " + next_step);
}

}  // namespace geniai::chatwoot
