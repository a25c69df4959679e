#pragma once

#include <string>

namespace geniai::app {

// The whole program: parses the command line, runs the command, prints one line for what goes wrong,
// and returns the exit code.
int RunCli(int argc, char** argv);

// docs/cli.md, made from the commands' descriptions.
std::string CliDocument();

}  // namespace geniai::app
