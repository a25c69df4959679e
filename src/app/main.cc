#include <sodium.h>

#include <csignal>

#include "app/cli.h"

int main(int argc, char** argv) {
    // A closed pipe ends the writing, not the program.
    std::signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0) return 1;
    return geniai::app::RunCli(argc, argv);
}
