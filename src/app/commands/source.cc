#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/json_values.h"
#include "app/output.h"
#include "app/wiring.h"
#include "base/error.h"
#include "chatwoot/detectors.h"
#include "chatwoot/inlined_view.h"
#include "chatwoot/verification.h"
#include "chatwoot/view_installer.h"

namespace geniai::app {

namespace {

constexpr std::string_view kNothingWithoutIt = "nothing can be read";

std::string_view NameOfState(chatwoot::ColumnState state) {
    switch (state) {
        case chatwoot::ColumnState::kFits: return "ok";
        case chatwoot::ColumnState::kMissing: return "missing";
        case chatwoot::ColumnState::kOtherType: return "other type";
        case chatwoot::ColumnState::kNoRight: return "no right";
    }
    return "";
}

std::string_view NameOfPath(chatwoot::ReadPath path) {
    switch (path) {
        case chatwoot::ReadPath::kInstalledView: return "view";
        case chatwoot::ReadPath::kBaseTables: return "tables";
        case chatwoot::ReadPath::kNone: return "none";
    }
    return "";
}

boost::json::value EncodeOptional(const std::optional<std::string>& text) {
    return text ? boost::json::value(*text) : boost::json::value(nullptr);
}

boost::json::array EncodeChecks(const std::vector<chatwoot::ColumnCheck>& checks) {
    boost::json::array list;
    for (const chatwoot::ColumnCheck& check : checks) {
        const bool required = check.expected.need == chatwoot::Need::kRequired;
        list.push_back({{"relation", check.relation},
                        {"column", check.expected.name},
                        {"expected", chatwoot::NameOf(check.expected.family)},
                        {"found", check.found_type},
                        {"required", required},
                        {"cost", required ? kNothingWithoutIt : check.expected.cost},
                        {"state", NameOfState(check.state)}});
    }
    return list;
}

boost::json::array EncodeExtra(const std::vector<chatwoot::ExtraColumn>& columns) {
    boost::json::array list;
    for (const chatwoot::ExtraColumn& column : columns) {
        list.push_back(
            {{"relation", column.relation}, {"column", column.name}, {"type", column.type}});
    }
    return list;
}

boost::json::array EncodeProblems(const std::vector<chatwoot::Lack>& lacks) {
    boost::json::array list;
    for (const chatwoot::Lack& lack : lacks) list.push_back(boost::json::string(lack.what));
    return list;
}

boost::json::array EncodeLacks(const std::vector<chatwoot::Lack>& lacks) {
    boost::json::array list;
    for (const chatwoot::Lack& lack : lacks) {
        list.push_back({{"what", lack.what},
                        {"cost", lack.cost},
                        {"mend", lack.mend},
                        {"stops", lack.stops}});
    }
    return list;
}

boost::json::object EncodeVerification(const chatwoot::Verification& verification) {
    const chatwoot::Capabilities& can = verification.capabilities;
    return {{"path", NameOfPath(can.path)},
            {"way_in", chatwoot::NameOfWayIn(can)},
            {"capabilities",
             {{"tables", can.tables},
              {"survey_answers", can.survey_answers},
              {"row_versions", can.row_versions}}},
            {"postgres_version", verification.postgres_version},
            {"standby", verification.standby},
            {"schema_version", EncodeOptional(verification.schema_version)},
            {"chatwoot_release_at_least", EncodeOptional(verification.chatwoot_release)},
            {"view_is_current", verification.view_is_current},
            {"problems", EncodeProblems(verification.lacks)},
            {"lacks", EncodeLacks(verification.lacks)},
            {"tables", EncodeChecks(verification.tables)},
            {"view", EncodeChecks(verification.view)},
            {"extra_columns", EncodeExtra(verification.extra_columns)}};
}

void PrintChecks(const std::vector<chatwoot::ColumnCheck>& checks) {
    std::vector<std::vector<std::string>> rows;
    for (const chatwoot::ColumnCheck& check : checks) {
        const bool required = check.expected.need == chatwoot::Need::kRequired;
        rows.push_back({check.relation + "." + std::string(check.expected.name),
                        std::string(chatwoot::NameOf(check.expected.family)),
                        check.found_type.empty() ? "-" : check.found_type,
                        required ? "required" : "optional",
                        std::string(NameOfState(check.state))});
    }
    PrintLine(FormatTable({"COLUMN", "EXPECTED", "FOUND", "NEED", "STATE"}, rows));
}

std::string DescribeServer(const chatwoot::Verification& verification) {
    const std::string release = verification.chatwoot_release
                                    ? "Chatwoot " + *verification.chatwoot_release + " or later"
                                    : "no Chatwoot from 3.0 on";
    return "PostgreSQL " + verification.postgres_version +
           (verification.standby ? ", a standby; " : ", a primary; ") + release + ", schema " +
           verification.schema_version.value_or("unknown");
}

void PrintLack(const chatwoot::Lack& lack) {
    PrintLine((lack.stops ? "stops: " : "lack:  ") + lack.what);
    PrintLine("       costs: " + lack.cost);
    if (!lack.mend.empty()) PrintLine("       mend:  " + lack.mend);
}

void PrintVerification(const chatwoot::Verification& verification) {
    PrintChecks(verification.tables);
    PrintLine("");
    if (!verification.view.empty()) {
        PrintChecks(verification.view);
        PrintLine("");
    } else if (verification.capabilities.tables) {
        PrintLine("The view is not installed; sync reads the tables directly.");
    }
    PrintLine(std::to_string(verification.extra_columns.size()) +
              " more columns of these tables are not read; --json names them.");
    PrintLine(DescribeServer(verification));
    for (const chatwoot::Lack& lack : verification.lacks) PrintLack(lack);
    PrintLine("way in: " + std::string(chatwoot::NameOfWayIn(verification.capabilities)));
    PrintLine("conversations are read through: " + std::string(NameOfPath(verification.path)));
}

int RunVerify(const Context& context, const Arguments& arguments) {
    chatwoot::Source source(SourceSettingsOf(context.settings));
    chatwoot::Snapshot snapshot(source);
    const chatwoot::Verification verification = chatwoot::Verify(snapshot, SourceViewSql());
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(EncodeVerification(verification)));
    } else {
        PrintVerification(verification);
    }
    chatwoot::RequireReadable(verification);
    return kDone;
}

