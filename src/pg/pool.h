#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "pg/connection.h"

namespace geniai::pg {

// A bounded set of connections for threads that need one for a moment. Thread-safe.
class Pool {
public:
    struct Settings {
        ConnectionSettings connection;
        int connections_max = 8;                    // one per handler thread is enough
        std::chrono::milliseconds wait_for{5'000};  // then the server is overloaded, and says so
    };

    // A connection for as long as it lives; comes back to the pool when it is idle and well.
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<Connection> connection);
        ~Lease();
        Lease(Lease&&) = default;
        Lease& operator=(Lease&&) = delete;
        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }

    private:
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    explicit Pool(Settings settings) : settings_(std::move(settings)) {}

    // A live connection, an idle one if there is one. Throws SqlError when no connection can be made,
    // base::Error(kDatabaseUnreachable) when all stay busy for `wait_for`.
    Lease Acquire();

    int connections_max() const { return settings_.connections_max; }

private:
    void Return(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> TakeIdle();

    Settings settings_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
    int leased_ = 0;                                 // guarded by mutex_
};

}  // namespace geniai::pg
