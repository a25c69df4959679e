#pragma once

#include <vector>

#include "app/command.h"

// Each function stands in the file of its name and describes the commands of that file.
namespace geniai::app {

Command DemoCommand();
Command MigrateCommand();
Command DoctorCommand();
std::vector<Command> SourceCommands();
std::vector<Command> TenantCommands();
std::vector<Command> InboxCommands();
std::vector<Command> UserCommands();
std::vector<Command> AlertsCommands();
std::vector<Command> ModelCommands();
std::vector<Command> UsageCommands();
std::vector<Command> BatchCommands();
Command SyncCommand();
Command ReconcileCommand();
Command ClassifyCommand();
std::vector<Command> RulesCommands();
std::vector<Command> AnalyzeCommands();
std::vector<Command> AnalysisCommands();
std::vector<Command> ClassificationCommands();
std::vector<Command> EvaluationCommands();
Command RemarketingCommand();
Command WatchCommand();
Command ServeCommand();
Command StatusCommand();
Command VersionCommand();
Command DocsCommand();

}  // namespace geniai::app
