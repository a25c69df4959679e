#include "app/settings.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <toml++/toml.h>
#include <vector>

#include "base/error.h"
#include "llm/usage.h"

namespace geniai::app {

namespace {

constexpr std::array kSettings{
    SettingDescription{"warehouse_url",
                       "The warehouse's PostgreSQL, as the run-time log-in: a libpq URL", true},
    SettingDescription{"warehouse_owner_url",
                       "The same database as its owner; only geniai migrate uses it", true},
    SettingDescription{"source_url", "Chatwoot's PostgreSQL; a user that may only read is enough",
                       true},
    SettingDescription{"listen", "Where the web application listens (127.0.0.1:8504)", false},
    SettingDescription{"source_connections", "Connections to Chatwoot that one process may have (3)"},
    SettingDescription{"source_timeout", "Seconds that one statement there may take (300)"},
    SettingDescription{"sync_clock_margin",
                       "Seconds that the clocks of Chatwoot's servers may be apart (60)"},
    SettingDescription{"reconcile_deletes_max",
                       "Percent of a tenant's rows that one reconcile may mark deleted (10)"},
    SettingDescription{"openai_api_key",
                       "The key for the models; without key and address the local analyst works",
                       true},
    SettingDescription{"openai_base_url",
                       "Any OpenAI-compatible provider (https://api.openai.com/v1)"},
    SettingDescription{"openai_api_version", "Azure's api-version; the key goes as api-key then"},
    SettingDescription{"openai_model", "Which model analyses (gpt-4o-mini)"},
    SettingDescription{"openai_timeout", "Seconds that one call may take (30)"},
    SettingDescription{"analysis_workers", "Calls at a time, of one run (5)"},
    SettingDescription{"llm_detail_days",
                       "Days for which usage prune keeps each call to a model; from 62 on (90)"},
    SettingDescription{"cache_dir",
                       "Where compiled rules are kept (geniai in the user's cache directory)"},
    SettingDescription{"log_level", "debug, info, warning, error or off (info)", false},
};

constexpr std::size_t kSecretFileMax = 64 * 1024;
constexpr std::string_view kPrefix = "GENIAI_";
constexpr const char* kOpenAi = "https://api.openai.com/v1";

[[noreturn]] void ThrowSettings(const std::string& message) {
    throw base::Error(base::ErrorCode::kInvalidSettings, message);
}

std::string EnvironmentName(std::string_view key) {
    std::string name(kPrefix);
    for (const char c : key) name += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return name;
}

std::string ReadValueFile(const std::string& setting, const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file || content.str().size() > kSecretFileMax) {
        ThrowSettings(setting + " names " + path + ", which cannot be read");
    }
    std::string value = content.str();
    // Editors and `echo` end a file with a line end that belongs to nobody's password.
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
    return value;
}

int ParseNumber(std::string_view key, const std::string& text, int min, int max) {
    int value = min - 1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && value >= min && value <= max) {
        return value;
    }
    ThrowSettings(std::string(key) + " must be a whole number from " + std::to_string(min) + " to " +
                  std::to_string(max) + ", not '" + text + "'");
}

// systemd's CacheDirectory=, or the user's own.
std::string DefaultCacheDirectory(const Environment& environment) {
    if (const auto directory = environment("CACHE_DIRECTORY")) return *directory;
    if (const auto directory = environment("XDG_CACHE_HOME")) return *directory + "/geniai";
    if (const auto home = environment("HOME")) return *home + "/.cache/geniai";
    return "";
}

// "/chat/completions" is put behind it.
void CheckBaseUrl(std::string& url) {
    while (url.ends_with('/')) url.pop_back();
    if (url.empty() || url.starts_with("https://") || url.starts_with("http://")) return;
    ThrowSettings("openai_base_url must begin with https:// or http://");
}

bool IsKnownKey(std::string_view key) {
    if (key.ends_with("_file")) key.remove_suffix(5);
    for (const SettingDescription& setting : kSettings) {
        if (setting.key == key) return true;
    }
    return false;
}

using Values = std::map<std::string, std::string, std::less<>>;

Values ReadSettingsFile(const std::string& path) {
    Values values;
    toml::table table;
    try {
        table = toml::parse_file(path);
    } catch (const toml::parse_error& error) {
        ThrowSettings(path + " line " + std::to_string(error.source().begin.line) + ": " +
                      std::string(error.description()));
    }
    for (const auto& [key, node] : table) {
        const std::string where =
            path + " line " + std::to_string(node.source().begin.line) + ": ";
        if (!IsKnownKey(key.str())) {
            ThrowSettings(where + "there is no setting '" + std::string(key.str()) + "'");
        }
        if (const auto number = node.value_exact<std::int64_t>()) {
            values[std::string(key.str())] = std::to_string(*number);
            continue;
        }
        const auto text = node.value_exact<std::string>();
        if (!text) ThrowSettings(where + std::string(key.str()) + " must be a text in quotes");
        values[std::string(key.str())] = *text;
    }
    return values;
}

