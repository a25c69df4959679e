#include "chatwoot/lacks.h"

#include <algorithm>

namespace geniai::chatwoot {

namespace {

constexpr const char* kTwilioChannels = "channel_twilio_sms";  // the view has nothing of it
constexpr const char* kNothingIsRead = "nothing can be read";
constexpr const char* kOnlyByView =
    "changes are found by conversation_updated_at only, all others by the nightly reconcile; "
    "inboxes without conversations are not seen";
constexpr const char* kOnlyByStamp = "changes without a stamp are found by reconcile only";
constexpr const char* kRatingsLate = "a new or changed rating is found by reconcile only";
constexpr const char* kInstallView =
    "as the owner of Chatwoot's database: geniai source install-view";

// A column that cannot be read as the contract has it, as far as anything follows from that.
struct Failure {
    ColumnCheck check;
    std::string cost;
    bool stops = false;
};

std::string Joined(const std::vector<std::string>& words, std::string_view between) {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty()) text += between;
        text += word;
    }
    return text;
}

void AddOnce(std::vector<std::string>& words, const std::string& word) {
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
}

bool IsViewOnly(const ColumnCheck& check) {
    return std::ranges::any_of(ViewOnlyColumns(), [&](const Column& column) {
        return column.name == check.expected.name;
    });
}

std::vector<Failure> FailuresOfView(const Verification& verification) {
    std::vector<Failure> failures;
    if (verification.path == ReadPath::kBaseTables) return failures;
    for (const ColumnCheck& check : verification.view) {
        if (Fits(check) || (verification.capabilities.tables && IsViewOnly(check))) continue;
        const bool stops = check.expected.need == Need::kRequired;
        failures.push_back({check, std::string(check.expected.cost), stops});
    }
    return failures;
}

// Whether anybody reads the column in the way in that was found.
bool IsRead(const ColumnCheck& check, const Verification& verification) {
    // Where the view delivers the conversations, the tables serve the search for changes, and
    // contacts and inboxes come from theirs.
    if (verification.path != ReadPath::kInstalledView) return true;
    if (check.detects != Detects::kNothing) return true;
    return verification.capabilities.tables &&
           (check.relation == "contacts" || check.relation == "inboxes" ||
            check.relation == kTwilioChannels);
}

bool NothingFitsIn(const std::string& table, const Verification& verification) {
    return std::ranges::none_of(verification.tables, [&](const ColumnCheck& check) {
        return check.relation == table && Fits(check);
    });
}

std::string CostOf(const ColumnCheck& check, const Verification& verification) {
    if (verification.path == ReadPath::kInstalledView) {
        if (!verification.capabilities.tables) return kOnlyByView;
        if (check.detects == Detects::kSurveyAnswers) return kRatingsLate;
    } else if (NothingFitsIn(check.relation, verification)) {
        const std::string_view cost = CostOfTable(check.relation);
        if (!cost.empty()) return std::string(cost);
    }
    return std::string(check.expected.cost);
}

std::vector<Failure> FailuresOfTables(const Verification& verification) {
    std::vector<Failure> failures;
    for (const ColumnCheck& check : verification.tables) {
        if (Fits(check) || !IsRead(check, verification)) continue;
        const bool stops =
            verification.path == ReadPath::kNone && check.expected.need == Need::kRequired;
        failures.push_back({check, CostOf(check, verification), stops});
    }
    return failures;
}

std::string DescribeMisfit(const ColumnCheck& check) {
    const std::string column = "column " + check.relation + "." + std::string(check.expected.name);
    if (check.state == ColumnState::kMissing) return column + " is missing";
    return column + " is " + check.found_type + ", expected " +
           std::string(NameOf(check.expected.family));
}

// The failures of one kind in one relation, or in several that cost the same.
struct Group {
    std::vector<std::string> relations;
    std::vector<std::string> costs;
    bool stops = false;

