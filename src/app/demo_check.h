#pragma once

#include <string>
#include <vector>

#include "app/demo_installation.h"

namespace geniai::app {

// One thing that must hold in a running demo.
struct DemoFinding {
    std::string name;
    bool holds = false;
    std::string detail;
};

// Looks at the demo as its users do: the rows of both databases, a second sync, a log-in of every
// person over HTTP, the overview of every tenant.
std::vector<DemoFinding> CheckDemo(DemoInstallation& demo, const std::string& address);

}  // namespace geniai::app
