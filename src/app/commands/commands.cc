#include "app/commands/commands.h"

namespace geniai::app {

std::vector<Command> Commands() {
    std::vector<Command> commands;
    const auto add = [&](std::vector<Command> more) {
        commands.insert(commands.end(), more.begin(), more.end());
    };
    add({DemoCommand(), MigrateCommand(), DoctorCommand()});
    add(SourceCommands());
    add(TenantCommands());
    add(InboxCommands());
    add(UserCommands());
    add({SyncCommand(), ReconcileCommand(), ClassifyCommand()});
    add(RulesCommands());
    add(AnalyzeCommands());
    add(AnalysisCommands());
    add(ClassificationCommands());
    add(EvaluationCommands());
    add({RemarketingCommand(), WatchCommand(), ServeCommand(), StatusCommand()});
    add(AlertsCommands());
    add(ModelCommands());
    add(UsageCommands());
    add(BatchCommands());
    add({VersionCommand(), DocsCommand()});
    return commands;
}

}  // namespace geniai::app
