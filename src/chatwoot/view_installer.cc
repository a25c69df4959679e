#include "chatwoot/view_installer.h"

#include "base/digest.h"
#include "base/error.h"
#include "chatwoot/source.h"
#include "pg/sql_error.h"
#include "pg/transaction.h"

namespace geniai::chatwoot {

namespace {

const pg::Query kSchemaExists{"chatwoot.view.schema_exists",
                              "select to_regnamespace($1) is not null as found"};

std::string QualifiedView() {
    return std::string(kViewSchema) + "." + kViewName;
}

void RunAsInstaller(pg::Transaction& transaction, const pg::Query& script) {
    try {
        transaction.RunScript(script);
    } catch (const pg::SqlError& error) {
        if (error.sqlstate() != pg::kInsufficientPrivilege) throw;
        throw base::Error(
            base::ErrorCode::kFailed,
            std::string("this user may not change the view (") + error.what() +
                "); run the command as the owner of Chatwoot's database, or do without: sync reads "
                "the tables directly",
            error.detail());
    }
}

}  // namespace

void InstallView(pg::Connection& connection, std::string_view view_sql, const std::string& reader) {
    pg::Transaction transaction(connection);
    if (!transaction.Execute(kSchemaExists, kViewSchema).One()["found"].Bool()) {
        RunAsInstaller(transaction,
                       {"chatwoot.view.schema", std::string("create schema ") + kViewSchema});
    }
    RunAsInstaller(transaction, {"chatwoot.view.drop", "drop view if exists " + QualifiedView()});
    RunAsInstaller(transaction, {"chatwoot.view.create", "create view " + QualifiedView() + " as " +
                                                             std::string(view_sql)});
    RunAsInstaller(transaction, {"chatwoot.view.mark", "comment on view " + QualifiedView() + " is " +
                                                           connection.Literal(ViewMark(view_sql))});
    if (!reader.empty()) {
        const std::string role = connection.Identifier(reader);
        RunAsInstaller(transaction, {"chatwoot.view.grant",
                                     std::string("grant usage on schema ") + kViewSchema + " to " +
                                         role + "; grant select on " + QualifiedView() + " to " +
                                         role});
    }
    transaction.Commit();
}

std::string ViewMark(std::string_view view_sql) {
    return "GeniAI Analytics source view " + base::DigestOf(view_sql);
}

void DropView(pg::Connection& connection) {
    pg::Transaction transaction(connection);
    RunAsInstaller(transaction, {"chatwoot.view.drop", "drop view if exists " + QualifiedView()});
    transaction.Commit();
}

}  // namespace geniai::chatwoot
