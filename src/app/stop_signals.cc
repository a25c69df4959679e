#include "app/stop_signals.h"

#include <ctime>

namespace geniai::app {

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

}  // namespace geniai::app
