#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "llm/breaker.h"
#include "pg/pool.h"

namespace geniai::llm {

// A few threads that do pieces of work, each with a connection to the warehouse for as long as the piece
// lasts: at once, or when their time has come. Thread-safe.
class Workers {
public:
    // What it throws, or when there is no connection for it, has it done again a second later.
    using Work = std::function<void(pg::Connection& warehouse)>;

    // `pool` outlives the workers.
    Workers(pg::Pool& pool, int threads);
    // Work that has not begun is dropped.
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    void Do(Work work) { DoAt(Clock::time_point::min(), std::move(work)); }
    void DoAt(Clock::time_point when, Work work);

private:
    void Run(const std::stop_token& stop);
    void Perform(const Work& work);

    pg::Pool& pool_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::multimap<Clock::time_point, Work> waiting_;  // guarded by mutex_
    std::vector<std::jthread> threads_;
};

}  // namespace geniai::llm
