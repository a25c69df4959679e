#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "obs/log.h"

namespace geniai::app {

struct ListenAddress {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8504;
};

// The provider of models. Without a key and an address there is none.
struct ModelSettings {
    base::Secret api_key;
    std::string base_url;     // "https://api.openai.com/v1"
    std::string api_version;  // Azure's
    std::string model = "gpt-4o-mini";
    int timeout_seconds = 30;  // of one call
    int workers = 5;           // calls at a time, of one run

    bool has_provider() const { return !base_url.empty(); }
};

// Everything that the program can be told. The only place that knows the environment and the settings
// file is LoadSettings().
struct Settings {
    base::Secret warehouse_url;
    base::Secret warehouse_owner_url;
    base::Secret source_url;
    ListenAddress listen;
    obs::Level log_level = obs::Level::kInfo;
    int source_connections = 3;        // at a time, of one process
    int source_timeout_seconds = 300;  // of one statement
    int clock_margin_seconds = 60;     // see sync::Settings
    int deletes_percent_max = 10;      // see sync::Settings
    ModelSettings models;
    int llm_detail_days = 90;          // of the ledger of calls to models; older ones are daily sums
    std::string cache_directory;       // for what is costly to make again; empty: none
};

// One setting: its name in the environment is GENIAI_ and the key in capitals; of those that begin with
// "openai_" also the key in capitals alone, which other programs know.
struct SettingDescription {
    std::string_view key;  // in geniai.toml: "warehouse_url"
    std::string_view help;
    bool is_secret = false;
};
std::span<const SettingDescription> SettingDescriptions();

// The environment as an argument, for tests.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment ProcessEnvironment();

// Reads the settings file (the given one, or the one of GENIAI_CONFIG, or geniai.toml here if it
// exists), then the environment, which wins. A value may also stand in a file that …_FILE names. Throws
// base::Error(kInvalidSettings) with file and line for an unknown key or a value that does not fit.
Settings LoadSettings(const std::optional<std::string>& config_path, const Environment& environment);

// Parses "127.0.0.1:8504" or "[::1]:8504". Throws base::Error(kInvalidSettings).
ListenAddress ParseListenAddress(const std::string& text);

// A setting that this command cannot do without. Throws base::Error(kInvalidSettings).
const base::Secret& Require(const base::Secret& value, std::string_view key);

}  // namespace geniai::app