// Made for the tables of this Chatwoot: what it lacks is NULL in the view.
std::string ViewSqlFor(const Settings& settings) {
    chatwoot::Source source(SourceSettingsOf(settings));
    chatwoot::Snapshot snapshot(source);
    const chatwoot::Verification verification = chatwoot::Verify(snapshot, SourceViewSql());
    return chatwoot::InstalledViewSql(verification, SourceViewSql());
}

int RunInstallView(const Context& context, const Arguments& arguments) {
    pg::Connection connection = OpenSourceForWriting(context.settings);
    if (arguments.Has("drop")) {
        chatwoot::DropView(connection);
        PrintLine("The view is gone; sync reads the tables directly.");
        return kDone;
    }
    const std::string sql = ViewSqlFor(context.settings);
    chatwoot::InstallView(connection, sql, arguments.Text("reader").value_or(""));
    PrintLine(std::string("The view ") + chatwoot::kViewSchema + "." + chatwoot::kViewName +
              " is installed.");
    return kDone;
}

int RunInboxes(const Context& context, const Arguments& arguments) {
    SourceDirectory directory(context.settings);
    std::optional<base::AccountId> account;
    if (const auto id = arguments.Integer("account-id")) account = base::AccountId(*id);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const chatwoot::SourceInbox& inbox : directory.ListInboxes(account)) {
        list.push_back({{"account_id", inbox.account.value()},
                        {"inbox_id", inbox.id.value()},
                        {"name", inbox.name},
                        {"channel_type", inbox.channel_type},
                        {"medium", OrNull(inbox.medium)}});
        rows.push_back({inbox.account.ToString(), inbox.id.ToString(), inbox.name,
                        inbox.channel_type + InBrackets(inbox.medium)});
    }
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{{"inboxes", list}}));
    } else {
        PrintLine(FormatTable({"ACCOUNT", "INBOX", "NAME", "CHANNEL"}, rows));
    }
    return kDone;
}

}  // namespace

std::vector<Command> SourceCommands() {
    return {
        {"source verify",
         "Compare the Chatwoot database with what we read, column by column",
         {kJsonOption},
         RunVerify},
        {"source install-view",
         "Put the view into a schema of its own in the Chatwoot database (optional)",
         {{"reader", OptionKind::kText, "ROLE", "A role that may read the view afterwards"},
          {"drop", OptionKind::kSwitch, "", "Take the view away, before an upgrade of Chatwoot"}},
         RunInstallView},
        {"source inboxes",
         "List the inboxes of the Chatwoot database",
         {{"account-id", OptionKind::kInteger, "N", "Only of this Chatwoot account"}, kJsonOption},
         RunInboxes},
    };
}

}  // namespace geniai::app
