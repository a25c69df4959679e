#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

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

// The same as a request to stop, for work that asks its stop token now and then.
class StopOnSignal {
public:
    StopOnSignal() : thread_([this](const std::stop_token& ended) { Watch(ended); }) {}
    std::stop_token token() const { return stop_.get_token(); }

private:
    void Watch(const std::stop_token& ended);

    StopSignals signals_;  // before the thread, which inherits the blocked signals
    std::stop_source stop_;
    std::jthread thread_;
};

}  // namespace geniai::app
