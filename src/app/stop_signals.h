#pragma once

#include <csignal>

namespace geniai::app {

// SIGINT and SIGTERM as something to ask for instead of something that interrupts. Make it before any
// thread and any child process, so that all of them inherit the blocked signals.
class StopSignals {
public:
    StopSignals();
    ~StopSignals();  // lets the signals act again
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    // Waits for one of them; returns its number.
    int Wait();
    // Whether one has come already; takes it.
    bool HasCome();

private:
    sigset_t signals_;
    sigset_t before_;
};

}  // namespace geniai::app