    void Add(const Failure& failure) {
        AddOnce(relations, failure.check.relation);
        AddOnce(costs, failure.cost);
        stops = stops || failure.stops;
    }
    std::string Cost() const { return stops ? kNothingIsRead : Joined(costs, "; "); }
};

std::vector<Lack> DescribeMisfits(const std::vector<Failure>& failures, const FoundSchema& schema) {
    std::vector<Lack> lacks;
    std::vector<Group> missing_tables;
    for (const Failure& failure : failures) {
        const ColumnCheck& check = failure.check;
        if (check.state == ColumnState::kNoRight) continue;
        if (schema.Find(check.relation) == nullptr) {
            if (missing_tables.empty() || missing_tables.back().relations[0] != check.relation) {
                missing_tables.emplace_back();
            }
            missing_tables.back().Add(failure);
            continue;
        }
        lacks.push_back({failure.stops, DescribeMisfit(check),
                         failure.stops ? kNothingIsRead : failure.cost,
                         check.relation == kViewName ? kInstallView : ""});
    }
    for (const Group& group : missing_tables) {
        lacks.push_back(
            {group.stops, "table " + group.relations[0] + " is missing", group.Cost(), ""});
    }
    return lacks;
}

// Tables that hold secrets besides what we read: only the columns are asked for.
bool HoldsSecrets(const std::string& table) {
    return table == "users" || table == "agent_bots" || table == kTwilioChannels;
}

std::string ColumnsIn(const FoundSchema& schema, const std::string& table) {
    std::vector<std::string> columns;
    for (const TableColumn& column : BaseTableColumns()) {
        if (column.table == table && schema.Find(table, column.column.name) != nullptr) {
            columns.emplace_back(column.column.name);
        }
    }
    return Joined(columns, ", ");
}

std::string Grant(const FoundSchema& schema, const char* schema_name,
                  const std::vector<std::string>& relations, const std::string& reader) {
    const std::string prefix = std::string(schema_name) + ".";
    const std::string to = " to " + reader + ";";
    std::vector<std::string> whole;
    std::vector<std::string> statements;
    if (!schema.usable) {
        statements.push_back(std::string("grant usage on schema ") + schema_name + to);
    }
    for (const std::string& relation : relations) {
        if (HoldsSecrets(relation)) {
            statements.push_back("grant select (" + ColumnsIn(schema, relation) + ") on " + prefix +
                                 relation + to);
        } else {
            whole.push_back(prefix + relation);
        }
    }
    if (!whole.empty()) statements.push_back("grant select on " + Joined(whole, ", ") + to);
    return Joined(statements, " ");
}

std::string NameUnreadable(const std::string& relation, const std::vector<Failure>& failures,
                           const FoundSchema& schema) {
    const auto& columns = schema.Find(relation)->columns;
    if (std::ranges::none_of(columns, [](const auto& column) { return column.second.readable; })) {
        return relation;
    }
    std::vector<std::string> names;
    for (const Failure& failure : failures) {
        if (failure.check.relation == relation && failure.check.state == ColumnState::kNoRight) {
            names.emplace_back(failure.check.expected.name);
        }
    }
    return relation + " (" + Joined(names, ", ") + ")";
}

std::vector<Lack> DescribeMissingRights(const std::vector<Failure>& failures,
                                        const FoundSchema& schema, const char* schema_name,
                                        const std::string& reader) {
    std::vector<Group> relations;
    for (const Failure& failure : failures) {
        if (failure.check.state != ColumnState::kNoRight) continue;
        if (relations.empty() || relations.back().relations[0] != failure.check.relation) {
            relations.emplace_back();
        }
        relations.back().Add(failure);
    }
    std::vector<Group> merged;
    for (const Group& group : relations) {
        const auto same = std::ranges::find_if(
            merged, [&](const Group& other) { return other.Cost() == group.Cost(); });
        if (same == merged.end()) {
            merged.push_back(group);
        } else {
            same->relations.push_back(group.relations[0]);
        }
    }
    std::vector<Lack> lacks;
    for (const Group& group : merged) {
        std::vector<std::string> names;
        for (const std::string& relation : group.relations) {
            names.push_back(NameUnreadable(relation, failures, schema));
        }
        lacks.push_back({group.stops, "no right to read " + Joined(names, ", "), group.Cost(),
                         Grant(schema, schema_name, group.relations, reader)});
    }
    return lacks;
}

