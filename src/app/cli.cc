#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <unistd.h>

#include "app/command.h"
#include "app/exit_code.h"
#include "base/error.h"

namespace geniai::app {

namespace {

constexpr const char* kFooter =
    "Settings come from geniai.toml and the environment (GENIAI_…). Exit codes: 0 done, 1 the work\n"
    "failed, 2 wrong usage, 3 wrong settings, 4 database unreachable, 5 already running.";

// A command bound to its place in CLI11's tree, with room for what is typed.
struct BoundCommand {
    Command command;
    CLI::App* app = nullptr;
    std::map<std::string_view, std::string> values;
    std::map<std::string_view, bool> switches;
};

std::string FlagOf(const Option& option) {
    if (option.kind == OptionKind::kPositional) return std::string(option.name);
    return "--" + std::string(option.name);
}

void BindOption(BoundCommand& bound, const Option& option) {
    CLI::Option* added = nullptr;
    if (option.kind == OptionKind::kSwitch) {
        added = bound.app->add_flag(FlagOf(option), bound.switches[option.name],
                                    std::string(option.help));
    } else {
        added = bound.app->add_option(FlagOf(option), bound.values[option.name],
                                      std::string(option.help));
        added->type_name(std::string(option.value_name));
        if (option.kind == OptionKind::kInteger) added->check(CLI::TypeValidator<std::int64_t>());
    }
    if (option.kind == OptionKind::kInteger) added->type_name(std::string(option.value_name));
    added->required(option.presence == Presence::kRequired);
}

// The commands of two words ("source verify") hang below their first word.
using Groups = std::map<std::string_view, CLI::App*>;

Groups AddGroups(CLI::App& root) {
    Groups groups;
    const std::pair<const char*, const char*> summaries[] = {
        {"source", "Look at the Chatwoot database"},
        {"tenant", "Customers: list, add, change"},
        {"inbox", "Which inbox belongs to which tenant"},
        {"user", "People who may log in"},
        {"alerts", "What people have to know"},
        {"rules", "The rules that find leads, visits and conversions"},
        {"analysis", "What came of the analysis of a conversation"},
        {"remarketing", "Whom to win back"},
        {"classification", "The rules' verdict on conversations, and a model's"},
        {"budget", "What may be used of models: limits, budgets, stops"},
        {"usage", "What models were used for and what that cost"},
        {"prices", "What models cost"},
        {"batch", "Questions that wait, by the provider's batch interface"},
    };
    for (const auto& [name, summary] : summaries) {
        groups[name] = root.add_subcommand(name, summary)->require_subcommand(1);
    }
    return groups;
}

std::vector<std::unique_ptr<BoundCommand>> BindCommands(CLI::App& root) {
    const Groups groups = AddGroups(root);
    std::vector<std::unique_ptr<BoundCommand>> bound;
    for (const Command& command : Commands()) {
        auto entry = std::make_unique<BoundCommand>();
        entry->command = command;
        const std::size_t blank = command.name.find(' ');
        const bool grouped = blank != std::string_view::npos;
        CLI::App* parent = grouped ? groups.at(command.name.substr(0, blank)) : &root;
        const std::string leaf(grouped ? command.name.substr(blank + 1) : command.name);
        // "usage" is a command, and "usage rebuild" another.
        entry->app = groups.contains(leaf) ? groups.at(leaf)->require_subcommand(0, 1)
                                           : parent->add_subcommand(leaf, std::string(command.summary));
        for (const Option& option : command.options) BindOption(*entry, option);
        bound.push_back(std::move(entry));
    }
    return bound;
}

Arguments ArgumentsOf(const BoundCommand& bound) {
    Arguments arguments;
    for (const auto& [name, value] : bound.values) {
        if (bound.app->get_option(FlagOf({name, OptionKind::kText, "", "", Presence::kOptional}))
                ->count() > 0) {
            arguments.Set(name, value);
        }
    }
    for (const auto& [name, set] : bound.switches) {
        if (set) arguments.Set(name, "true");
    }
    return arguments;
}

// What is wrong with the command line. CLI11 passes over a word that is no command and then misses one.
std::string DescribeUsageError(const CLI::ParseError& error, const CLI::App& root, int argc,
                               char** argv) {
    const std::string first = argc > 1 ? argv[1] : "";
    const auto known = root.get_subcommands([](const CLI::App*) { return true; });
    const bool is_command = std::ranges::any_of(
        known, [&](const CLI::App* command) { return command->get_name() == first; });
    if (!first.empty() && first.front() != '-' && !is_command) {
        return "there is no command '" + first + "'";
    }
    return error.what();
}

int Fail(const std::exception& error, ExitCode code) {
    std::cerr << "geniai: " << error.what() << '\n';
    return code;
}

int RunCommand(const BoundCommand& bound, const std::optional<std::string>& config) {
    try {
        const Settings settings = LoadSettings(config, ProcessEnvironment());
        const obs::Log log(settings.log_level);
        const int code = bound.command.run({settings, log}, ArgumentsOf(bound));
        std::cout.flush();
        return code;
    } catch (const base::Error& error) {
        return Fail(error, ExitCodeOf(error.code()));
    } catch (const std::exception& error) {
        return Fail(error, kWorkFailed);
    }
}

}  // namespace

int RunCli(int argc, char** argv) {
    CLI::App root{"GeniAI Analytics: leads, visits and answers out of Chatwoot, for many customers"};
    root.name("geniai");
    root.footer(kFooter);
    root.require_subcommand(1);
    root.set_version_flag("--version", std::string("geniai ") + GENIAI_VERSION);
    std::optional<std::string> config;
    root.add_option("--config", config, "The settings file (geniai.toml)")->type_name("FILE");
    const auto commands = BindCommands(root);
    try {
        root.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = error.get_exit_code() == 0;
        if (asked_for_help) return root.exit(error);
        std::cerr << "geniai: " << DescribeUsageError(error, root, argc, argv)
                  << "; see geniai --help\n";
        return kWrongUsage;
    }
    for (const auto& bound : commands) {
        const bool is_last_word = bound->app->get_subcommands().empty();
        if (bound->app->parsed() && is_last_word) return RunCommand(*bound, config);
    }
    return kWrongUsage;
}

std::string CliDocument() {
    std::string text =
        "# Commands\n\nMade from the program's own descriptions by `geniai docs`; do not edit.\n\n"
        "Results go to standard output, log lines (JSON) to standard error. Exit codes: 0 done,\n"
        "1 the work failed, 2 wrong usage, 3 wrong settings, 4 database unreachable, 5 already\n"
        "running. Every command has `--help`; `--config FILE` names the settings file.\n";
    for (const Command& command : Commands()) {
        text += "\n## geniai " + std::string(command.name) + "\n\n" + std::string(command.summary) +
                ".\n";
        if (!command.options.empty()) text += "\n| option | meaning |\n|---|---|\n";
        for (const Option& option : command.options) {
            text += "| `" + FlagOf(option);
            if (!option.value_name.empty() && option.kind != OptionKind::kPositional) {
                text += " " + std::string(option.value_name);
            }
            text += "` | " + std::string(option.help);
            if (option.presence == Presence::kRequired) text += " (required)";
            text += " |\n";
        }
    }
    text += "\n## Settings\n\n| geniai.toml | environment | meaning |\n|---|---|---|\n";
    for (const SettingDescription& setting : SettingDescriptions()) {
        std::string name = "GENIAI_";
        for (const char c : setting.key) name += static_cast<char>(std::toupper(c));
        text += "| `" + std::string(setting.key) + "` | `" + name + "` | " +
                std::string(setting.help) + " |\n";
    }
    text += "\nEach may also stand in a file that the same name with `_file` (`_FILE`) gives. Those of "
            "the models are\nalso found under the names that other programs know: `OPENAI_API_KEY`, …";
    return text;
}

}  // namespace geniai::app
