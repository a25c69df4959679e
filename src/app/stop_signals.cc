#include "app/stop_signals.h"

#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>

namespace geniai::app {

namespace {

constexpr std::chrono::milliseconds kSignalPoll{100};

}  // namespace

StopSignals::StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

StopSignals::~StopSignals() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int StopSignals::Wait() {
    int signal = 0;
    sigwait(&signals_, &signal);
    return signal;
}

bool StopSignals::HasCome() {
    const timespec now{0, 0};
    return sigtimedwait(&signals_, nullptr, &now) > 0;
}

void StopOnSignal::Watch(const std::stop_token& ended) {
    std::mutex mutex;
    std::condition_variable_any end;
    std::unique_lock lock(mutex);
    while (!ended.stop_requested()) {
        if (signals_.HasCome()) stop_.request_stop();
        end.wait_for(lock, ended, kSignalPoll, [] { return false; });
    }
}

}  // namespace geniai::app
