#include "base/error.h"

#include <utility>

namespace geniai::base {

std::string_view NameOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalidInput: return "invalid_input";
        case ErrorCode::kInvalidSettings: return "invalid_settings";
        case ErrorCode::kNotFound: return "not_found";
        case ErrorCode::kConflict: return "conflict";
        case ErrorCode::kForbidden: return "forbidden";
        case ErrorCode::kUnauthenticated: return "unauthenticated";
        case ErrorCode::kDatabaseUnreachable: return "database_unreachable";
        case ErrorCode::kOverloaded: return "overloaded";
        case ErrorCode::kAlreadyRunning: return "already_running";
        case ErrorCode::kFailed: return "failed";
    }
    return "failed";
}

Error::Error(ErrorCode code, const std::string& message, std::string detail)
    : std::runtime_error(message), code_(code), detail_(std::move(detail)) {}

}  // namespace geniai::base
