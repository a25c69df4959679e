#pragma once

#include <chrono>
#include <memory>

struct pg_cancel;
struct pg_conn;

namespace geniai::pg {

// Stops what a session is doing at the moment, from another thread: the session's own thread gets
// SqlError 57014 from its statement. Thread-safe, and may outlive the connection.
class Interrupter {
public:
    static constexpr std::chrono::milliseconds kWaitMax{5'000};

    explicit Interrupter(pg_conn* connection);

    // Asks the server to cancel the statement that runs; a session that runs none goes on
    // undisturbed. True when the server has taken the request; false when it could not be reached
    // within `wait_max`: the session then sees the same network, and its own limit of silence ends
    // it.
    bool Cancel(std::chrono::milliseconds wait_max = kWaitMax) const noexcept;

private:
    std::shared_ptr<pg_cancel> cancel_;  // owners: the copies, and each request that is under way
};

}  // namespace geniai::pg