std::vector<Lack> DescribeOldView(const Verification& verification) {
    if (verification.view.empty() || verification.view_is_current) return {};
    const char* cost = "it is passed over";
    if (verification.path == ReadPath::kInstalledView) {
        cost = "its rows may differ from those that this program expects";
    }
    return {{false, "the installed view is not the one of this program", cost, kInstallView}};
}

std::vector<Lack> DescribeRowVersions(const Capabilities& capabilities, const FoundSchema& theirs,
                                      const std::string& reader) {
    if (!capabilities.tables || capabilities.row_versions) return {};
    std::vector<Lack> lacks;
    std::vector<std::string> in_part;
    for (const std::string& table : VersionedTables(capabilities)) {
        const FoundRelation& found = *theirs.Find(table);
        if (found.kind != "table") {
            lacks.push_back({false, table + " is a " + found.kind + ": its rows have no version",
                             kOnlyByStamp, ""});
        } else if (!found.whole_readable) {
            in_part.push_back(table);
        }
    }
    if (!in_part.empty()) {
        lacks.push_back({false, "grants on columns only: " + Joined(in_part, ", "), kOnlyByStamp,
                         Grant(theirs, "public", in_part, reader)});
    }
    return lacks;
}

std::vector<Lack> DescribeRowSecurity(const Verification& verification, const FoundSchema& theirs,
                                      const std::string& reader) {
    std::vector<Lack> lacks;
    if (!verification.capabilities.tables) return lacks;
    std::string_view last;
    for (const TableColumn& column : BaseTableColumns()) {
        if (column.table == last) continue;
        last = column.table;
        const std::string table(column.table);
        const FoundRelation* found = theirs.Find(table);
        if (found == nullptr || !found->row_security) continue;
        lacks.push_back({false, "row security is active on " + table,
                         "rows that it hides are not seen, or are taken for deleted",
                         "create policy geniai_reads on public." + table + " for select to " +
                             reader + " using (true);"});
    }
    return lacks;
}

void Append(std::vector<Lack>& lacks, std::vector<Lack> more) {
    for (Lack& lack : more) lacks.push_back(std::move(lack));
}

}  // namespace

std::vector<std::string> VersionedTables(const Capabilities& capabilities) {
    std::vector<std::string> tables{"conversations", "contacts", "messages"};
    if (capabilities.survey_answers) tables.emplace_back("csat_survey_responses");
    return tables;
}

std::vector<Lack> FindLacks(const Verification& verification, const FoundSchema& theirs,
                            const FoundSchema& ours, const std::string& reader) {
    const std::vector<Failure> of_view = FailuresOfView(verification);
    const std::vector<Failure> of_tables = FailuresOfTables(verification);
    std::vector<Lack> lacks;
    Append(lacks, DescribeMisfits(of_view, ours));
    Append(lacks, DescribeMissingRights(of_view, ours, kViewSchema, reader));
    Append(lacks, DescribeMisfits(of_tables, theirs));
    Append(lacks, DescribeMissingRights(of_tables, theirs, "public", reader));
    Append(lacks, DescribeOldView(verification));
    Append(lacks, DescribeRowVersions(verification.capabilities, theirs, reader));
    Append(lacks, DescribeRowSecurity(verification, theirs, reader));
    std::ranges::stable_partition(lacks, [](const Lack& lack) { return lack.stops; });
    return lacks;
}

}  // namespace geniai::chatwoot
