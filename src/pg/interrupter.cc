#include "pg/interrupter.h"

#include <libpq-fe.h>

#include <exception>
#include <future>
#include <thread>
#include <utility>

namespace geniai::pg {

Interrupter::Interrupter(pg_conn* connection)
    : cancel_(PQgetCancel(connection), [](pg_cancel* cancel) { PQfreeCancel(cancel); }) {}

bool Interrupter::Cancel(std::chrono::milliseconds wait_max) const noexcept {
    if (cancel_ == nullptr) return false;
    try {
        std::promise<bool> taken;
        std::future<bool> answer = taken.get_future();
        // PQcancel waits for the network without any limit, and nothing can wake it. So it waits on
        // a thread of its own, which stays behind until the network gives way or the process ends.
        std::thread([cancel = cancel_, promise = std::move(taken)]() mutable {
            char message[256];
            promise.set_value(PQcancel(cancel.get(), message, sizeof message) == 1);
        }).detach();
        return answer.wait_for(wait_max) == std::future_status::ready && answer.get();
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace geniai::pg
