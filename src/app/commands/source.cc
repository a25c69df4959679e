#include <boost/json.hpp>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/output.h"
#include "app/wiring.h"
#include "chatwoot/verification.h"
#include "chatwoot/view_installer.h"

namespace geniai::app {

namespace {

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

boost::json::array EncodeChecks(const std::vector<chatwoot::ColumnCheck>& checks) {
    boost::json::array list;
    for (const chatwoot::ColumnCheck& check : checks) {
        list.push_back({{"relation", check.relation},
                        {"column", check.expected.name},
                        {"expected", chatwoot::NameOf(check.expected.family)},
                        {"found", check.found_type},
                        {"required", check.expected.need == chatwoot::Need::kRequired},
                        {"state", NameOfState(check.state)}});
    }
    return list;
}

void PrintChecks(const std::vector<chatwoot::ColumnCheck>& checks) {
    std::vector<std::vector<std::string>> rows;
    for (const chatwoot::ColumnCheck& check : checks) {
        rows.push_back({check.relation + "." + std::string(check.expected.name),
                        std::string(chatwoot::NameOf(check.expected.family)),
                        check.found_type.empty() ? "-" : check.found_type,
                        std::string(NameOfState(check.state))});
    }
    PrintLine(FormatTable({"COLUMN", "EXPECTED", "FOUND", "STATE"}, rows));
}

void PrintVerification(const chatwoot::Verification& verification) {
    PrintChecks(verification.tables);
    PrintLine("");
    if (verification.view.empty()) {
        PrintLine("The view is not installed; sync reads the tables directly.");
    } else {
        PrintChecks(verification.view);
    }
    PrintLine("");
    PrintLine("PostgreSQL " + verification.postgres_version + ", Chatwoot schema " +
              verification.schema_version.value_or("unknown"));
    for (const std::string& problem : verification.problems) PrintLine("problem: " + problem);
    PrintLine("conversations are read through: " + std::string(NameOfPath(verification.path)));
}

int RunVerify(const Context& context, const Arguments& arguments) {
    chatwoot::Source source(SourceSettingsOf(context.settings));
    chatwoot::Snapshot snapshot(source);
    const chatwoot::Verification verification = chatwoot::Verify(snapshot, SourceViewSql());
    if (arguments.Has("json")) {
        PrintLine(boost::json::serialize(boost::json::object{
            {"path", NameOfPath(verification.path)},
            {"postgres_version", verification.postgres_version},
            {"schema_version", verification.schema_version
                                   ? boost::json::value(*verification.schema_version)
                                   : boost::json::value(nullptr)},
            {"problems",
             boost::json::array(verification.problems.begin(), verification.problems.end())},
            {"tables", EncodeChecks(verification.tables)},
            {"view", EncodeChecks(verification.view)}}));
    } else {
        PrintVerification(verification);
    }
    chatwoot::RequireReadable(verification);
    return kDone;
}

int RunInstallView(const Context& context, const Arguments& arguments) {
    pg::Connection connection = OpenSourceForWriting(context.settings);
    if (arguments.Has("drop")) {
        chatwoot::DropView(connection);
        PrintLine("The view is gone; sync reads the tables directly.");
        return kDone;
    }
    chatwoot::InstallView(connection, SourceViewSql(), arguments.Text("reader").value_or(""));
    PrintLine(std::string("The view ") + chatwoot::kViewSchema + "." + chatwoot::kViewName +
              " is installed.");
    return kDone;
}

int RunInboxes(const Context& context, const Arguments& arguments) {
    chatwoot::Source source(SourceSettingsOf(context.settings));
    chatwoot::Snapshot snapshot(source);
    std::optional<base::AccountId> account;
    if (const auto id = arguments.Integer("account-id")) account = base::AccountId(*id);
    boost::json::array list;
    std::vector<std::vector<std::string>> rows;
    for (const chatwoot::SourceInbox& inbox : chatwoot::ListInboxes(snapshot, account)) {
        list.push_back({{"account_id", inbox.account.value()},
                        {"inbox_id", inbox.id.value()},
                        {"name", inbox.name},
                        {"channel_type", inbox.channel_type}});
        rows.push_back(
            {inbox.account.ToString(), inbox.id.ToString(), inbox.name, inbox.channel_type});
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
