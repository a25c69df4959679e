#pragma once

#include "base/error.h"

namespace geniai::app {

// What the process answers. Documented in docs/cli.md; scripts depend on it.
enum ExitCode : int {
    kDone = 0,
    kWorkFailed = 1,
    kWrongUsage = 2,
    kWrongSettings = 3,
    kDatabaseUnreachable = 4,
    kAlreadyRunning = 5,
};

constexpr ExitCode ExitCodeOf(base::ErrorCode code) {
    switch (code) {
        case base::ErrorCode::kInvalidInput: return kWrongUsage;
        case base::ErrorCode::kInvalidSettings: return kWrongSettings;
        case base::ErrorCode::kDatabaseUnreachable: return kDatabaseUnreachable;
        case base::ErrorCode::kAlreadyRunning: return kAlreadyRunning;
        default: return kWorkFailed;
    }
}

}  // namespace geniai::app
