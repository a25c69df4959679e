#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace geniai::base {

// What went wrong, as far as somebody acts on it: each code has one exit code (app/exit_code.h) and
// one HTTP status (web/error_response.cc).
enum class ErrorCode {
    kInvalidInput,         // a value that somebody gave us does not fit
    kInvalidSettings,      // a setting is missing, unknown or unusable
    kNotFound,             // the named thing does not exist
    kConflict,             // it exists already, or its state forbids the change
    kForbidden,            // the principal may not do this
    kUnauthenticated,      // nobody is logged in
    kDatabaseUnreachable,  // no connection, refused log-in, or the connection was lost
    kOverloaded,           // too much is asked at once; later it works
    kAlreadyRunning,       // another process does the same work now
    kFailed,               // everything else
};

// The stable name of a code, as logs and the API print it: "invalid_input".
std::string_view NameOf(ErrorCode code);

// The one exception type. `what()` is one line for people and says what to do next where that is
// known; `detail()` is for the log and may be empty.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& message, std::string detail = "");

    ErrorCode code() const { return code_; }
    const std::string& detail() const { return detail_; }

private:
    ErrorCode code_;
    std::string detail_;
};

}  // namespace geniai::base