std::optional<std::string> SettingsPath(const std::optional<std::string>& given,
                                        const Environment& environment) {
    if (given) return given;
    if (const auto path = environment("GENIAI_CONFIG")) return path;
    if (std::filesystem::exists("geniai.toml")) return "geniai.toml";
    return std::nullopt;
}

// The value of one setting: environment before file, the value itself before the file it stands in.
std::optional<std::string> ValueOf(std::string_view key, const Values& values,
                                   const Environment& environment) {
    std::vector<std::string> names{EnvironmentName(key)};
    if (key.starts_with("openai_")) names.push_back(names.front().substr(kPrefix.size()));
    for (const std::string& name : names) {
        if (const auto value = environment(name)) return value;
        if (const auto path = environment(name + "_FILE")) {
            return ReadValueFile(name + "_FILE", *path);
        }
    }
    if (const auto found = values.find(key); found != values.end()) return found->second;
    const std::string file_key = std::string(key) + "_file";
    if (const auto found = values.find(file_key); found != values.end()) {
        return ReadValueFile(file_key, found->second);
    }
    return std::nullopt;
}

}  // namespace

std::span<const SettingDescription> SettingDescriptions() {
    return kSettings;
}

Environment ProcessEnvironment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr || *value == '\0') return std::nullopt;
        return value;
    };
}

Settings LoadSettings(const std::optional<std::string>& config_path,
                      const Environment& environment) {
    Values values;
    if (const auto path = SettingsPath(config_path, environment)) {
        if (!std::filesystem::exists(*path)) ThrowSettings("there is no settings file " + *path);
        values = ReadSettingsFile(*path);
    }
    const auto text = [&](std::string_view key) { return ValueOf(key, values, environment); };
    Settings settings;
    settings.warehouse_url = base::Secret(text("warehouse_url").value_or(""));
    settings.warehouse_owner_url = base::Secret(text("warehouse_owner_url").value_or(""));
    settings.source_url = base::Secret(text("source_url").value_or(""));
    if (const auto listen = text("listen")) settings.listen = ParseListenAddress(*listen);
    const auto number = [&](std::string_view key, int min, int max, int& into) {
        if (const auto value = text(key)) into = ParseNumber(key, *value, min, max);
    };
    number("source_connections", 1, 100, settings.source_connections);
    number("source_timeout", 1, 86'400, settings.source_timeout_seconds);
    number("sync_clock_margin", 0, 86'400, settings.clock_margin_seconds);
    number("reconcile_deletes_max", 0, 100, settings.deletes_percent_max);
    settings.models.api_key = base::Secret(text("openai_api_key").value_or(""));
    settings.models.base_url = text("openai_base_url")
                                   .value_or(settings.models.api_key.empty() ? "" : kOpenAi);
    CheckBaseUrl(settings.models.base_url);
    settings.models.api_version = text("openai_api_version").value_or("");
    settings.models.model = text("openai_model").value_or(settings.models.model);
    number("openai_timeout", 1, 600, settings.models.timeout_seconds);
    number("analysis_workers", 1, 500, settings.models.workers);
    number("llm_detail_days", llm::kDetailDaysMin, 36'500, settings.llm_detail_days);
    settings.cache_directory = text("cache_dir").value_or(DefaultCacheDirectory(environment));
    if (const auto level = text("log_level")) settings.log_level = obs::ParseLevel(*level);
    return settings;
}

ListenAddress ParseListenAddress(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    int port = -1;
    if (colon != std::string::npos) {
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
        if (error != std::errc() || stop != end) port = -1;
    }
    if (port < 0 || port > 65'535 || colon == 0) {
        ThrowSettings("listen must be ADDRESS:PORT, such as 127.0.0.1:8504, not '" + text + "'");
    }
    std::string address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) {
        address = address.substr(1, address.size() - 2);
    }
    return {address, static_cast<std::uint16_t>(port)};
}

const base::Secret& Require(const base::Secret& value, std::string_view key) {
    if (!value.empty()) return value;
    const std::string name = EnvironmentName(key);
    ThrowSettings(name + " is not set; set it, or " + name + "_FILE, or " + std::string(key) +
                  " in geniai.toml");
}

}  // namespace geniai::app
