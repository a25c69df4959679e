#include "llm/workers.h"

#include <utility>

#include "base/error.h"

namespace geniai::llm {

namespace {

constexpr std::chrono::seconds kDoneAgainAfter{1};

}  // namespace

Workers::Workers(pg::Pool& pool, int threads) : pool_(pool) {
    for (int i = 0; i < threads; ++i) {
        threads_.emplace_back([this](const std::stop_token& stop) { Run(stop); });
    }
}

Workers::~Workers() {
    for (std::jthread& thread : threads_) thread.request_stop();
}

void Workers::DoAt(Clock::time_point when, Work work) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.emplace(when, std::move(work));
    }
    changed_.notify_one();
}

void Workers::Run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (waiting_.empty()) {
            changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
            continue;
        }
        const Clock::time_point next = waiting_.begin()->first;
        if (next > Clock::now()) {
            // Woken for work that is due earlier, too.
            changed_.wait_until(lock, stop, next,
                                [&] { return !waiting_.empty() && waiting_.begin()->first < next; });
            continue;
        }
        const Work work = std::move(waiting_.extract(waiting_.begin()).mapped());
        lock.unlock();
        Perform(work);
        lock.lock();
    }
}

void Workers::Perform(const Work& work) {
    try {
        const pg::Pool::Lease warehouse = pool_.Acquire();
        work(*warehouse);
    } catch (const base::Error&) {
        DoAt(Clock::now() + kDoneAgainAfter, work);
    }
}

}  // namespace geniai::llm
