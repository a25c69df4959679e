#include "obs/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>

#include "base/clock.h"
#include "base/error.h"

namespace geniai::obs {

namespace {

spdlog::level::level_enum SpdlogLevel(Level level) {
    switch (level) {
        case Level::kDebug: return spdlog::level::debug;
        case Level::kInfo: return spdlog::level::info;
        case Level::kWarning: return spdlog::level::warn;
        case Level::kError: return spdlog::level::err;
        case Level::kOff: return spdlog::level::off;
    }
    return spdlog::level::info;
}

std::string_view LevelName(Level level) {
    switch (level) {
        case Level::kDebug: return "debug";
        case Level::kInfo: return "info";
        case Level::kWarning: return "warning";
        case Level::kError: return "error";
        case Level::kOff: return "off";
    }
    return "info";
}

void AppendJsonText(std::string& line, std::string_view text) {
    line += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            line += '\\';
            line += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            line += c;
        }
    }
    line += '"';
}

struct AppendValue {
    std::string& line;
    void operator()(std::string_view text) const { AppendJsonText(line, text); }
    void operator()(std::int64_t value) const { line += std::to_string(value); }
    void operator()(double value) const { fmt::format_to(std::back_inserter(line), "{}", value); }
    void operator()(bool value) const { line += value ? "true" : "false"; }
};

std::string TimeNow() {
    const auto now = base::SystemClock().Now();
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(now);
    const auto fraction = milliseconds.time_since_epoch() % std::chrono::seconds(1);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(now)), fraction.count());
}

}  // namespace

Level ParseLevel(std::string_view name) {
    for (const Level level :
         {Level::kDebug, Level::kInfo, Level::kWarning, Level::kError, Level::kOff}) {
        if (name == LevelName(level)) return level;
    }
    throw base::Error(base::ErrorCode::kInvalidSettings,
                      "log level must be debug, info, warning, error or off, not '" +
                          std::string(name) + "'");
}

std::string EncodeLogLine(std::string_view time, std::string_view level, std::string_view event,
                          std::initializer_list<LogField> fields) {
    std::string line = "{\"time\":";
    AppendJsonText(line, time);
    line += ",\"level\":";
    AppendJsonText(line, level);
    line += ",\"event\":";
    AppendJsonText(line, event);
    for (const LogField& field : fields) {
        line += ',';
        AppendJsonText(line, field.name);
        line += ':';
        std::visit(AppendValue{line}, field.value);
    }
    line += '}';
    return line;
}

Log::Log(Level level)
    : logger_(std::make_shared<spdlog::logger>(
          "geniai", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
    logger_->set_pattern("%v");
    logger_->set_level(SpdlogLevel(level));
    logger_->flush_on(spdlog::level::debug);
}

Log::~Log() = default;

void Log::Debug(std::string_view event, std::initializer_list<LogField> fields) const {
    Write(Level::kDebug, event, fields);
}

void Log::Info(std::string_view event, std::initializer_list<LogField> fields) const {
    Write(Level::kInfo, event, fields);
}

void Log::Warning(std::string_view event, std::initializer_list<LogField> fields) const {
    Write(Level::kWarning, event, fields);
}

void Log::Error(std::string_view event, std::initializer_list<LogField> fields) const {
    Write(Level::kError, event, fields);
}

void Log::Write(Level level, std::string_view event,
                std::initializer_list<LogField> fields) const {
    if (!logger_->should_log(SpdlogLevel(level))) return;
    logger_->log(SpdlogLevel(level), EncodeLogLine(TimeNow(), LevelName(level), event, fields));
}

}  // namespace geniai::obs
