#pragma once

#include <string>
#include <vector>

#include "app/settings.h"

namespace geniai::app {

// Builds the warehouse or brings it up to date, as its owner, and prepares the run-time log-in. Returns
// the names of the migrations that it applied. Throws base::Error: kInvalidSettings without both URLs,
// kConflict when an applied migration was edited.
std::vector<std::string> Migrate(const Settings& settings);

}  // namespace geniai::app
