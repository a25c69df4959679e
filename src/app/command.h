#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "obs/log.h"

namespace geniai::app {

enum class OptionKind {
    kSwitch,      // --json
    kText,        // --name TEXT
    kInteger,     // --tenant-id N
    kPositional,  // EMAIL
};

enum class Presence { kOptional, kRequired };

// One option of a command: help, completion and docs/cli.md are made from it.
struct Option {
    std::string_view name;  // "tenant-id", without dashes
    OptionKind kind = OptionKind::kSwitch;
    std::string_view value_name;
    std::string_view help;
    Presence presence = Presence::kOptional;
};

// What was typed, checked against the options: an absent one has no value.
class Arguments {
public:
    bool Has(std::string_view name) const;
    std::optional<std::string> Text(std::string_view name) const;
    std::optional<std::int64_t> Integer(std::string_view name) const;
    // A whole number from 1 to `max`, `otherwise` where there is none. Throws kInvalidInput.
    int WholeUpTo(std::string_view name, std::int64_t max, std::int64_t otherwise) const;
    // For options that are required.
    std::string RequireText(std::string_view name) const;
    std::int64_t RequireInteger(std::string_view name) const;

    void Set(std::string_view name, std::string value);

private:
    std::map<std::string, std::string, std::less<>> values_;
};

// What every command gets: the settled settings and where to write.
struct Context {
    const Settings& settings;
    const obs::Log& log;
};

// A subcommand: one file in app/commands/. Returns the exit code; failures are exceptions.
struct Command {
    std::string_view name;     // "source verify"
    std::string_view summary;  // one line
    std::vector<Option> options;
    int (*run)(const Context& context, const Arguments& arguments);
};

inline constexpr Option kJsonOption{"json", OptionKind::kSwitch, "", "Print the result as JSON"};

// Every command, in the order in which help shows them.
std::vector<Command> Commands();

}  // namespace geniai::app
