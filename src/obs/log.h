#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace spdlog {
class logger;
}

namespace geniai::obs {

enum class Level { kDebug, kInfo, kWarning, kError, kOff };

// Throws base::Error(kInvalidSettings) for an unknown name.
Level ParseLevel(std::string_view name);

// One fact of an event. Values are data, never whole messages of customers and never secrets.
struct LogField {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool> value;
};

// Writes one JSON object a line to standard error: {"time","level","event",…fields}. Thread-safe.
class Log {
public:
    explicit Log(Level level);
    ~Log();

    void Debug(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void Info(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void Warning(std::string_view event, std::initializer_list<LogField> fields = {}) const;
    void Error(std::string_view event, std::initializer_list<LogField> fields = {}) const;

private:
    void Write(Level level, std::string_view event, std::initializer_list<LogField> fields) const;

    std::shared_ptr<spdlog::logger> logger_;  // spdlog hands its loggers out shared
};

// The line itself, without its end: for Log and for tests. `time` is RFC 3339.
std::string EncodeLogLine(std::string_view time, std::string_view level, std::string_view event,
                          std::initializer_list<LogField> fields);

}  // namespace geniai::obs
